using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Plomba.Files;

/// <summary>
/// Opens files whose names come from a person or a configuration. A name can be that of a named pipe nobody writes to, of
/// a terminal or of a tape: opening those waits for ever or sets something going, so only regular files are opened. The
/// null device is an empty file, as everywhere.
/// </summary>
public static partial class RegularFile
{
    /// <summary>Opens a regular file, links followed; never waits.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">It is no regular file, or cannot be read.</exception>
    public static FileStream OpenRead(string path)
    {
        // Looked at before and after: before, for opening a device can do something; after, for it may have been exchanged.
        if (FileStatus.Read(FileStatus.CurrentDirectory, path, 0, TypeAndDevice, out var status) == 0)
            Require(status, path);
        const int readOnly = 0;
        const int noTerminal = 0x100;
        const int nonBlocking = 0x800;
        const int closeOnExec = 0x80000;
        var descriptor = Open(path, readOnly | noTerminal | nonBlocking | closeOnExec, 0);
        if (descriptor < 0)
            throw Failure(path);
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            const int emptyPath = 0x1000;
            if (FileStatus.Read(descriptor, "", emptyPath, TypeAndDevice, out status) != 0)
                throw Failure(path);
            Require(status, path);
            return new FileStream(handle, FileAccess.Read, bufferSize: 0);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>All of a regular file; null when it is longer than <paramref name="limit"/> bytes.</summary>
    /// <exception cref="IOException">As <see cref="OpenRead"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">As <see cref="OpenRead"/>.</exception>
    public static byte[]? ReadUpTo(string path, int limit)
    {
        using var file = OpenRead(path);

        // The length is not believed: a file under /proc has none, and one that grows has another.
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = file.Read(buffer)) > 0)
        {
            if (content.Length + read > limit)
                return null;
            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    /// <summary>Whether something of that name is a regular file, links followed; nothing is opened.</summary>
    public static bool Is(string path) =>
        FileStatus.Read(FileStatus.CurrentDirectory, path, 0, TypeAndDevice, out var status) == 0 && IsRegular(status);

    /// <summary>Nothing, or something a file may take the place of: a regular file, or a link that does not stand for what a process has open.</summary>
    /// <exception cref="IOException">It is anything else.</exception>
    internal static void RequireReplaceable(string path)
    {
        if (new FileInfo(path).LinkTarget?.StartsWith("/proc/", StringComparison.Ordinal) == true)
            throw new IOException(Text.Say($"{path} stands for what a process has open, it is no file"));
        if (FileStatus.Read(FileStatus.CurrentDirectory, path, 0, TypeAndDevice, out var status) == 0 && !IsRegular(status))
            throw NotRegular(status, path);
    }

    /// <summary>All of a regular file as UTF-8.</summary>
    /// <exception cref="IOException">As <see cref="OpenRead"/>; or it is longer than <paramref name="limit"/> bytes.</exception>
    /// <exception cref="UnauthorizedAccessException">As <see cref="OpenRead"/>.</exception>
    public static string ReadText(string path, int limit) =>
        Encoding.UTF8.GetString(ReadUpTo(path, limit) ?? throw new IOException($"{path} is larger than {limit} bytes"));

    private const uint TypeAndDevice = 0x1; // STATX_TYPE; the device's number always comes along

    private static void Require(FileStatus status, string path)
    {
        if (!IsRegular(status) && !IsNullDevice(status))
            throw NotRegular(status, path);
    }

    private static bool IsRegular(FileStatus status) => TypeOf(status) == 0x8000;

    private static bool IsNullDevice(FileStatus status) => TypeOf(status) == 0x2000 && (status.DeviceMajor, status.DeviceMinor) == (1, 3);

    private static int TypeOf(FileStatus status) => status.Mode & 0xf000;

    private static IOException NotRegular(FileStatus status, string path) => new(TypeOf(status) switch
    {
        0x4000 => Text.Say($"{path} is a directory"),
        0x1000 => Text.Say($"{path} is a named pipe, not a regular file"),
        0xc000 => Text.Say($"{path} is a socket, not a regular file"),
        _ => Text.Say($"{path} is a device, not a regular file"),
    });

    private static Exception Failure(string path)
    {
        const int missing = 2;
        const int notPermitted = 1;
        const int noAccess = 13;
        const int notADirectory = 20;
        var error = Marshal.GetLastPInvokeError();
        var message = $"{path}: {FileTrouble.Of(error)}";
        return error switch
        {
            missing or notADirectory => new FileNotFoundException(message, path),
            notPermitted or noAccess => new UnauthorizedAccessException(message),
            _ => new IOException(message, error),
        };
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);
}
