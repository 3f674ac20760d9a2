using Plomba.CommandLine;
using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Trust.Files;

namespace Plomba.Verbs.Skopeo;

/// <summary>The files that skopeo's local verbs are given.</summary>
internal static class LocalFile
{
    private const int LongestManifest = 4 * 1024 * 1024;

    /// <summary>A whole file.</summary>
    /// <exception cref="Failure">It cannot be read: exit 1.</exception>
    public static ReadOnlyMemory<byte> Read(string path, string what, int limit)
    {
        var reading = MachineFiles.Instance.Read(path, limit);
        return reading.IsRead ? reading.Bytes : throw new Failure($"Error reading {what} from {path}: {reading.Message}");
    }

    /// <summary>A manifest and its digest.</summary>
    /// <exception cref="Failure">It cannot be read, or has no digest here: exit 1.</exception>
    public static (ReadOnlyMemory<byte> Bytes, Digest Digest) ReadManifest(string path)
    {
        var bytes = Read(path, "manifest", LongestManifest);
        return ManifestDigest.TryCompute(bytes, out var digest, out var error) ? (bytes, digest) : throw new Failure($"Error computing digest: {error.Message}");
    }
}
