using Plomba.Files;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Plans;

/// <summary>
/// Compares entries with a machine, path by path. Reads only. What cannot be looked at is a finding that keeps the plan
/// from being applied, never a guess.
/// </summary>
internal sealed class Comparison(MachineRoot root, EntrySet set)
{
    private readonly StateReader _reader = new(root);
    private readonly Dictionary<MachinePath, Change> _changes = [];
    private readonly HashSet<MachinePath> _fresh = [];
    private readonly List<RoleFinding> _findings = [];
    private readonly HashSet<MachinePath> _unreachable = [];

    /// <summary>The changes in the order in which they are made, and what stands against them.</summary>
    public static (IReadOnlyList<Change> Changes, IReadOnlyList<RoleFinding> Findings) Run(MachineRoot root, IEnumerable<DesiredEntry> entries)
    {
        var set = new EntrySet(entries);
        var comparison = new Comparison(root, set);
        foreach (var path in set.Paths)
            comparison.Compare(path, set.At(path));
        return (InOrder(comparison._changes.Values), [.. set.Conflicts, .. comparison._findings]);
    }

    /// <summary>
    /// What goes, from the inside out; new directories, from the outside in; files and links; then what closes a directory.
    /// </summary>
    public static IReadOnlyList<Change> InOrder(IEnumerable<Change> changes)
    {
        var all = changes.OrderBy(c => c.Path, MachinePath.Order).ToList();
        return
        [
            .. all.Where(c => c.After is null).OrderByDescending(c => c.Path.Depth),
            .. all.Where(c => c is { After: DirectoryState, Before: not DirectoryState }).OrderBy(c => c.Path.Depth),
            .. all.Where(c => c.After is not (null or DirectoryState)),
            .. all.Where(c => c is { After: DirectoryState, Before: DirectoryState }).OrderByDescending(c => c.Path.Depth),
        ];
    }

    private void Compare(MachinePath path, IReadOnlyList<DesiredEntry> wanted)
    {
        var entry = wanted[0];
        if (Read(path) is not { } found)
            return;
        var after = entry switch
        {
            DesiredFile file => WantedFile(file, found.State),
            DesiredDirectory directory => new DirectoryState(Attainable(path, directory.Attributes, found.State)) { Further = OfOurs(found.State, found.State is DirectoryState) },
            DesiredLink link => WantedLink(link, found.State),
            DesiredAttributes set => WithAttributes(set, found.State),
            DesiredLines => Lines(path, wanted.Cast<DesiredLines>(), found.State),
            _ => null,
        };
        if (after is not null && found.State is null)
            CreateDirectoriesBefore(path, entry.Why);
        if (found.State is DirectoryState && (after is not DirectoryState || entry is DesiredDirectory { IsEmpty: true }))
            TakeAway(path, entry.Why);
        if (!Equals(found.State, after))
            Add(new Change(path, found.State, after, string.Join("; ", wanted.Select(w => w.Why).Distinct(StringComparer.Ordinal))) { IsShared = entry is DesiredLines or DesiredFile { IsShared: true } });
        if (after is DirectoryState && found.State is not DirectoryState)
            _fresh.Add(path);
    }

    private sealed record Found(NodeState? State);

    // Null: it cannot be known, and that has been said.
    private Found? Read(MachinePath path)
    {
        for (var above = path.Parent; above is { } directory; above = directory.Parent)
        {
            if (_fresh.Contains(directory))
                return new Found(null); // whatever is there now goes before
            if (_unreachable.Contains(directory))
                return null;
        }

        if (_reader.Read(path).TryGet(out var state, out var error))
            return new Found(state);
        _findings.Add(RoleFinding.Refusal(error.Message));
        _unreachable.Add(path);
        return null;
    }

    private FileState WantedFile(DesiredFile file, NodeState? found)
    {
        var keeps = file.KeepsContent && found is FileState;
        if (file.Content.Length > FileState.MaximumSize)
            _findings.Add(RoleFinding.Refusal(Text.Say($"{file.Path} would be larger than {FileState.MaximumSize} bytes")));
        var content = keeps ? ((FileState)found!).Content : file.Content;
        return new FileState(content, Attainable(file.Path, file.Attributes, found))
        {
            Further = OfOurs(found, found is FileState { Content: var there } && there.Span.SequenceEqual(content.Span)),
        };
    }

    private LinkState WantedLink(DesiredLink link, NodeState? found) =>
        new(link.Target, Attainable(link.Path, new(link.Owner, default), found).Owner) { Further = OfOurs(found, (found as LinkState)?.Target == link.Target) };

