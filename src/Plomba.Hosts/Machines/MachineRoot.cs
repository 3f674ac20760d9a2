using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Plomba.Files;

namespace Plomba.Hosts.Machines;

/// <summary>
/// The file tree of one machine: <c>/</c>, or the directory of an offline root file system (<c>--root DIR</c>), held open.
/// Every access starts here and stays below; links are followed as seen from here, and only where the administrator
/// alone could have put them. Reads take regular files only and never wait. Thread-safe.
/// </summary>
public sealed partial class MachineRoot : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly PathWalk _walk;

    private MachineRoot(string directory, SafeFileHandle handle, bool isLive)
    {
        (Directory, _handle, IsLive) = (directory, handle, isLive);
        _walk = new PathWalk(handle);
    }

    /// <summary>Absolute path of the root directory, as this process sees it.</summary>
    public string Directory { get; }

    /// <summary>Whether this is the running machine itself: then its services and its user database can be asked.</summary>
    public bool IsLive { get; }

    /// <summary>Whether owners and the immutable attribute can be set; an ordinary user's files are its own whatever is asked.</summary>
    public bool IsPrivileged { get; } = UserId.Effective == 0;

    /// <summary>Opens a root directory; links on the way to it are followed, its name comes from the administrator.</summary>
    public static MachineResult<MachineRoot> Open(string directory)
    {
        var full = Path.GetFullPath(directory);
        var name = MachinePath.TryParse(full, out var path, out _) ? path : MachinePath.Root;
        var opened = Place.Handle(Kernel.Open(Place.Terminated(full), Kernel.PathOnly | Kernel.DirectoryOnly | Kernel.CloseOnExec, 0), Attempt.Open, name);
        if (!opened.TryGet(out var handle, out var error))
            return MachineResult<MachineRoot>.Failed(error);
        using var live = Place.Handle(Kernel.Open([(byte)'/', 0], Kernel.PathOnly | Kernel.DirectoryOnly | Kernel.CloseOnExec, 0), Attempt.Open, MachinePath.Root).Require();
        var isLive = Place.StatusOf(handle, name).Require().Identity == Place.StatusOf(live, MachinePath.Root).Require().Identity;
        return MachineResult<MachineRoot>.Of(new MachineRoot(full, handle, isLive));
    }

    /// <summary>The content of a regular file. Trusted links are followed to it; a FIFO, socket or device is never opened.</summary>
    /// <param name="path">Where.</param>
    /// <param name="limit">Longest content accepted, in bytes.</param>
    public MachineResult<ReadOnlyMemory<byte>> Read(MachinePath path, int limit) => Read(path, limit, followLast: true);

    /// <summary>What stands at a path; a link is not followed.</summary>
    public MachineResult<NodeStatus> Status(MachinePath path)
    {
        if (!_walk.Find(path, followLast: false).TryGet(out var place, out var error))
            return MachineResult<NodeStatus>.Failed(error);
        using (place)
            return place.Status();
    }

    /// <summary>What stands at a path, trusted links followed to their end.</summary>
    public MachineResult<NodeStatus> StatusFollowed(MachinePath path)
    {
        if (!_walk.Find(path, followLast: true).TryGet(out var place, out var error))
            return MachineResult<NodeStatus>.Failed(error);
        using (place)
            return place.Status();
    }

    /// <summary>Whether anything has that name, a dangling link included. False also where it cannot be known.</summary>
    public bool Exists(MachinePath path) => Status(path).Error is null;

    /// <summary>
    /// Whether something belongs to root, with every directory above it, and nobody else may write there: what others could
    /// exchange is nothing for root to run. False for a link too.
    /// </summary>
    internal bool IsRootsAlone(MachinePath path)
    {
        for (MachinePath? place = path; place is { } there; place = there.Parent)
        {
            if (!Status(there).TryGet(out var status, out _) || status.Attributes.Owner.User != 0
                || (status.Attributes.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None)
                return false;
        }

        return true;
    }

    /// <summary>The target of a symbolic link, as text: it may lead anywhere and is never opened.</summary>
    public MachineResult<string> ReadLink(MachinePath path)
    {
        if (!_walk.Find(path, followLast: false).TryGet(out var place, out var error))
            return MachineResult<string>.Failed(error);
        using (place)
            return PathWalk.ReadLink(place);
    }

    /// <summary>The entries of a directory, sorted by code point. A trusted link to a directory is followed.</summary>
    /// <param name="path">Where.</param>
    /// <param name="limit">Most entries accepted.</param>
    public MachineResult<IReadOnlyList<DirectoryEntry>> List(MachinePath path, int limit = 100_000)
    {
        if (!_walk.Find(path, followLast: true).TryGet(out var place, out var error))
            return MachineResult<IReadOnlyList<DirectoryEntry>>.Failed(error);
        using (place)
        {
            if (!place.Status().TryGet(out var status, out error))
                return MachineResult<IReadOnlyList<DirectoryEntry>>.Failed(error);
            if (status.Kind != NodeKind.Directory)
                return MachineResult<IReadOnlyList<DirectoryEntry>>.Failed(Failures.WrongKind(path, status.Kind, wantsDirectory: true));
            if (!place.Open(Kernel.DirectoryOnly, Attempt.List).TryGet(out var opened, out error))
                return MachineResult<IReadOnlyList<DirectoryEntry>>.Failed(error);
            using (opened)
                return List(opened, path, limit);
        }
    }

    /// <summary>Extended attributes and flags of what stands at a path; a link is not followed, and nothing is set going.</summary>
    internal MachineResult<FurtherAttributes> Further(MachinePath path)
    {
        if (!_walk.Find(path, followLast: false).TryGet(out var place, out var error))
            return MachineResult<FurtherAttributes>.Failed(error);
        using (place)
        {
            if (!place.Open(Kernel.PathOnly, Attempt.Open).TryGet(out var node, out error))
                return MachineResult<FurtherAttributes>.Failed(error);
            using (node)
                return Further(place, node);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    internal MachineResult<ReadOnlyMemory<byte>> Read(MachinePath path, int limit, bool followLast)
    {
        if (!_walk.Find(path, followLast).TryGet(out var place, out var error))
            return MachineResult<ReadOnlyMemory<byte>>.Failed(error);
        using (place)
        {
            // Looked at before it is opened: opening a device alone can set it going.
            if (!place.Status().TryGet(out var status, out error))
                return MachineResult<ReadOnlyMemory<byte>>.Failed(error);
            if (status.Kind != NodeKind.File)
                return MachineResult<ReadOnlyMemory<byte>>.Failed(Failures.WrongKind(path, status.Kind, wantsDirectory: false));
            if (!place.Open(Kernel.ReadOnly, Attempt.Read).TryGet(out var file, out error))
                return MachineResult<ReadOnlyMemory<byte>>.Failed(error);
            using (file)
            {
                if (!Place.StatusOf(file, path).TryGet(out var opened, out error))
                    return MachineResult<ReadOnlyMemory<byte>>.Failed(error);
                return opened.Identity == status.Identity
                    ? Read(file, opened.Size, limit, path)
                    : MachineResult<ReadOnlyMemory<byte>>.Failed(new(MachineProblem.Changed, path, Text.Say($"{path} was exchanged while it was being read")));
            }
        }
    }

    private static MachineResult<ReadOnlyMemory<byte>> Read(SafeFileHandle file, long size, int limit, MachinePath path)
    {
        try
        {
            // The size is a guess only: files below /proc have none.
            var buffer = new byte[Math.Min(Math.Max(size + 1, 512), (long)limit + 1)];
            var length = 0;
            int read;
            while ((read = RandomAccess.Read(file, buffer.AsSpan(length), length)) > 0)
            {
                length += read;
                if (length > limit)
                    return MachineResult<ReadOnlyMemory<byte>>.Failed(new(MachineProblem.TooLarge, path, Text.Say($"{path} is larger than {limit} bytes")));
                if (length == buffer.Length)
                    Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, (long)limit + 1));
            }

            return MachineResult<ReadOnlyMemory<byte>>.Of(buffer.AsMemory(0, length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return MachineResult<ReadOnlyMemory<byte>>.Failed(new(MachineProblem.Other, path, Text.Say($"cannot read {path}: {e.Message.ReplaceLineEndings(" ")}")));
        }
    }

    private static MachineResult<IReadOnlyList<DirectoryEntry>> List(SafeFileHandle directory, MachinePath path, int limit)
    {
        const int nameOffset = 19; // struct linux_dirent64: inode 8, offset 8, length 2, type 1, name
        var entries = new List<DirectoryEntry>();
        var buffer = new byte[32 * 1024];
        nint filled;
        while ((filled = Kernel.ReadDirectory(directory, buffer, buffer.Length)) > 0)
        {
            for (var at = 0; at < filled;)
            {
                var entry = buffer.AsSpan(at);
                var length = BinaryPrimitives.ReverseEndianness(BinaryPrimitives.ReadUInt16BigEndian(entry[16..]));
                var bytes = entry[nameOffset..length];
                bytes = bytes[..bytes.IndexOf((byte)0)];
                if (!bytes.SequenceEqual("."u8) && !bytes.SequenceEqual(".."u8))
                    entries.Add(new DirectoryEntry(path.Entry(NameEncoding.Decode(bytes)), KindOf(entry[18])));
                at += length;
            }

            if (entries.Count > limit)
                return MachineResult<IReadOnlyList<DirectoryEntry>>.Failed(new(MachineProblem.TooLarge, path, Text.Say($"{path} holds more than {limit} entries")));
        }

        entries.Sort((a, b) => string.CompareOrdinal(a.Path.Text, b.Path.Text));
        return filled < 0
            ? MachineResult<IReadOnlyList<DirectoryEntry>>.Failed(Failures.Of(Marshal.GetLastPInvokeError(), Attempt.List, path))
            : MachineResult<IReadOnlyList<DirectoryEntry>>.Of(entries);
    }

    // DT_… of dirent.h
    private static NodeKind? KindOf(byte type) => type switch
    {
        1 => NodeKind.Fifo,
        2 => NodeKind.CharacterDevice,
        4 => NodeKind.Directory,
        6 => NodeKind.BlockDevice,
        8 => NodeKind.File,
        10 => NodeKind.SymbolicLink,
        12 => NodeKind.Socket,
        _ => null,
    };
}
