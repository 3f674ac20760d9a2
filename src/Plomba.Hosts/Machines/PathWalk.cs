using Microsoft.Win32.SafeHandles;
using Plomba.Files;

namespace Plomba.Hosts.Machines;

/// <summary>
/// Goes from the root directory to a path without ever leaving the root. A symbolic link is followed, as seen from the
/// root, only where nobody but the administrator could have put it: it and its directory belong to root (or to who runs
/// this), and nobody else may write there. So links like <c>/var/run</c> work, and a planted one ends the walk.
/// </summary>
internal sealed class PathWalk(SafeFileHandle root)
{
    // As many as the kernel follows before it gives up with ELOOP.
    private const int MaximumLinks = 40;

    private const ulong NoLinks = Kernel.ResolveBeneath | Kernel.ResolveNoSymbolicLinks | Kernel.ResolveNoMagicLinks;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private static readonly byte[] Itself = [(byte)'.', 0];
    private static readonly int Directory = Kernel.PathOnly | Kernel.DirectoryOnly | Kernel.NoFollow | Kernel.CloseOnExec;

    /// <summary>The place of a path; what stands there may be missing, the directories before it may not.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="followLast">Whether a link at the very end is followed too.</param>
    public MachineResult<Place> Find(MachinePath path, bool followLast)
    {
        if (path.Parent is not { } parent)
            return Again(root, path).TryGet(out var top, out var failure) ? Of(path, top, Itself) : MachineResult<Place>.Failed(failure);

        // Nearly always no link is on the way: one call, checked by the kernel.
        var opened = parent.Parent is null ? Again(root, path) : OpenBeneath(parent, path);
        if (!opened.TryGet(out var directory, out var error))
            return error.Problem is MachineProblem.UntrustedLink or MachineProblem.Other or MachineProblem.Denied ? Walk(path, followLast) : MachineResult<Place>.Failed(error);
        var place = new Place(path, directory, Place.Terminated(path.Name));
        if (!followLast || !place.Status().TryGet(out var status, out _) || status.Kind != NodeKind.SymbolicLink)
            return MachineResult<Place>.Of(place);
        place.Dispose();
        return Walk(path, followLast);
    }

    private MachineResult<SafeFileHandle> OpenBeneath(MachinePath parent, MachinePath path) =>
        Place.Handle(Kernel.OpenBeneath(root, Place.Terminated(parent.Text.AsSpan(1)), Directory & ~Kernel.NoFollow, NoLinks), Attempt.Open, path);

    // By hand, one name at a time, each opened from the directory before it: also where the kernel has no openat2.
    private MachineResult<Place> Walk(MachinePath path, bool followLast)
    {
        var way = new Stack<SafeFileHandle>();
        try
        {
            return Walk(path, followLast, way);
        }
        finally
        {
            foreach (var directory in way)
                directory.Dispose();
        }
    }

    private MachineResult<Place> Walk(MachinePath path, bool followLast, Stack<SafeFileHandle> way)
    {
        way.Push(Again(root, path).Require());
        var pending = new Stack<string>(path.Names.Reverse());
        for (var links = 0; pending.TryPop(out var name);)
        {
            if (name == "..")
            {
                if (way.Count > 1)
                    way.Pop().Dispose();
                continue;
            }

            var bytes = Place.Terminated(name);
            using var place = new Place(path, Again(way.Peek(), path).Require(), bytes);
            if (pending.Count == 0 && !followLast)
                return Of(path, way.Pop(), bytes);
            if (!place.Status().TryGet(out var status, out var error))
                return pending.Count == 0 && error.Problem == MachineProblem.Missing ? Of(path, way.Pop(), bytes) : MachineResult<Place>.Failed(error);
            if (status.Kind == NodeKind.SymbolicLink)
            {
                if (++links > MaximumLinks || !IsTrusted(status) || !IsTrusted(Place.StatusOf(way.Peek(), path).Require()))
                    return MachineResult<Place>.Failed(Failures.UntrustedLink(path));
                if (!ReadLink(place).TryGet(out var target, out error))
                    return MachineResult<Place>.Failed(error);
                while (target.StartsWith('/') && way.Count > 1)
                    way.Pop().Dispose();
                foreach (var part in target.Split('/').Where(p => p is not ("" or ".")).Reverse())
                    pending.Push(part);
            }
            else if (pending.Count == 0)
            {
                return Of(path, way.Pop(), bytes);
            }
            else if (Place.Handle(Kernel.OpenAt(way.Peek(), bytes, Directory, 0), Attempt.Open, path).TryGet(out var next, out error))
            {
                way.Push(next);
            }
            else
            {
                return MachineResult<Place>.Failed(error);
            }
        }

        return Of(path, way.Pop(), Itself);
    }

    public static MachineResult<string> ReadLink(Place place)
    {
        var buffer = new byte[MachinePath.MaximumLength + 1];
        var length = Kernel.ReadLink(place.Directory, place.Name, buffer, buffer.Length);
        return length < 0
            ? MachineResult<string>.Failed(Failures.Last(Attempt.Read, place.Path))
            : MachineResult<string>.Of(NameEncoding.Decode(buffer.AsSpan(0, (int)length)));
    }

    private static bool IsTrusted(NodeStatus status)
    {
        var (owner, mode, _) = status.Attributes;
        return (owner.User == 0 || owner.User == UserId.Effective)
            && (status.Kind == NodeKind.SymbolicLink || (mode & OthersWrite) == UnixFileMode.None || mode.HasFlag(UnixFileMode.StickyBit));
    }

    private static MachineResult<SafeFileHandle> Again(SafeFileHandle directory, MachinePath path) =>
        Place.Handle(Kernel.OpenAt(directory, Itself, Directory, 0), Attempt.Open, path);

    private static MachineResult<Place> Of(MachinePath path, SafeFileHandle directory, byte[] name) =>
        MachineResult<Place>.Of(new Place(path, directory, name));
}
