using System.Runtime.InteropServices;

namespace Plomba.Hosts.Machines;

/// <summary>What stands at a path.</summary>
public enum NodeKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A named pipe.</summary>
    Fifo,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A character device.</summary>
    CharacterDevice,

    /// <summary>A block device.</summary>
    BlockDevice,
}

/// <summary>Whose something is, by number: names mean something only together with one machine's accounts.</summary>
/// <param name="User">The user id.</param>
/// <param name="Group">The group id.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Owner(uint User, uint Group)
{
    /// <summary>root:root</summary>
    public static Owner Root { get; }

    /// <summary><c>0:0</c></summary>
    public override string ToString() => $"{User}:{Group}";
}

/// <summary>Whose a file or directory is and who may do what with it.</summary>
/// <param name="Owner">Its owner.</param>
/// <param name="Mode">All twelve bits.</param>
/// <param name="Immutable">The attribute that <c>chattr +i</c> sets: not even root changes it, or adds to the directory, before it is taken off.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NodeAttributes(Owner Owner, UnixFileMode Mode, bool Immutable = false)
{
    /// <summary>root:root 0644</summary>
    public static NodeAttributes RootFile { get; } = new(Owner.Root, Files.DurableFile.DefaultMode);

    /// <summary>root:root 0755</summary>
    public static NodeAttributes RootDirectory { get; } = new(Owner.Root, Files.DurableFile.DefaultDirectoryMode);
}

/// <summary>What the kernel knows of something, without following it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Attributes">Owner, mode, immutable attribute. A link's mode is always 0777.</param>
/// <param name="Size">In bytes; of a link the length of its target.</param>
/// <param name="LinkCount">How many names a file has.</param>
/// <param name="Modified">When its content last changed.</param>
/// <param name="CanBeImmutable">Whether its file system knows the immutable attribute.</param>
/// <param name="Identity">Tells it from everything else on the machine while it exists.</param>
/// <param name="DeviceNumber">Of a device: its number; else 0.</param>
/// <param name="IsAppendOnly">The attribute that <c>chattr +a</c> sets: nothing can be taken away from it or renamed.</param>
public sealed record NodeStatus(
    NodeKind Kind,
    NodeAttributes Attributes,
    long Size,
    uint LinkCount,
    DateTimeOffset Modified,
    bool CanBeImmutable,
    NodeIdentity Identity,
    ulong DeviceNumber = 0,
    bool IsAppendOnly = false)
{
    /// <summary>Which flags keep it from being changed.</summary>
    internal InodeFlags Locks => (Attributes.Immutable ? InodeFlags.Immutable : default) | (IsAppendOnly ? InodeFlags.AppendOnly : default);
}

/// <summary>A node of a file system while it exists: device and inode number.</summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">Its number there.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NodeIdentity(ulong Device, ulong Inode);

/// <summary>An entry of a directory.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Kind">What it is; null where the file system does not tell without asking.</param>
public sealed record DirectoryEntry(MachinePath Path, NodeKind? Kind);
