using Plomba.Files;
using Plomba.Hosts.Applying;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Rules.Mending;
using Plomba.Testing;

namespace Plomba.Hosts.Tests.Rules;

/// <summary><c>host check --fix</c>: what a role says is put back, what a rule is not about stays.</summary>
public sealed class MendTests(MakerKeys keys)
{
    private const string Policy = "/etc/containers/policy.json";

    [Theory]
    [InlineData("P102", Policy, "insecureAcceptAnything", "reject")]
    [InlineData("P106", "/etc/containers/registries.d/plomba.yaml", "evil.org", "sigstore.local:81")]
    [InlineData("P122", "/etc/crio/crio.conf.d/50-plomba.conf", "/etc/crio/open.json", "/etc/containers/policy.json")]
    [InlineData("P302", "/etc/hosts", "192.0.2.66", "192.0.2.10")]
    public async Task What_was_changed_is_put_back(string rule, string path, string wrong, string right)
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Write(path, machine.Read(path).Replace(right, wrong, StringComparison.Ordinal));
        Assert.Contains(await machine.CheckAsync(), f => f.Rule == rule);
        var mended = await MendAsync(machine);
        Assert.Empty(mended.Problems);
        Assert.Equal([path], mended.Changes.Select(c => c.Path.Text));
        Assert.Empty(await machine.CheckAsync());
    }

    [Fact]
    public async Task A_lock_that_was_opened_is_closed_again_and_what_was_put_there_goes()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Unlock();
        machine.Write($"{HealthyMachine.ClientHome}/.config/containers/policy.json", "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}", 1002);
        Assert.Empty((await MendAsync(machine, "P109")).Problems);
        Assert.Empty(await machine.CheckAsync());
    }

    [Fact]
    public async Task A_configuration_that_was_moved_away_is_closed_anew()
    {
        using var machine = HealthyMachine.Create(keys);
        Directory.Move(machine.Real($"{HealthyMachine.ClientHome}/.config"), machine.Real($"{HealthyMachine.ClientHome}/.mine"));
        var finding = Assert.Single(await machine.CheckAsync());
        Assert.Contains($"{HealthyMachine.ClientHome}/.mine/containers", finding.Found, StringComparison.Ordinal);
        Assert.Empty((await MendAsync(machine)).Problems);
        Assert.Empty(await machine.CheckAsync());
        // The directory above is its user's again, as everything in a home.
        Assert.Equal(1002u, machine.Root.Status(HealthyMachine.Path($"{HealthyMachine.ClientHome}/.config")).Require().Attributes.Owner.User);
    }

    [Fact]
    public async Task Only_what_the_chosen_rules_are_about_is_touched()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Unlock();
        machine.Write("/etc/hosts", "127.0.0.1 localhost\n");
        var mended = await MendAsync(machine, "P302");
        Assert.Equal(["/etc/hosts"], mended.Changes.Select(c => c.Path.Text));
        Assert.Equal(["P109"], (await machine.CheckAsync()).Select(f => f.Rule).Distinct());
    }

    [Fact]
    public async Task What_an_earlier_change_left_to_do_is_done_with_the_next_and_what_was_cut_off_is_rolled_back_first()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Write("/etc/hosts", "127.0.0.1 localhost\n");
        var activation = new Activation(ActivationKind.Reload, "x.service", MachinePath.Parse("/etc/x"));
        using (var host = HostChanges.Open(machine.Root, machine.Clock).Require())
        {
            host.Apply([new(MachinePath.Parse("/etc/x"), null, new FileState("1"u8.ToArray(), NodeAttributes.RootFile), "earlier")], [activation], "earlier");
            machine.Root.BeforeChange = (what, path) => _ = what == "rename" && path.Text == "/etc/y" ? throw new InvalidOperationException("the end") : 0;
            Assert.Throws<InvalidOperationException>(() => host.Apply([new(MachinePath.Parse("/etc/y"), null, new FileState("1"u8.ToArray(), NodeAttributes.RootFile), "cut off")], [], "cut off"));
            machine.Root.BeforeChange = null;
        }

        Assert.True(HostChanges.IsUnfinished(machine.Root));
        Assert.Equal(["/etc/hosts"], (await MendAsync(machine, "P302")).Changes.Select(c => c.Path.Text));
        Assert.False(HostChanges.IsUnfinished(machine.Root));
        using var next = HostChanges.Open(machine.Root, machine.Clock).Require();
        Assert.Empty(next.Recover().PendingNumbers);
    }

    [Fact]
    public async Task A_user_whose_home_cannot_be_mended_keeps_the_machine_and_others_from_nothing()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Write("/etc/group", machine.Read("/etc/group").Replace("podman:x:501:bob,carol", "podman:x:501:bob,carol,dave", StringComparison.Ordinal));
        machine.Unlock(); // carol puts in more than is ever taken away
        foreach (var number in Enumerable.Range(0, 2001))
            File.WriteAllText(machine.Real($"{HealthyMachine.ClientHome}/.config/containers/{number}"), "");
        machine.Write("/etc/containers/policy.json", """{"default":[{"type":"insecureAcceptAnything"}]}""");
        var mended = await MendAsync(machine);
        Assert.Contains(mended.Problems, p => p.Contains($"{HealthyMachine.ClientHome}/.config/containers", StringComparison.Ordinal));
        Assert.Contains("/etc/containers/policy.json", mended.Changes.Select(c => c.Path.Text));
        Assert.Contains("/home/dave/.config/containers", mended.Changes.Select(c => c.Path.Text));
        Assert.All(await machine.CheckAsync(), f => Assert.Equal("carol", f.Subject));
        machine.Root.SetAttributes(HealthyMachine.Path("/home/dave/.config/containers"), new(Owner.Root, (UnixFileMode)0b101_101_101));
    }

    [Fact]
    public async Task A_planted_link_is_not_followed_when_a_lock_is_put_back()
    {
        using var machine = HealthyMachine.Create(keys);
        using var outside = new TemporaryDirectory();
        Directory.Move(machine.Real($"{HealthyMachine.ClientHome}/.config"), machine.Real($"{HealthyMachine.ClientHome}/.mine"));
        File.CreateSymbolicLink(machine.Real($"{HealthyMachine.ClientHome}/.config"), outside.Path);
        // The link is its user's, as it would be on a real machine.
        await ChildProcess.RunAsync("chown", ["-h", "1002:1002", machine.Real($"{HealthyMachine.ClientHome}/.config")]);
        Assert.Contains(await machine.CheckAsync(), f => f.Rule == "P110");
        await MendAsync(machine);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside.Path));
    }

    [Fact]
    public async Task The_verb_mends_and_reports_what_is_left()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Unlock();
        var result = await ChildProcess.RunAsync(PlombaProgram.Path, ["host", "check", "--fix", "--root", machine.Real("/")]);
        Assert.Equal((0, ""), (result.ExitCode, result.Text));
        Assert.Contains(".config/containers", result.Errors, StringComparison.Ordinal);
        Assert.Empty(await machine.CheckAsync());
    }

    private static async Task<MendResult> MendAsync(HealthyMachine machine, params string[] rules) =>
        await new Mender(machine.Root, machine.Site, new LocalMaterial(machine.Root, machine.Site), machine.Clock)
            .MendAsync(await machine.ReportAsync(rules), TestContext.Current.CancellationToken);
}
