using Plomba.Hosts.Machines;
using Plomba.Hosts.Plans;

namespace Plomba.Hosts.Applying;

/// <summary>
/// Makes the changes of one transaction on a machine, and takes them back. What is new is complete before it gets its
/// name, in one exchange with what was there; what was there stands aside under a name nobody can guess until the whole
/// transaction holds. So taking back needs no room on the disk, and gives back the very same file.
/// </summary>
internal sealed class Workbench(MachineRoot root, TransactionRecord record)
{
    private readonly StateReader _reader = new(root);
    private readonly HashSet<MachinePath> _changed = [.. record.Changes.Select(c => c.Path)];

    /// <summary>Directories whose flags have to come off meanwhile; those that change anyway are not among them.</summary>
    public static IReadOnlyList<LockedDirectory> FastenedBy(MachineRoot root, IReadOnlyList<Change> changes)
    {
        var changed = changes.Select(c => c.Path).ToHashSet();
        return
        [
            .. changes.SelectMany(c => new[] { c.Path.Parent!.Value, AsideDirectory(c.Path, changed) }).Distinct()
                .Where(d => !changed.Contains(d))
                .Select(d => new LockedDirectory(d, root.Status(d).TryGet(out var status, out _) ? status.Locks : InodeFlags.None))
                .Where(d => d.Locks != InodeFlags.None),
        ];
    }

    /// <summary>Makes a change. Afterwards the path is as the change says, or this throws.</summary>
    /// <exception cref="MachineException">It cannot be made, or something else stands there than when it was planned.</exception>
    public void Make(int index)
    {
        var change = record.Changes[index];
        if (!IsAsBefore(_reader.Read(change.Path).Require(), change))
            throw Changed(change.Path);
        Loosen(change);
        if (change is { Before: DirectoryState, After: DirectoryState after })
            root.SetAttributes(change.Path, after.Attributes, after.Further);
        else
            Exchange(change, New(change, index), Aside(change, index));
        if (!Equals(_reader.Read(change.Path).Require(), change.After))
            throw Changed(change.Path);
    }

    /// <summary>Takes a change back, however far it had come.</summary>
    /// <returns>False where somebody else has changed the path meanwhile: then it stays as it is.</returns>
    /// <exception cref="MachineException">It cannot be taken back now.</exception>
    public bool TakeBack(int index)
    {
        try
        {
            return TryTakeBack(index);
        }
        catch (MachineException e) when (e.IsOthersDoing)
        {
            return false; // or the owner of a directory could keep the machine from every change to come
        }
    }

    private bool TryTakeBack(int index)
    {
        var change = record.Changes[index];
        var found = _reader.Read(change.Path);

        // What was to be made in a directory that was never made, where a link or a file still stands.
        var isUnreachable = found.Error?.Problem is MachineProblem.NotADirectory or MachineProblem.UntrustedLink;
        if (isUnreachable && change.Before is not null)
            return false;
        var now = isUnreachable ? null : found.Require();
        if (!Equals(now, change.Before))
        {
            if (!IsOurs(now, change) || (now is DirectoryState && change.Before is not DirectoryState && root.List(change.Path).Require().Count > 0))
                return false;
            Loosen(change);
            if (change.Before is not null)
                PutBack(change, index, now);
            else if (now is not null)
                RemoveNew(change.Path);
        }

        Discard(index);
        return true;
    }

    /// <summary>Removes what stands aside for a change. A directory into which its owner has put something meanwhile stays with it.</summary>
    public void Discard(int index)
    {
        var change = record.Changes[index];
        foreach (var path in new[] { New(change, index), Aside(change, index) }.Distinct().Where(root.Exists))
        {
            try
            {
                root.Loosen(path.Parent!.Value);
                root.Loosen(path);
                root.Remove(path);
            }
            catch (MachineException e) when (e.IsOthersDoing)
            {
                continue;
            }
        }
    }

    /// <summary>Gives the directories the flags back that lock them: all that had them, and those that are to have them.</summary>
    /// <param name="isTakenBack">Whether the changes were taken back.</param>
    public void Fasten(bool isTakenBack)
    {
        var closed = record.Changes.Select(c => (c.Path, State: (isTakenBack ? c.Before : c.After) as DirectoryState))
            .Where(c => c.State is not null).Select(c => new LockedDirectory(c.Path, c.State!.Locks));
        foreach (var directory in record.Fastened.Concat(closed).Where(d => d.Locks != InodeFlags.None && root.Exists(d.Path)))
            root.Fasten(directory.Path, directory.Locks);
    }

    /// <summary>Paths that are not as the changes say.</summary>
    public IEnumerable<MachinePath> Differing => record.Changes
        .Where(c => !IsBelowReplaced(c, record.Changes) && !(_reader.Read(c.Path).TryGet(out var state, out _) && Equals(state, c.After)))
        .Select(c => c.Path);

    /// <summary>Whether a directory above a path became something else by the same transaction: then nothing of that path is left to look at.</summary>
    public static bool IsBelowReplaced(Change change, IEnumerable<Change> changes) =>
        changes.Any(c => c.After is not DirectoryState && change.Path.IsIn(c.Path));

