using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Plomba.Files;

/// <summary>
/// The one place that makes bytes durable: temporary file in the same directory, fsync, rename, fsync of the
/// directory. When a call returns, the new content survives power loss; when it throws, the old content stands.
/// </summary>
public static partial class DurableFile
{
    /// <summary>Replaces (or creates) <paramref name="path"/> with <paramref name="content"/>, atomically and durably.</summary>
    /// <param name="path">Final path; its directory must exist.</param>
    /// <param name="content">The whole new content.</param>
    /// <param name="mode">Mode of the new file, exactly (the process umask is not applied).</param>
    /// <exception cref="IOException">
    /// The disk is full, the directory is missing or read-only, or the path is that of a device, a pipe or another thing whose
    /// place no file may take (<c>/dev/null</c>, <c>/dev/stdout</c>); what is there is untouched.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">Nothing may be written in its directory.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode = DefaultMode)
    {
        RegularFile.RequireReplaceable(path);
        var temporary = TemporaryBeside(path);
        var file = CreateTemporary(temporary, path);
        try
        {
            using (file)
            {
                RandomAccess.Write(file, content, 0);
                File.SetUnixFileMode(file, mode);
                RandomAccess.FlushToDisk(file);
            }

            Publish(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>
    /// Creates <paramref name="path"/> with <paramref name="content"/>, atomically and durably; false, and nothing is
    /// changed, when something of that name is there, whoever made it a moment ago.
    /// </summary>
    /// <param name="path">Final path; its directory must exist.</param>
    /// <param name="content">The whole content.</param>
    /// <param name="mode">Mode of the new file, exactly (the process umask is not applied).</param>
    /// <exception cref="IOException">The disk is full, the directory is missing or read-only, or its file system knows no links.</exception>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content, UnixFileMode mode = DefaultMode)
    {
        const int exists = 17; // EEXIST
        var temporary = TemporaryBeside(path);
        try
        {
            using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                RandomAccess.Write(file, content, 0);
                File.SetUnixFileMode(file, mode);
                RandomAccess.FlushToDisk(file);
            }

            // Unlike a rename, a link never takes the place of anything.
            if (Link(temporary, path) != 0)
                return Marshal.GetLastPInvokeError() == exists ? false : throw Failure("link", path);
        }
        finally
        {
            File.Delete(temporary);
        }

        FlushDirectory(DirectoryOf(path));
        return true;
    }

    /// <summary>
    /// Replaces the content of an existing file atomically and durably; mode, owner and group stay as they are, so a
    /// service that may read the file through its group still may.
    /// </summary>
    /// <exception cref="IOException">It is missing, cannot be written, or its owner cannot be kept; the old file is untouched.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var mode = File.GetUnixFileMode(path);
        var (user, group) = OwnerOf(path);
        var temporary = TemporaryBeside(path);
        try
        {
            using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                File.SetUnixFileMode(file, PrivateMode); // nobody reads it before it is whose it will be
                RandomAccess.Write(file, content, 0);
                if (OwnerOf(temporary) != (user, group) && ChangeOwner(temporary, user, group) != 0)
                    throw Failure("chown", temporary);
                File.SetUnixFileMode(file, mode);
                RandomAccess.FlushToDisk(file);
            }

            Publish(temporary, path);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Renames an already complete file over <paramref name="path"/> and makes the rename durable.</summary>
    /// <remarks>The caller has fsynced the content of <paramref name="temporary"/>. Both must be on one file system.</remarks>
    public static void Publish(string temporary, string path)
    {
        Rename(temporary, path);
        FlushDirectory(DirectoryOf(path));
        var source = DirectoryOf(temporary);
        if (!string.Equals(source, DirectoryOf(path), StringComparison.Ordinal))
            FlushDirectory(source);
    }

    /// <summary>Removes a file and makes the removal durable; a file that is not there is no error.</summary>
    public static void Delete(string path)
    {
        if (!File.Exists(path))
            return;
        File.Delete(path);
        FlushDirectory(DirectoryOf(path));
    }

    /// <summary>Creates a directory and its missing parents, and makes each of them durable.</summary>
    public static void CreateDirectory(string path, UnixFileMode mode = DefaultDirectoryMode)
    {
        if (Directory.Exists(path))
            return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null)
            CreateDirectory(parent, mode);
        Directory.CreateDirectory(path, mode);
        if (parent is not null)
            FlushDirectory(parent);
    }

    /// <summary>fsync of a directory: the names in it survive power loss.</summary>
    public static void FlushDirectory(string path)
    {
        // FileStream refuses directories, so the descriptor is opened by hand.
        var descriptor = Open(path, OpenDirectoryReadOnly, 0);
        if (descriptor < 0)
            throw Failure("open", path);
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (FSync(descriptor) != 0)
            throw Failure("fsync", path);
    }

    /// <summary>A name beside <paramref name="path"/> that nothing else uses: starts with a dot, ends in <c>.tmp</c>.</summary>
    public static string TemporaryBeside(string path) =>
        Path.Combine(DirectoryOf(path), $".{Guid.NewGuid():N}.tmp");

    /// <summary>0644: readable by all, writable by the owner.</summary>
    public const UnixFileMode DefaultMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>0600: for the owner alone.</summary>
    public const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>0755.</summary>
    public const UnixFileMode DefaultDirectoryMode = DefaultMode | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>0700.</summary>
    public const UnixFileMode PrivateDirectoryMode = PrivateMode | UnixFileMode.UserExecute;

    private const int OpenDirectoryReadOnly = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC | O_RDONLY

    private static string DirectoryOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    /// <summary>
    /// Renames atomically, replacing what is there; durable only after <see cref="FlushDirectory"/> of the target's
    /// directory. For callers that do something between the two; all others take <see cref="Publish"/>.
    /// </summary>
    public static void Rename(string from, string to)
    {
        // File.Move checks, then renames; rename(2) alone is atomic.
        if (RenameNative(from, to) != 0)
            throw Failure("rename", to);
    }

    // The name of the temporary file says nothing to whoever named the other.
    private static SafeFileHandle CreateTemporary(string temporary, string path)
    {
        try
        {
            return File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new DirectoryNotFoundException(Text.Say($"there is no directory {DirectoryOf(path)}"), e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnauthorizedAccessException($"{path} cannot be written: no right to write in {DirectoryOf(path)}", e);
        }
    }

    private static (uint User, uint Group) OwnerOf(string path)
    {
        const uint ownerAndGroup = 0x8 | 0x10; // STATX_UID | STATX_GID
        return FileStatus.Read(FileStatus.CurrentDirectory, path, 0, ownerAndGroup, out var status) == 0
            ? (status.User, status.Group)
            : throw Failure("statx", path);
    }

    private static IOException Failure(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} {path}: {FileTrouble.Of(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string path);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameNative(string from, string to);
}
