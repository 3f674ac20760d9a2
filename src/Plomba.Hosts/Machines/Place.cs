using Microsoft.Win32.SafeHandles;

namespace Plomba.Hosts.Machines;

/// <summary>A name in a directory that is held open: what the name means cannot be exchanged on the way to it any more.</summary>
internal sealed class Place(MachinePath path, SafeFileHandle directory, byte[] name) : IDisposable
{
    /// <summary>The path that led here, for messages.</summary>
    public MachinePath Path => path;

    /// <summary>The directory, opened for its path only.</summary>
    public SafeFileHandle Directory => directory;

    /// <summary>The last name, with the NUL at its end; <c>.</c> for the directory itself.</summary>
    public byte[] Name => name;

    /// <summary>What stands here; a link is not followed.</summary>
    public MachineResult<NodeStatus> Status() => Of(directory, name, Kernel.AtSymbolicLinkNoFollow, path);

    /// <summary>What an open file or directory is.</summary>
    public static MachineResult<NodeStatus> StatusOf(SafeFileHandle opened, MachinePath path) => Of(opened, [0], Kernel.AtEmptyPath, path);

    /// <summary>Opens what stands here, without following it and without waiting for a writer.</summary>
    public MachineResult<SafeFileHandle> Open(int flags, Attempt doing) =>
        Handle(Kernel.OpenAt(directory, name, flags | Kernel.NoFollow | Kernel.NonBlocking | Kernel.NoTerminal | Kernel.CloseOnExec, 0x180), doing, path);

    /// <summary>fsync of the directory: its names survive power loss.</summary>
    public void Flush()
    {
        using var opened = Handle(Kernel.OpenAt(directory, [(byte)'.', 0], Kernel.DirectoryOnly | Kernel.CloseOnExec, 0), Attempt.Open, path).Require();
        if (Kernel.Flush(opened) != 0)
            throw new MachineException(Failures.Last(Attempt.Flush, path));
    }

    public void Dispose() => directory.Dispose();

    internal static MachineResult<SafeFileHandle> Handle(int descriptor, Attempt doing, MachinePath path) =>
        descriptor < 0
            ? MachineResult<SafeFileHandle>.Failed(Failures.Last(doing, path))
            : MachineResult<SafeFileHandle>.Of(new SafeFileHandle(descriptor, ownsHandle: true));

    internal static byte[] Terminated(ReadOnlySpan<char> text)
    {
        var bytes = NameEncoding.Encode(text)!;
        Array.Resize(ref bytes, bytes.Length + 1);
        return bytes;
    }

    private static MachineResult<NodeStatus> Of(SafeFileHandle directory, byte[] name, int flags, MachinePath path)
    {
        if (Kernel.Status(directory, name, flags, Kernel.FileStatus.Basic, out var status) != 0)
            return MachineResult<NodeStatus>.Failed(Failures.Last(Attempt.Look, path));
        return MachineResult<NodeStatus>.Of(new NodeStatus(
            KindOf(status.Mode),
            new NodeAttributes(new Owner(status.User, status.Group), (UnixFileMode)(status.Mode & 0xfff), (status.Attributes & Kernel.FileStatus.ImmutableAttribute) != 0),
            (long)status.Size,
            status.LinkCount,
            DateTimeOffset.FromUnixTimeSeconds(status.ModifiedSeconds).AddTicks(status.ModifiedNanoseconds / 100),
            (status.KnownAttributes & Kernel.FileStatus.ImmutableAttribute) != 0,
            new NodeIdentity(((ulong)status.DeviceMajor << 32) | status.DeviceMinor, status.Inode),
            MakeDevice(status.NodeMajor, status.NodeMinor),
            (status.Attributes & Kernel.FileStatus.AppendOnlyAttribute) != 0));
    }

    // As glibc's makedev: the number that mknod takes.
    private static ulong MakeDevice(uint major, uint minor) =>
        ((ulong)(major & 0xfffff000) << 32) | ((ulong)(major & 0xfff) << 8) | ((ulong)(minor & 0xffffff00) << 12) | (minor & 0xff);

    private static NodeKind KindOf(ushort mode) => (mode >> 12) switch
    {
        4 => NodeKind.Directory,
        10 => NodeKind.SymbolicLink,
        1 => NodeKind.Fifo,
        12 => NodeKind.Socket,
        2 => NodeKind.CharacterDevice,
        6 => NodeKind.BlockDevice,
        _ => NodeKind.File,
    };
}
