using Plomba.Hosts.Applying;
using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Undoing;

/// <summary>What it takes to take a change of the machine back.</summary>
/// <param name="Number">The change's number.</param>
/// <param name="Plan">What is changed back; findings name directories that stay because of what others put into them.</param>
/// <param name="Changed">Paths that are not any more as the change left them; undo does not touch them unless told to.</param>
public sealed record UndoPlan(int Number, Plan Plan, IReadOnlyList<MachinePath> Changed);

/// <summary>A change of the machine that can be taken back.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Started">When it was made.</param>
/// <param name="Purpose">What it was made for: <c>client</c>, <c>developer alice</c>.</param>
/// <param name="Paths">How many paths it changed.</param>
public sealed record UndoableChange(int Number, DateTimeOffset Started, string Purpose, int Paths);

/// <summary>Finds out how changes are taken back. Reads only.</summary>
/// <param name="root">The machine.</param>
/// <param name="changes">Its changes, held open.</param>
public sealed class UndoPlanner(MachineRoot root, HostChanges changes)
{
    private readonly StateReader _reader = new(root);

    /// <summary>What can be taken back, the latest first; not what has been, and not the taking back itself.</summary>
    public IReadOnlyList<UndoableChange> List()
    {
        var history = changes.History;
        var undone = history.Select(r => r.Undoes).ToHashSet();
        return [.. history.Where(r => r.Undoes is null && !undone.Contains(r.Number)).Select(r => new UndoableChange(r.Number, r.Started, r.Purpose, r.Changes.Count))];
    }

    /// <summary>How one of them is taken back; null: there is none of that number.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="discard">Whether paths that others have changed since are given back too.</param>
    public UndoPlan? Plan(int number, bool discard)
    {
        if (List().All(u => u.Number != number))
            return null;
        var record = changes.History.First(r => r.Number == number);
        var back = new List<Change>();
        var changed = new List<MachinePath>();
        var findings = new List<RoleFinding>();
        foreach (var change in record.Changes.OrderByDescending(c => c.Path.Depth))
        {
            NodeState? now = null;
            if (!Workbench.IsBelowReplaced(change, record.Changes) && !_reader.Read(change.Path).TryGet(out now, out var error))
                findings.Add(RoleFinding.Refusal(error.Message));
            else if (Inverse(change, now, discard, number) is { } inverse)
                Add(inverse, back, findings);
            else if (!Equals(now, change.Before))
                changed.Add(change.Path);
        }

        var ordered = Comparison.InOrder(back);
        return new UndoPlan(number, new Plan(ordered, Activations(record, ordered), findings), changed);
    }

    private static Change? Inverse(Change change, NodeState? now, bool discard, int number)
    {
        if (Equals(now, change.Before))
            return null;
        var why = Text.Say($"as before change {number}");
        if (Equals(now, change.After))
            return new Change(change.Path, now, change.Before, why) { IsShared = change.IsShared };
        if (change is { IsShared: true, After: FileState after } && now is FileState file && change.Before is null or FileState)
        {
            var before = (change.Before as FileState)?.Content ?? default;
            if (LineUndo.TryUndo(before.Span, after.Content.Span, file.Content.Span) is { } content)
                return new Change(change.Path, now, file with { Content = content }, why) { IsShared = true };
        }

        return discard && (now is not DirectoryState || change.Before is DirectoryState) ? new Change(change.Path, now, change.Before, why) : null;
    }

    // A directory goes only when nothing of others is in it.
    private void Add(Change inverse, List<Change> back, List<RoleFinding> findings)
    {
        if (inverse is { Before: DirectoryState, After: not DirectoryState } && root.List(inverse.Path).TryGet(out var entries, out _)
            && entries.FirstOrDefault(e => !back.Any(b => b.Path == e.Path && b.After is null)) is { } other)
        {
            findings.Add(RoleFinding.Note(Text.Say($"{inverse.Path} stays: {other.Path} is in it")));
            return;
        }

        back.Add(inverse);
    }

    // A unit that loses its file is stopped; the others take notice of their old files.
    private static IReadOnlyList<Activation> Activations(TransactionRecord record, IReadOnlyList<Change> back)
    {
        bool Goes(Activation a) => a.Kind is ActivationKind.Restart or ActivationKind.Reload && back.Any(c => c.After is null && c.Path.Name == a.Subject);
        return
        [
            .. record.Activations.Where(Goes).Select(a => new Activation(ActivationKind.Stop, a.Subject) { User = a.User }).Distinct(),
            .. record.Activations.Where(a => !Goes(a) && a.Kind != ActivationKind.Stop),
        ];
    }
}
