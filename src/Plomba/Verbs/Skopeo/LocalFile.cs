using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Trust.Files;

namespace Plomba.Verbs.Skopeo;

/// <summary>
/// The files that skopeo's local verbs are given. What this process was given open counts as a file, whatever it is:
/// <c>/dev/stdin</c>, and <c>/dev/fd/63</c> as a shell writes <c>&lt;(…)</c>. Any other pipe or device is refused at once.
/// </summary>
internal static class LocalFile
{
    private const int LongestManifest = 4 * 1024 * 1024;

    private static readonly string[] Own = ["/dev/null", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/"];

    /// <summary>A whole file.</summary>
    /// <exception cref="Failure">It cannot be read: exit 1.</exception>
    public static ReadOnlyMemory<byte> Read(string path, string what, int limit)
    {
        var reading = IsOwn(path) ? ReadOwn(path, limit) : MachineFiles.Instance.Read(path, limit);
        return reading.IsRead ? reading.Bytes : throw new Failure($"Error reading {what} from {path}: {reading.Message}");
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Stream OpenRead(string path) => IsOwn(path) ? OpenOwn(path, FileAccess.Read) : RegularFile.OpenRead(path);

    /// <summary>A manifest and its digest.</summary>
    /// <exception cref="Failure">It cannot be read, or has no digest here: exit 1.</exception>
    public static (ReadOnlyMemory<byte> Bytes, Digest Digest) ReadManifest(string path)
    {
        var bytes = Read(path, "manifest", LongestManifest);
        return ManifestDigest.TryCompute(bytes, out var digest, out var error) ? (bytes, digest) : throw new Failure($"Error computing digest: {error.Message}");
    }

    /// <summary>Writes a whole file, through a symbolic link if it is one; what this process was given open is written to as it is.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        if (IsOwn(path))
        {
            using var stream = OpenOwn(path, FileAccess.Write);
            stream.Write(content);
            return;
        }

        var target = Path.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        if (Path.Exists(target) && !RegularFile.Is(target))
            throw new IOException($"{target} is not a regular file");
        DurableFile.Write(target, content);
    }

    private static bool IsOwn(string path) => Array.Exists(Own, name => path == name || (name.EndsWith('/') && path.StartsWith(name, StringComparison.Ordinal)));

    private static FileStream OpenOwn(string path, FileAccess access) => new(path, FileMode.Open, access, FileShare.ReadWrite, bufferSize: 0);

    private static FileReading ReadOwn(string path, int limit)
    {
        try
        {
            using var stream = OpenOwn(path, FileAccess.Read);
            using var content = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = stream.Read(buffer)) > 0)
            {
                if (content.Length + read > limit)
                    return FileReading.Unreadable($"read {path}: exceeded maximum allowed size of {limit} bytes");
                content.Write(buffer, 0, read);
            }

            return FileReading.Of(content.ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return FileReading.Unreadable($"open {path}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }
}
