using Plomba.Files;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Tests.Applying;

/// <summary>Access lists, extended attributes and flags, set and read by the tools an administrator uses.</summary>
public sealed class FurtherAttributesTests
{
    private static readonly string[] Tools = ["setfacl", "getfacl", "setfattr", "getfattr", "chattr", "lsattr"];

    /// <summary>Memory, and the disk: they know different flags.</summary>
    public static TheoryData<string> Places => Directory.Exists("/dev/shm") ? ["/dev/shm", Path.GetTempPath()] : [Path.GetTempPath()];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task What_a_person_set_on_a_file_that_is_replaced_comes_back_with_undo(string place)
    {
        using var machine = await PrepareAsync(place);
        var before = await DescribeAsync(machine);
        var snapshot = machine.Snapshot();

        var applied = machine.Apply(
            new DesiredFile(MachinePath.Parse("/etc/policy.json"), "ours"u8.ToArray(), NodeAttributes.RootFile, "policy"),
            new DesiredDirectory(MachinePath.Parse("/etc/keys"), NodeAttributes.RootDirectory, "keys"),
            new DesiredAbsence(MachinePath.Parse("/etc/old"), "gone"),
            new DesiredLink(MachinePath.Parse("/etc/link"), "other", Owner.Root, "link"));
        Assert.Null(applied.Failure);

        var list = await RunAsync("getfacl", "-cpn", machine["/etc/policy.json"]);
        Assert.Equal("user::rw- group::r-- other::r--", list.ReplaceLineEndings(" ").Trim());
        Assert.DoesNotContain("posix_acl", await RunAsync("getfattr", "-dm-", "--absolute-names", machine["/etc/keys"]), StringComparison.Ordinal);
        Assert.Contains("etc_t", await RunAsync("getfattr", "-dm-", "--absolute-names", machine["/etc/policy.json"]), StringComparison.Ordinal);
        Assert.Null(machine.Undo(applied.Number!.Value).Failure);
        Assert.Equal(before, await DescribeAsync(machine));
        Assert.Equal(snapshot, machine.Snapshot());
    }

