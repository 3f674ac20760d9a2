using Plomba.Files;
using Plomba.Hosts.Applying;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Undoing;

namespace Plomba.Hosts.Tests;

/// <summary>An offline root file system of the test's own, removed with what is immutable in it.</summary>
internal sealed class TestMachine : IDisposable
{
    private readonly TemporaryDirectory _directory;

    public TestMachine(string? parent = null)
    {
        // In memory where there is such a place: every single step is flushed, and there are thousands of them.
        _directory = new TemporaryDirectory(parent ?? (System.IO.Directory.Exists("/dev/shm") ? "/dev/shm" : null));
        Root = MachineRoot.Open(_directory.Path).Require();
        foreach (var name in new[] { "/etc", "/home", "/var" })
            Root.CreateDirectory(MachinePath.Parse(name), NodeAttributes.RootDirectory);
    }

    public static bool IsPrivileged => UserId.Effective == 0;

    public MachineRoot Root { get; }

    public string Directory => _directory.Path;

    public string this[string path] => _directory.Path + path;

    public SortedDictionary<string, string> Snapshot() => TreeSnapshot.Of(Root);

    public Plan Plan(params IReadOnlyList<DesiredEntry> entries)
    {
        var (changes, findings) = Comparison.Run(Root, entries);
        return new Plan(changes, [], findings);
    }

    public ApplyResult Apply(params IReadOnlyList<DesiredEntry> entries)
    {
        var plan = Plan(entries);
        Assert.DoesNotContain(plan.Findings, f => f.Blocks);
        using var changes = HostChanges.Open(Root, TimeProvider.System).Require();
        changes.Recover();
        var result = changes.Apply(plan.Changes, [], "test");
        if (result.Number is { } number)
            changes.Finish(number);
        return result;
    }

    public Plan UndoPlan(int number)
    {
        using var changes = HostChanges.Open(Root, TimeProvider.System).Require();
        return new UndoPlanner(Root, changes).Plan(number, discard: false)!.Plan;
    }

    public ApplyResult Undo(int number, bool discard = false)
    {
        using var changes = HostChanges.Open(Root, TimeProvider.System).Require();
        var undo = new UndoPlanner(Root, changes).Plan(number, discard)!;
        Assert.False(undo.Plan.IsRefused);
        var result = changes.Apply(undo.Plan.Changes, [], "undo", number);
        if (result.Number is { } done)
            changes.Finish(done);
        return result;
    }

    public void Dispose()
    {
        // Names of any bytes and immutable files are beyond Directory.Delete.
        Root.BeforeChange = null;
        Clear(MachinePath.Root);
        Root.Dispose();
        _directory.Dispose();
    }

    private void Clear(MachinePath directory)
    {
        foreach (var entry in Root.List(directory).Require())
        {
            if (IsPrivileged)
                Root.Loosen(entry.Path);
            if (entry.Kind == NodeKind.Directory)
                Clear(entry.Path);
            Root.Remove(entry.Path);
        }
    }
}
