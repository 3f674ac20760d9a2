using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plomba.Registry.Signatures;

/// <summary>
/// A file in a maker's inbox, opened without believing anything about its path: every component is opened below the one before and no
/// symbolic link is followed, so that the name that was checked is the file that is read. The owner comes from the opened file itself.
/// </summary>
internal sealed partial class InboxFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private InboxFile(SafeFileHandle handle, in StatX stat)
    {
        _handle = handle;
        Owner = stat.Uid;
        Length = (long)stat.Size;
        Stamp = (stat.Inode, stat.ModifiedSeconds, stat.ModifiedNanoseconds, Length);
    }

    /// <summary>User id of the file's owner.</summary>
    public uint Owner { get; }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <summary>Differs when the file was changed or replaced.</summary>
    public (ulong Inode, long Seconds, uint Nanoseconds, long Length) Stamp { get; }

    /// <summary>Opens a regular file below <paramref name="root"/>; null when it is not there, is anything else, or may not be read.</summary>
    /// <param name="root">An administrator's choice; links in it are followed.</param>
    /// <param name="components">Checked names without slashes; the last is the file.</param>
    public static InboxFile? TryOpen(string root, IReadOnlyList<string> components)
    {
        var directory = OpenDirectory(root, ReferenceOnly | CloseOnExec, 0);
        for (var i = 0; i < components.Count; i++)
        {
            if (directory < 0)
                return null;
            var flags = NoFollow | CloseOnExec | (i < components.Count - 1 ? ReferenceOnly : NonBlocking);
            var next = OpenAt(directory, components[i], flags, 0);
            _ = Close(directory);
            directory = next;
        }

        return directory < 0 ? null : Take(new SafeFileHandle(directory, ownsHandle: true));
    }

    /// <summary>The whole content, at most <paramref name="maximum"/> bytes of it.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public byte[] Read(int maximum)
    {
        var buffer = new byte[(int)Math.Min(Length, maximum)];
        var length = 0;
        while (length < buffer.Length && RandomAccess.Read(_handle, buffer.AsSpan(length), length) is > 0 and var count)
            length += count;
        return buffer[..length];
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static InboxFile? Take(SafeFileHandle handle)
    {
        if (Stat((int)handle.DangerousGetHandle(), "", EmptyPath, BasicStats, out var stat) == 0 && (stat.Mode & TypeMask) == RegularFile)
            return new InboxFile(handle, stat);
        handle.Dispose();
        return null;
    }

    // From <fcntl.h> and <linux/stat.h>; O_NOFOLLOW alone differs between the processors .NET runs on.
    private const int ReferenceOnly = 0x200000; // O_PATH
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const ushort TypeMask = 0xf000;
    private const ushort RegularFile = 0x8000;
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDirectory(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "openat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int directory, string name, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int directory, string path, int flags, uint mask, out StatX stat);

    // struct statx of the kernel: the same on every processor.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatX
    {
        [FieldOffset(20)]
        public uint Uid;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        // stx_mtime, the last of atime, btime, ctime, mtime: 16 bytes each from 64 on.
        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;
    }
}
