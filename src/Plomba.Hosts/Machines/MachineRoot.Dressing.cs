using Microsoft.Win32.SafeHandles;

namespace Plomba.Hosts.Machines;

// What a node has beside its content: owner, mode, extended attributes, flags.
public sealed partial class MachineRoot
{
    /// <summary>Takes off the flags under which nothing can be changed, where it has them; nothing else changes.</summary>
    internal void Loosen(MachinePath path) => SetLocks(path, FurtherAttributes.Locks, InodeFlags.None);

    /// <summary>Gives a file or directory such flags (again); nothing else changes.</summary>
    /// <param name="path">What.</param>
    /// <param name="locks">The flags.</param>
    internal void Fasten(MachinePath path, InodeFlags locks) => SetLocks(path, InodeFlags.None, locks);

    private static MachineResult<FurtherAttributes> Further(Place place, SafeFileHandle node)
    {
        if (!Place.StatusOf(node, place.Path).TryGet(out var status, out var error)
            || !ExtendedAttributes.Read(node, place.Path).TryGet(out var extended, out error)
            || !Flags(place, status).TryGet(out var flags, out error))
        {
            return MachineResult<FurtherAttributes>.Failed(error);
        }

        return MachineResult<FurtherAttributes>.Of(new FurtherAttributes(extended, flags));
    }

    // Flags are told to who has opened the node itself; a directory that an ordinary user may not read keeps its own.
    private static MachineResult<InodeFlags> Flags(Place place, NodeStatus status)
    {
        if (status.Kind is not (NodeKind.File or NodeKind.Directory))
            return MachineResult<InodeFlags>.Of(InodeFlags.None);
        if (!place.Open(Kernel.ReadOnly, Attempt.ReadFlags).TryGet(out var opened, out var error))
            return error.Problem == MachineProblem.Denied ? MachineResult<InodeFlags>.Of(status.Locks) : MachineResult<InodeFlags>.Failed(error);
        using (opened)
        {
            if (!Place.StatusOf(opened, place.Path).TryGet(out var now, out error))
                return MachineResult<InodeFlags>.Failed(error);
            if (now.Identity != status.Identity)
                return MachineResult<InodeFlags>.Failed(new(MachineProblem.Changed, place.Path, Text.Say($"{place.Path} was exchanged while it was being read")));
            return Flags(opened, place.Path).TryGet(out var all, out error)
                ? MachineResult<InodeFlags>.Of((InodeFlags)all & FurtherAttributes.Known)
                : error.Problem == MachineProblem.NotSupported ? MachineResult<InodeFlags>.Of(InodeFlags.None) : MachineResult<InodeFlags>.Failed(error);
        }
    }

    private static MachineResult<uint> Flags(SafeFileHandle opened, MachinePath path)
    {
        nint flags = 0;
        return Kernel.Control(opened, Kernel.GetFlags, ref flags) == 0
            ? MachineResult<uint>.Of((uint)flags)
            : MachineResult<uint>.Failed(Failures.Last(Attempt.ReadFlags, path));
    }

    // Owner before mode before the rest: a change of owner takes set-user-id bits and capabilities away, and an access list
    // says again what the mode says. Flags that lock come off first and go on last. Null: the rest stays as it is.
    private void Dress(SafeFileHandle opened, MachinePath path, NodeAttributes wanted, FurtherAttributes? further)
    {
        var status = Place.StatusOf(opened, path).Require();
        var now = status.Attributes;
        var wantedLocks = (wanted.Immutable ? InodeFlags.Immutable : default) | ((further is null ? status.Locks : further.Flags) & InodeFlags.AppendOnly);
        if (status.Locks != InodeFlags.None)
            SetFlags(opened, path, status.Locks, InodeFlags.None);
        BeforeChange?.Invoke("change the owner", path);
        if (IsPrivileged && now.Owner != wanted.Owner && Kernel.ChangeOwner(opened, [0], wanted.Owner.User, wanted.Owner.Group, Kernel.AtEmptyPath) != 0)
            throw new MachineException(Failures.Last(Attempt.ChangeOwner, path));
        BeforeChange?.Invoke("change the mode", path);
        if ((now.Mode != wanted.Mode || now.Owner != wanted.Owner) && Kernel.ChangeMode(opened, (uint)wanted.Mode) != 0)
            throw new MachineException(Failures.Last(Attempt.ChangeMode, path));
        if (further is not null)
        {
            ExtendedAttributes.Set(opened, path, further, IsPrivileged, BeforeChange);
            DressFlags(opened, path, further.Flags & ~FurtherAttributes.Locks);
        }

        if (IsPrivileged && wantedLocks != InodeFlags.None)
            SetFlags(opened, path, InodeFlags.None, wantedLocks);
        if (Kernel.Flush(opened) != 0)
            throw new MachineException(Failures.Last(Attempt.Flush, path));
    }

    // What the directory gave a new file goes, but for the layout; a layout that cannot be had again is no reason to fail.
    private void DressFlags(SafeFileHandle opened, MachinePath path, InodeFlags wanted)
    {
        if (!Flags(opened, path).TryGet(out var all, out var error))
        {
            if (error.Problem == MachineProblem.NotSupported && (wanted & ~FurtherAttributes.Layout) == InodeFlags.None)
                return;
            throw new MachineException(error);
        }

        var surplus = (InodeFlags)all & FurtherAttributes.Known & ~FurtherAttributes.Layout & ~FurtherAttributes.Locks & ~wanted;
        try
        {
            SetFlags(opened, path, surplus, wanted);
        }
        catch (MachineException e) when (e.Error.Problem is MachineProblem.NotSupported or MachineProblem.Denied && (wanted & FurtherAttributes.Layout) != InodeFlags.None)
        {
            SetFlags(opened, path, surplus, wanted & ~FurtherAttributes.Layout);
        }
    }

    // A link or special file can have extended attributes, and no flags.
    private void Label(Place place, FurtherAttributes further)
    {
        using var node = place.Open(Kernel.PathOnly, Attempt.Open).Require();
        ExtendedAttributes.Set(node, place.Path, further, IsPrivileged, BeforeChange);
    }

    private void SetLocks(MachinePath path, InodeFlags off, InodeFlags on)
    {
        using var place = Find(path);
        if (place.Status().Require() is not { Kind: NodeKind.File or NodeKind.Directory } status || ((status.Locks & ~off) | on) == status.Locks)
            return;
        using var opened = place.Open(Kernel.ReadOnly, Attempt.Open).Require();
        SetFlags(opened, path, off, on);
    }

    private void SetFlags(SafeFileHandle opened, MachinePath path, InodeFlags off, InodeFlags on)
    {
        var now = Flags(opened, path).Require();
        var wanted = (now & ~(uint)off) | (uint)on;
        if (wanted == now)
            return;
        BeforeChange?.Invoke((on & FurtherAttributes.Locks) != InodeFlags.None ? "fasten" : "change the flags", path);
        var flags = (nint)wanted;
        if (Kernel.Control(opened, Kernel.SetFlags, ref flags) != 0)
            throw new MachineException(Failures.Last(Attempt.ChangeFlags, path));
    }
}