    // Owner and mode tell the whole truth about what is ours: it has no access list. What others note on it stays as long
    // as its content does (a checksum of an old content is none of the new one); the label of the name stays.
    private static FurtherAttributes OfOurs(NodeState? found, bool isSame) =>
        found is null ? FurtherAttributes.None : isSame ? found.Further.WithoutRights : found.Further.Labels;

    private NodeState? WithAttributes(DesiredAttributes wanted, NodeState? found)
    {
        var attributes = Attainable(wanted.Path, wanted.Attributes, found);
        switch (found)
        {
            case FileState file:
                return file with { Attributes = attributes, Further = file.Further.WithoutRights };
            case DirectoryState directory:
                return new DirectoryState(attributes) { Further = directory.Further.WithoutRights };
            case not null:
                _findings.Add(RoleFinding.Refusal(Text.Say($"{wanted.Path} is {Failures.Word(found.Kind)}: its owner and mode are not changed")));
                break;
        }

        return found;
    }

    private NodeState? Lines(MachinePath path, IEnumerable<DesiredLines> edits, NodeState? found)
    {
        if (found is not (null or FileState))
        {
            _findings.Add(RoleFinding.Refusal(Text.Say($"{path} is {Failures.Word(found.Kind)}, and lines can only be put into a file"), Text.Say("Replace it with a regular file first.")));
            return found;
        }

        var content = (found as FileState)?.Content ?? ReadOnlyMemory<byte>.Empty;
        IReadOnlyList<string> lines = LineFile.Split(content.Span);
        var attributes = (found as FileState)?.Attributes;
        foreach (var edit in edits)
        {
            attributes ??= Attainable(path, edit.IfMissing, null);
            lines = edit.Edit(lines);
        }

        return found is null && lines.Count == 0 ? null
            : new FileState(LineFile.Join(lines, content.Span), attributes!.Value) { Further = found?.Further ?? FurtherAttributes.None };
    }

    // What this process can bring about: an ordinary user owns what it makes, and not every file system knows attributes.
    private NodeAttributes Attainable(MachinePath path, NodeAttributes wanted, NodeState? found)
    {
        var now = found is FileState or DirectoryState ? found.Rights : null;
        if (!root.IsPrivileged)
            return wanted with { Owner = now?.Owner ?? new Owner(UserId.Effective, UserId.EffectiveGroup), Immutable = now?.Immutable ?? false };
        if (!wanted.Immutable || CanBeImmutable(path))
            return wanted;
        _findings.Add(RoleFinding.Note(Text.Say($"the file system of {path} knows no immutable attribute: its owner and mode alone protect it")));
        return wanted with { Immutable = false };
    }

    private bool CanBeImmutable(MachinePath path)
    {
        for (MachinePath? place = path; place is { } there; place = there.Parent)
        {
            if (root.StatusFollowed(there).TryGet(out var status, out _))
                return status.CanBeImmutable;
        }

        return false;
    }

    private void CreateDirectoriesBefore(MachinePath path, string why)
    {
        var missing = new Stack<MachinePath>();
        var above = path.Parent;
        while (above is { } directory && !_fresh.Contains(directory) && root.Status(directory).IsMissing)
        {
            missing.Push(directory);
            above = directory.Parent;
        }

        if (above is { } end && !_fresh.Contains(end) && !(root.StatusFollowed(end).TryGet(out var status, out _) && status.Kind == NodeKind.Directory))
            _findings.Add(RoleFinding.Refusal(Text.Say($"{end} is no directory, and {path} is wanted in it")));

        var owner = above is { } there ? OwnerOf(there) : Owner.Root;
        while (missing.TryPop(out var directory))
        {
            var attributes = set.At(directory) is [DesiredAttributes wanted] ? wanted.Attributes : NodeAttributes.RootDirectory with { Owner = owner };
            Add(new Change(directory, null, new DirectoryState(Attainable(directory, attributes, null)), why));
            _fresh.Add(directory);
        }
    }

    private Owner OwnerOf(MachinePath directory) =>
        _changes.GetValueOrDefault(directory)?.After is DirectoryState planned ? planned.Attributes.Owner
        : root.StatusFollowed(directory).TryGet(out var status, out _) ? status.Attributes.Owner
        : Owner.Root;

    private void TakeAway(MachinePath directory, string why)
    {
        if (!_reader.ReadTree(directory).TryGet(out var tree, out var error))
        {
            _findings.Add(RoleFinding.Refusal(error.Message, Text.Say("Move it away by hand if it is not needed.")));
            return;
        }

        foreach (var (path, state) in tree)
            Add(new Change(path, state, null, why));
    }

    private void Add(Change change) => _changes.TryAdd(change.Path, change);
}
