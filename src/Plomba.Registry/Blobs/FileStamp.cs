using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Plomba.Files;

namespace Plomba.Registry.Blobs;

/// <summary>
/// What changes when somebody changes a file: size, inode, and both times in nanoseconds. A file whose stamp is the one
/// recorded at its verification is not hashed again.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly partial record struct FileStamp(long Size, long Modified, long Changed, ulong Inode, uint Links)
{
    /// <summary>The stamp of the file at <paramref name="path"/> (not following a symbolic link); null: there is none.</summary>
    public static FileStamp? Of(string path) => Read(CurrentDirectory, path, NoFollow);

    /// <summary>The stamp of an open file.</summary>
    public static FileStamp Of(SafeFileHandle file)
    {
        var held = false;
        try
        {
            file.DangerousAddRef(ref held);
            return Read((int)file.DangerousGetHandle(), "", EmptyPath) ?? throw new IOException("statx: no such file");
        }
        finally
        {
            if (held)
                file.DangerousRelease();
        }
    }

    /// <summary>Opens for reading without any lock; null: there is no such file.</summary>
    /// <remarks>
    /// <see cref="File.OpenHandle"/> would take a shared flock, and so fail while a finished upload is still held
    /// under its new name; and it throws for what is an ordinary answer here.
    /// </remarks>
    public static SafeFileHandle? OpenRead(string path)
    {
        var descriptor = Open(path, CloseOnExec, 0);
        if (descriptor >= 0)
            return new SafeFileHandle(descriptor, ownsHandle: true);
        var error = Marshal.GetLastPInvokeError();
        return error is NoEntry or NotADirectory ? null : throw Failure("open", path, error);
    }

    /// <summary>Asks the kernel to begin writing a range to disk, so that the fsync at the end finds little left to do.</summary>
    public static void BeginWriteback(SafeFileHandle file, long offset, long count)
    {
        // Only a hint: an error shows up at the fsync.
        _ = SyncFileRange(file, offset, count, SyncFileRangeWrite);
    }

    private static unsafe FileStamp? Read(int directory, string path, int flags)
    {
        Span<byte> buffer = stackalloc byte[256];
        int result;
        fixed (byte* pointer = buffer)
            result = Statx(directory, path, flags, BasicStats, pointer);
        if (result != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is NoEntry or NotADirectory ? null : throw Failure("statx", path, error);
        }

        // struct statx is the same on every architecture: nlink at 16, ino 32, size 40, ctime 96, mtime 112.
        return new FileStamp(
            (long)Field(buffer, 40), Nanoseconds(buffer, 112), Nanoseconds(buffer, 96), Field(buffer, 32), (uint)(Field(buffer, 16) & uint.MaxValue));
    }

    private static ulong Field(ReadOnlySpan<byte> buffer, int at) => BinaryPrimitives.ReadUInt64LittleEndian(buffer[at..]);

    private static long Nanoseconds(ReadOnlySpan<byte> buffer, int at) =>
        unchecked(((long)Field(buffer, at) * 1_000_000_000) + (long)(Field(buffer, at + 8) & uint.MaxValue));

    private static IOException Failure(string call, string path, int error) =>
        new($"{call} {path}: {FileTrouble.Of(error)}", error);

    private const int NoEntry = 2, NotADirectory = 20;
    private const int CurrentDirectory = -100, NoFollow = 0x100, EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int CloseOnExec = 0x80000;
    private const uint SyncFileRangeWrite = 2;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long count, uint flags);
}
