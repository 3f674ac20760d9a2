using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Plans;

/// <summary>The entries of all roles, one decision for each path.</summary>
internal sealed class EntrySet
{
    private readonly Dictionary<MachinePath, List<DesiredEntry>> _entries = [];

    public EntrySet(IEnumerable<DesiredEntry> entries)
    {
        foreach (var entry in entries)
            Add(entry);
        foreach (var (path, there) in _entries)
        {
            if (Covering(path) is { } above)
                Conflicts.Add(RoleFinding.Refusal(Text.Say($"{path} is wanted ({there[0].Why}), and nothing may be below {above.Path} ({above.Why})")));
        }
    }

    /// <summary>The paths, a directory before what is in it.</summary>
    public IEnumerable<MachinePath> Paths => _entries.Keys.OrderBy(p => p.Depth);

    /// <summary>Two wishes that cannot both come true.</summary>
    public List<RoleFinding> Conflicts { get; } = [];

    /// <summary>What is wanted at a path; several only where all are lines in one file. Empty: nothing is wanted.</summary>
    public IReadOnlyList<DesiredEntry> At(MachinePath path) => _entries.GetValueOrDefault(path) ?? [];

    private void Add(DesiredEntry entry)
    {
        if (!_entries.TryGetValue(entry.Path, out var there))
            _entries[entry.Path] = [entry];
        else if (entry is DesiredLines && there.All(e => e is DesiredLines))
            there.Add(entry);
        else if (there.Any(e => !Same(e, entry)))
            Conflicts.Add(RoleFinding.Refusal(Text.Say($"{entry.Path} would have to be two things: {there[0].Why}; {entry.Why}")));
    }

    // Whether it is the same wish, whatever the reason.
    private static bool Same(DesiredEntry one, DesiredEntry other) => (one, other) switch
    {
        (DesiredFile a, DesiredFile b) => a.Attributes == b.Attributes && a.KeepsContent == b.KeepsContent && a.Content.Span.SequenceEqual(b.Content.Span),
        _ => one with { Why = "" } == other with { Why = "" },
    };

    private DesiredEntry? Covering(MachinePath path)
    {
        for (var above = path.Parent; above is { } directory; above = directory.Parent)
        {
            if (At(directory) is [{ } entry, ..] && entry is not (DesiredDirectory { IsEmpty: false } or DesiredAttributes) && At(path) is not [DesiredAbsence])
                return entry;
        }

        return null;
    }
}