    [Fact]
    public async Task Somebody_else_in_the_access_list_of_a_file_of_ours_is_a_difference_although_owner_and_mode_are_right()
    {
        using var machine = Machine(null);
        var wish = new DesiredFile(MachinePath.Parse("/etc/secret"), "x"u8.ToArray(), NodeAttributes.RootFile with { Mode = (UnixFileMode)0b110_100_000 }, "secret");
        machine.Apply(wish);
        await RunAsync("setfacl", "-m", "u:4321:r", machine["/etc/secret"]);

        var change = Assert.Single(machine.Plan(wish).Changes);
        Assert.Contains("file 0:0 0640 [system.posix_acl_access] -> a file 0:0 0640", string.Join(' ', PlanText.Of(machine.Plan(wish))), StringComparison.Ordinal);
        Assert.True(change.IsAttributesOnly);
        Assert.Null(machine.Apply(wish).Failure);
        Assert.Empty(machine.Plan(wish).Changes);
        Assert.DoesNotContain("4321", await RunAsync("getfacl", "-cpn", machine["/etc/secret"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_note_on_a_file_of_ours_is_no_difference_and_a_file_with_our_lines_keeps_all_that_is_on_it()
    {
        using var machine = Machine(null);
        var file = new DesiredFile(MachinePath.Parse("/etc/a"), "x"u8.ToArray(), NodeAttributes.RootFile, "a");
        machine.Apply(file);
        await RunAsync("setfattr", "-n", "user.note", "-v", "mine", machine["/etc/a"]);
        Assert.Empty(machine.Plan(file).Changes);

        machine.Root.CreateFile(MachinePath.Parse("/etc/hosts"), "127.0.0.1 localhost\n"u8, NodeAttributes.RootFile);
        await RunAsync("setfattr", "-n", "user.note", "-v", "mine", machine["/etc/hosts"]);
        await RunAsync("setfacl", "-m", "u:4321:rw", machine["/etc/hosts"]);
        var before = await RunAsync("getfattr", "-dm-", "--absolute-names", machine["/etc/hosts"]);
        Assert.Null(machine.Apply(new HostsEntry(["192.0.2.1 registry.local"], "plomba x", "names")).Failure);
        Assert.Equal(before, await RunAsync("getfattr", "-dm-", "--absolute-names", machine["/etc/hosts"]));
    }

    [Fact]
    public async Task What_is_new_inherits_no_access_list_and_a_locked_directory_is_locked_again()
    {
        using var machine = Machine(null);
        await RunAsync("setfacl", "-dm", "u:4321:rwx", machine["/etc"]);
        await RunAsync("chattr", "+a", machine["/etc"]);
        var applied = machine.Apply(
            new DesiredFile(MachinePath.Parse("/etc/new/file"), "x"u8.ToArray(), NodeAttributes.RootFile, "file"),
            new DesiredDirectory(MachinePath.Parse("/etc/closed"), NodeAttributes.RootDirectory, "directory"));
        Assert.Null(applied.Failure);
        foreach (var path in new[] { "/etc/new", "/etc/new/file", "/etc/closed" })
            Assert.DoesNotContain("4321", await RunAsync("getfacl", "-cpn", machine[path]), StringComparison.Ordinal);
        Assert.True(machine.Root.Status(MachinePath.Parse("/etc")).Require().IsAppendOnly);
        Assert.Null(machine.Undo(applied.Number!.Value).Failure);
        Assert.False(machine.Root.Exists(MachinePath.Parse("/etc/new")));
        Assert.True(machine.Root.Status(MachinePath.Parse("/etc")).Require().IsAppendOnly);
    }

    [Fact]
    public async Task More_attributes_than_a_configuration_has_keep_the_plan_from_being_applied()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "no file system that takes as much");
        using var machine = Machine("/dev/shm");
        machine.Root.CreateFile(MachinePath.Parse("/etc/a"), "x"u8, NodeAttributes.RootFile);
        var value = "0x" + new string('7', 2 * 60_000);
        for (var i = 0; i < 5; i++)
            await RunAsync("setfattr", "-n", $"trusted.{i}", "-v", value, machine["/etc/a"]);
        var plan = machine.Plan(new DesiredAbsence(MachinePath.Parse("/etc/a"), "gone"));
        Assert.True(plan.IsRefused);
        Assert.Contains("extended attributes", Assert.Single(plan.Findings).Text, StringComparison.Ordinal);
    }

    private static TestMachine Machine(string? place)
    {
        Assert.SkipUnless(TestMachine.IsPrivileged, "only root can set most of these");
        foreach (var tool in Tools)
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
        return new TestMachine(place);
    }

    private static async Task<TestMachine> PrepareAsync(string place)
    {
        var machine = Machine(place);
        machine.Root.CreateFile(MachinePath.Parse("/etc/policy.json"), "theirs"u8, NodeAttributes.RootFile);
        machine.Root.CreateDirectory(MachinePath.Parse("/etc/keys"), NodeAttributes.RootDirectory);
        machine.Root.CreateDirectory(MachinePath.Parse("/etc/old"), NodeAttributes.RootDirectory);
        machine.Root.CreateSpecial(MachinePath.Parse("/etc/old/pipe"), NodeKind.Fifo, 0, NodeAttributes.RootFile, FurtherAttributes.None);
        machine.Root.CreateFile(MachinePath.Parse("/etc/old/tool"), "program"u8, NodeAttributes.RootFile);
        machine.Root.CreateLink(MachinePath.Parse("/etc/link"), "nowhere", Owner.Root);
        await RunAsync("setfacl", "-m", "u:4321:rw,g:1234:r", machine["/etc/policy.json"]);
        await RunAsync("setfacl", "-m", "u:4321:rwx", "-m", "d:u:4321:rx", machine["/etc/keys"], machine["/etc/old"]);
        await RunAsync("setfattr", "-n", "user.note", "-v", "0x00ff1b5b324a", machine["/etc/policy.json"]);
        await RunAsync("setfattr", "-n", "trusted.note", "-v", "t", machine["/etc/keys"]);
        await RunAsync("setfattr", "-n", "security.capability", "-v", "0x0100000200040000000000000000000000000000", machine["/etc/old/tool"]);
        foreach (var path in new[] { "/etc/policy.json", "/etc/link", "/etc/old", "/etc/old/pipe" })
            await RunAsync("setfattr", "-h", "-n", "security.selinux", "-v", "system_u:object_r:etc_t:s0", machine[path]);
        await RunAsync("setfattr", "-h", "-n", "trusted.note", "-v", "of the link", machine["/etc/link"]);
        await RunAsync("chattr", "+adA", machine["/etc/policy.json"]);
        await RunAsync("chattr", "+d", machine["/etc/keys"]);
        await RunAsync("chattr", "+i", machine["/etc/old"]);
        foreach (var flag in "suScmjtTC") // each where the file system knows it
            await ChildProcess.RunAsync("chattr", [$"+{flag}", machine["/etc/old/tool"]], cancellation: TestContext.Current.CancellationToken);
        return machine;
    }

    private static async Task<string> DescribeAsync(TestMachine machine)
    {
        string[] plain = [machine["/etc/policy.json"], machine["/etc/keys"], machine["/etc/old"], machine["/etc/old/tool"]];
        return await RunAsync("getfacl", ["-pn", .. plain])
            + await RunAsync("getfattr", ["-h", "-dm-", "--absolute-names", .. plain, machine["/etc/link"], machine["/etc/old/pipe"]])
            + await RunAsync("lsattr", ["-d", .. plain]);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await ChildProcess.RunAsync(program, arguments, cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {result.Errors}");
        return System.Text.Encoding.UTF8.GetString(result.Output);
    }
}