    // In a directory that does not change itself: one that is being closed, or goes, has to be left clean.
    private static MachinePath AsideDirectory(MachinePath path, HashSet<MachinePath> changed)
    {
        var directory = path.Parent ?? throw new ArgumentException("The root directory itself does not change.", nameof(path));
        while (changed.Contains(directory))
            directory = directory.Parent!.Value;
        return directory;
    }

    private MachinePath Aside(Change change, int index) => AsideDirectory(change.Path, _changed).Entry($".plomba-{record.Token}-{index}.old");

    private MachinePath New(Change change, int index) => change.Path.Parent!.Value.Entry($".plomba-{record.Token}-{index}.new");

    private void Exchange(Change change, MachinePath @new, MachinePath aside)
    {
        if (change.Before is not null)
            root.Loosen(change.Path);
        if (change.After is null)
        {
            SetAside(change.Path, aside);
            return;
        }

        Create(@new, change.After);
        if (change.Before is null)
        {
            root.Rename(@new, change.Path, RenameKind.NoReplace);
        }
        else if (TryExchange(@new, change.Path))
        {
            SetAside(@new, aside);
        }
        else
        {
            SetAside(change.Path, aside);
            root.Rename(@new, change.Path, RenameKind.NoReplace);
        }

        root.Fasten(change.Path, change.After.Locks);
    }

    private void SetAside(MachinePath path, MachinePath aside)
    {
        try
        {
            root.Rename(path, aside, RenameKind.NoReplace);
        }
        catch (MachineException e) when (e.Error.Problem == MachineProblem.CrossesFileSystems)
        {
            root.Remove(path); // its before-image is kept
        }
    }

    private bool TryExchange(MachinePath one, MachinePath other)
    {
        try
        {
            root.Rename(one, other, RenameKind.Exchange);
            return true;
        }
        catch (MachineException e) when (e.Error.Problem == MachineProblem.NotSupported)
        {
            return false;
        }
    }

    private void Create(MachinePath path, NodeState state)
    {
        switch (state.Unlocked)
        {
            case FileState file:
                root.CreateFile(path, file.Content.Span, file.Attributes, file.Further);
                break;
            case DirectoryState directory:
                root.CreateDirectory(path, directory.Attributes, directory.Further);
                break;
            case LinkState link:
                root.CreateLink(path, link.Target, link.Owner, link.Further);
                break;
            case SpecialState special:
                root.CreateSpecial(path, special.SpecialKind, special.Device, special.Attributes, special.Further);
                break;
        }
    }

    private void PutBack(Change change, int index, NodeState? now)
    {
        if (change is { Before: DirectoryState before } && now is DirectoryState)
        {
            root.SetAttributes(change.Path, before.Attributes, before.Further);
            return;
        }

        var source = Standing(change, index);
        if (now is null)
        {
            root.Rename(source, change.Path, RenameKind.NoReplace);
        }
        else
        {
            root.Loosen(change.Path);
            if (!TryExchange(source, change.Path))
            {
                root.Remove(change.Path);
                root.Rename(source, change.Path, RenameKind.NoReplace);
            }
            else
            {
                root.Remove(source);
            }
        }

        root.Fasten(change.Path, change.Before!.Locks);
    }

    // What was there before, under another name: the thing itself if nobody has touched it, else made from its image.
    private MachinePath Standing(Change change, int index)
    {
        var (@new, aside) = (New(change, index), Aside(change, index));
        foreach (var path in new[] { aside, @new }.Distinct())
        {
            if (_reader.Read(path).TryGet(out var state, out _) && state is not null && Alike(state, change.Before!))
                return path;
            if (root.Exists(path))
            {
                root.Loosen(path);
                root.Remove(path);
            }
        }

        Create(@new, change.Before!);
        return @new;
    }

    private void RemoveNew(MachinePath path)
    {
        root.Loosen(path);
        root.Remove(path);
    }

    private void Loosen(Change change)
    {
        root.Loosen(change.Path.Parent!.Value);
        root.Loosen(AsideDirectory(change.Path, _changed));
    }

    private static bool IsAsBefore(NodeState? now, Change change) =>
        now is null || change.Before is null ? now is null && change.Before is null : Alike(now, change.Before);

    // Ours are the two ends of a change and what lies between them; anything else somebody put there.
    private static bool IsOurs(NodeState? now, Change change) => now switch
    {
        null => true,
        DirectoryState => change.Before is DirectoryState || change.After is DirectoryState,
        _ => (change.Before is { } before && Alike(now, before)) || (change.After is { } after && Alike(now, after)),
    };

    // The same but for the flags that lock, which come off before anything moves and go on last.
    private static bool Alike(NodeState one, NodeState other) => one.Unlocked == other.Unlocked;

    private static MachineException Changed(MachinePath path) =>
        new(new(MachineProblem.Changed, path, Text.Say($"{path} changed while the plan was being applied")));
}
