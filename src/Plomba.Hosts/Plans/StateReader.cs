using Plomba.Hosts.Machines;

namespace Plomba.Hosts.Plans;

/// <summary>Reads what stands at a path as a plan compares it.</summary>
internal sealed class StateReader(MachineRoot root)
{
    /// <summary>Most nodes in a directory that a plan takes away: more than that is somebody's work, not configuration.</summary>
    public const int MaximumNodes = 2000;

    private const long MaximumTree = 4L * FileState.MaximumSize;

    /// <summary>The state; null: nothing is there. A link is not followed.</summary>
    public MachineResult<NodeState?> Read(MachinePath path)
    {
        var reading = root.Status(path);
        if (reading.IsMissing)
            return MachineResult<NodeState?>.Of(null);
        if (!reading.TryGet(out var status, out var error))
            return MachineResult<NodeState?>.Failed(error);
        if (!root.Further(path).TryGet(out var further, out error))
            return MachineResult<NodeState?>.Failed(error);
        switch (status.Kind)
        {
            case NodeKind.Directory:
                return MachineResult<NodeState?>.Of(new DirectoryState(status.Attributes) { Further = further });
            case NodeKind.File:
                return root.Read(path, FileState.MaximumSize, followLast: false).TryGet(out var content, out error)
                    ? MachineResult<NodeState?>.Of(new FileState(content, status.Attributes) { Further = further })
                    : MachineResult<NodeState?>.Failed(error);
            case NodeKind.SymbolicLink:
                return root.ReadLink(path).TryGet(out var target, out error)
                    ? MachineResult<NodeState?>.Of(new LinkState(target, status.Attributes.Owner) { Further = further })
                    : MachineResult<NodeState?>.Failed(error);
            default:
                return MachineResult<NodeState?>.Of(new SpecialState(status.Kind, status.Attributes, status.DeviceNumber) { Further = further });
        }
    }

    /// <summary>Everything in a directory, at any depth, the directory itself not.</summary>
    public MachineResult<IReadOnlyList<(MachinePath Path, NodeState State)>> ReadTree(MachinePath directory)
    {
        var found = new List<(MachinePath, NodeState)>();
        var size = 0L;
        var pending = new Queue<MachinePath>([directory]);
        while (pending.TryDequeue(out var next))
        {
            if (!root.List(next, MaximumNodes).TryGet(out var entries, out var error))
                return MachineResult<IReadOnlyList<(MachinePath, NodeState)>>.Failed(error);
            foreach (var entry in entries)
            {
                if (!Read(entry.Path).TryGet(out var state, out error))
                    return MachineResult<IReadOnlyList<(MachinePath, NodeState)>>.Failed(error);
                if (state is null)
                    continue; // gone since it was listed
                found.Add((entry.Path, state));
                size += (state is FileState file ? file.Content.Length : 0) + state.Further.Extended.Sum(e => (long)e.Value.Length);
                if (found.Count > MaximumNodes || size > MaximumTree)
                    return MachineResult<IReadOnlyList<(MachinePath, NodeState)>>.Failed(new(MachineProblem.TooLarge, directory, Text.Say($"{directory} holds too much to be taken away and kept for undo")));
                if (state is DirectoryState)
                    pending.Enqueue(entry.Path);
            }
        }

        return MachineResult<IReadOnlyList<(MachinePath, NodeState)>>.Of(found);
    }
}
