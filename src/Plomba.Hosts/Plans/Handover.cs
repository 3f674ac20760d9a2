using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Plans;

/// <summary>
/// What root brought into the data of a service (an import, a rebuilt catalog) and the service has to own. Data is no
/// configuration: it is not copied for undo, and undo leaves it with the service.
/// </summary>
/// <param name="Directory">The data.</param>
/// <param name="Owner">Whose it shall be.</param>
/// <param name="Kept">Directories in it that stay as they are, and those above them.</param>
public sealed record Handover(MachinePath Directory, Owner Owner, IReadOnlyList<MachinePath> Kept)
{
    // A plan is to be quick on a full registry; whatever was imported into an empty one is seen.
    private const int MostLookedAt = 20_000;

    /// <summary>Whether root owns something there: looks at so many entries at most.</summary>
    internal bool IsNeeded(MachineRoot root) => root.IsPrivileged && Owner.User != 0 && RootsIn(root).Take(MostLookedAt).Any(n => n.IsRoots);

    /// <summary>
    /// Gives all of it to the service. Modes stay. A link, and a file with a second name elsewhere, is passed over: its
    /// owner could have put it there.
    /// </summary>
    /// <returns>How many files and directories have a new owner.</returns>
    /// <exception cref="MachineException">Something could not be given; what was given stays so.</exception>
    public int Make(MachineRoot root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var given = 0;
        // From the inside out: in what the service owns already it could exchange what is still to come.
        foreach (var (path, status, _) in RootsIn(root).Where(n => n.IsRoots).Reverse())
        {
            root.SetAttributes(path, status.Attributes with { Owner = Owner });
            given++;
        }

        return given;
    }

    private IEnumerable<(MachinePath Path, NodeStatus Status, bool IsRoots)> RootsIn(MachineRoot root)
    {
        var pending = new Queue<MachinePath>([Directory]);
        while (pending.TryDequeue(out var directory))
        {
            if (!root.List(directory, int.MaxValue).TryGet(out var entries, out _))
                continue;
            foreach (var path in entries.Select(e => e.Path).Where(p => !Kept.Contains(p)))
            {
                if (!root.Status(path).TryGet(out var status, out _))
                    continue;
                if (status.Kind == NodeKind.Directory)
                    pending.Enqueue(path);
                yield return (path, status, status.Attributes.Owner.User == 0 && !Kept.Any(k => k.IsIn(path)) && (status.Kind == NodeKind.Directory || status is { Kind: NodeKind.File, LinkCount: 1 }));
            }
        }
    }
}
