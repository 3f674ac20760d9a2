using System.Text;
using Plomba.Files;
using Plomba.Hosts.Applying;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Tests.Applying;

public sealed class HostChangesTests : IDisposable
{
    private readonly TestMachine _machine = new();

    private static DesiredFile File(string path, string content) => new(MachinePath.Parse(path), Encoding.UTF8.GetBytes(content), NodeAttributes.RootFile, "test");

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void While_one_changes_the_machine_another_is_refused()
    {
        using var first = HostChanges.Open(_machine.Root, TimeProvider.System).Require();
        Assert.False(HostChanges.Open(_machine.Root, TimeProvider.System).TryGet(out _, out var error));
        Assert.Equal(MachineProblem.Exists, error.Problem);
    }

    [Fact]
    public void Records_that_others_could_have_planted_are_not_trusted()
    {
        Assert.SkipUnless(TestMachine.IsPrivileged, "only root can give a directory away");
        _machine.Root.CreateDirectory(MachinePath.Parse("/var/lib"), NodeAttributes.RootDirectory);
        _machine.Root.CreateDirectory(HostDirectory.Path, NodeAttributes.RootDirectory with { Owner = new(4321, 4321) });
        Assert.Equal(MachineProblem.Denied, Assert.Throws<MachineException>(() => HostChanges.Open(_machine.Root, TimeProvider.System)).Error.Problem);
    }

    [Fact]
    public void Before_images_are_readable_by_root_alone()
    {
        _machine.Apply(File("/etc/a", "1"));
        var directory = _machine.Root.Status(HostDirectory.Path).Require();
        Assert.Equal(DurableFile.PrivateDirectoryMode, directory.Attributes.Mode);
    }

    [Fact]
    public void A_machine_that_changed_after_the_plan_is_not_changed()
    {
        var plan = _machine.Plan(File("/etc/a", "1"), File("/etc/b", "2"));
        _machine.Root.CreateFile(MachinePath.Parse("/etc/b"), "somebody's"u8, NodeAttributes.RootFile);
        var before = _machine.Snapshot();
        using var changes = HostChanges.Open(_machine.Root, TimeProvider.System).Require();
        var result = changes.Apply(plan.Changes, [], "test");
        Assert.NotNull(result.Failure);
        Assert.True(result.IsRolledBack);
        Assert.Equal(before, _machine.Snapshot());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_somebody_puts_into_a_directory_that_stands_aside_keeps_the_machine_from_nothing(bool isCutOff)
    {
        var home = MachinePath.Parse("/home/alice");
        _machine.Root.CreateDirectory(home, NodeAttributes.RootDirectory);
        _machine.Root.CreateDirectory(home.Below(".config"), NodeAttributes.RootDirectory);
        var plan = _machine.Plan(File("/home/alice/.config", "1"), File("/home/alice/b", "2"));
        using (var changes = HostChanges.Open(_machine.Root, TimeProvider.System).Require())
        {
            void Plant(Change change)
            {
                if (change.Path.Text != "/home/alice/b")
                    return;
                var aside = Directory.EnumerateDirectories(_machine["/home/alice"], ".plomba-*").Single();
                System.IO.File.WriteAllText(Path.Combine(aside, "planted"), "");
                if (!isCutOff)
                    return;
                System.IO.File.Delete(_machine["/home/alice/.config"]);
                Directory.CreateDirectory(_machine["/home/alice/.config/planted"]);
                throw new InvalidOperationException("the end");
            }

            if (isCutOff)
                Assert.Throws<InvalidOperationException>(() => changes.Apply(plan.Changes, [], "test", progress: Plant));
            else
                Assert.Null(changes.Apply(plan.Changes, [], "test", progress: Plant).Failure);
        }

        using (var next = HostChanges.Open(_machine.Root, TimeProvider.System).Require())
            Assert.Equal(isCutOff, next.Recover().RolledBack is not null);
        using (var next = HostChanges.Open(_machine.Root, TimeProvider.System).Require())
            Assert.Null(next.Recover().RolledBack);
        Assert.Null(_machine.Apply(File("/etc/a", "1")).Failure);
    }

    [Fact]
    public void What_somebody_changes_while_a_cut_off_change_waits_is_kept()
    {
        var plan = _machine.Plan(File("/etc/a", "1"), File("/etc/b", "2"));
        using (var changes = HostChanges.Open(_machine.Root, TimeProvider.System).Require())
        {
            _machine.Root.BeforeChange = (what, path) => _ = what == "rename" && path.Text == "/etc/b" ? throw new InvalidOperationException("the end") : 0;
            Assert.Throws<InvalidOperationException>(() => changes.Apply(plan.Changes, [], "test"));
        }

        _machine.Root.BeforeChange = null;
        _machine.Root.WriteFile(MachinePath.Parse("/etc/a"), "somebody's"u8, NodeAttributes.RootFile);
        using var next = HostChanges.Open(_machine.Root, TimeProvider.System).Require();
        Assert.Equal(["/etc/a"], next.Recover().Kept.Select(p => p.Text));
        Assert.Equal("somebody's"u8.ToArray(), _machine.Root.Read(MachinePath.Parse("/etc/a"), 100).Require().ToArray());
        Assert.False(_machine.Root.Exists(MachinePath.Parse("/etc/b")));
        Assert.Null(next.Recover().RolledBack);
    }

    [Fact]
    public void Activations_that_were_never_done_are_found_by_the_next()
    {
        var plan = _machine.Plan(File("/etc/systemd/x.service", "1"));
        using (var changes = HostChanges.Open(_machine.Root, TimeProvider.System).Require())
            changes.Apply(plan.Changes, [new Activation(ActivationKind.Restart, "x.service", MachinePath.Parse("/etc/systemd/x.service")), new Activation(ActivationKind.Reload, "y.service", MachinePath.Parse("/etc/y"))], "test");
        using var next = HostChanges.Open(_machine.Root, TimeProvider.System).Require();
        var report = next.Recover();
        Assert.Equal(["x.service"], report.Pending.Select(a => a.Subject));
        next.Finish(Assert.Single(report.PendingNumbers));
        Assert.Empty(next.Recover().Pending);
    }

    [Fact]
    public void Only_the_last_fifty_changes_are_kept()
    {
        for (var i = 0; i < 55; i++)
            _machine.Apply(File("/etc/a", $"{i}"));
        var kept = _machine.Root.List(HostDirectory.Path).Require().Where(e => e.Kind == NodeKind.Directory).Select(e => e.Path.Name).ToList();
        Assert.Equal(50, kept.Count);
        Assert.Equal("0055", kept[^1]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_full_disk_leaves_the_old_state()
    {
        Assert.SkipUnless(TestMachine.IsPrivileged && ChildProcess.IsInstalled("mkfs.ext4"), "needs root and mkfs.ext4");
        using var work = new TemporaryDirectory();
        var (image, mount) = (work.Combine("image"), work.Combine("mount"));
        await Tool("truncate", "-s", "8M", image);
        await Tool("mkfs.ext4", "-q", "-O", "^has_journal", image);
        Directory.CreateDirectory(mount);
        var mounting = await ChildProcess.RunAsync("mount", ["-o", "loop", image, mount], cancellation: TestContext.Current.CancellationToken);
        Assert.SkipUnless(mounting.ExitCode == 0, "no loop devices here");
        try
        {
            using var machine = new TestMachine(mount);
            Assert.Null(machine.Apply(File("/etc/a", "old a"), File("/etc/b", new string('b', 1_000_000)), File("/etc/c", "old c")).Failure);
            var before = machine.Snapshot();
            foreach (var filler in new[] { 0, 1_000_000, 2_000_000, 2_600_000, 2_900_000 })
            {
                await System.IO.File.WriteAllBytesAsync(Path.Combine(mount, "filler"), new byte[filler], TestContext.Current.CancellationToken);
                var result = machine.Apply(File("/etc/a", "new a"), File("/etc/b", new string('n', 2_000_000)), File("/etc/c", new string('n', 1_500_000)), File("/etc/new/d", new string('n', 900_000)));
                Assert.NotNull(result.Failure);
                Assert.True(result.IsRolledBack, result.Failure);
                Assert.Equal(before, machine.Snapshot());
            }
        }
        finally
        {
            await Tool("umount", mount);
        }
    }

    private static async Task Tool(string program, params string[] arguments)
    {
        var result = await ChildProcess.RunAsync(program, arguments);
        Assert.True(result.ExitCode == 0, result.Errors);
    }
}
