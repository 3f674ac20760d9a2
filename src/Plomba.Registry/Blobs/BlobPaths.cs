using System.Security.Cryptography;
using System.Text;
using Plomba.Images;

namespace Plomba.Registry.Blobs;

/// <summary>Where everything of the blob store lies below the data directory.</summary>
internal sealed class BlobPaths(string data)
{
    private static readonly string[] Algorithms = ["sha256", "sha384", "sha512"];

    /// <summary><c>blobs/</c></summary>
    public string Blobs { get; } = Path.Combine(data, "blobs");

    /// <summary><c>uploads/</c></summary>
    public string Uploads { get; } = Path.Combine(data, "uploads");

    /// <summary><c>quarantine/</c></summary>
    public string Quarantine { get; } = Path.Combine(data, "quarantine");

    /// <summary>The cache of verification stamps.</summary>
    public string Stamps => Path.Combine(Blobs, "verified.db");

    /// <summary><c>blobs/sha256/ab/abcd…</c></summary>
    public string Of(Digest digest) => string.Concat(DirectoryOf(digest), "/", digest.Hex);

    /// <summary><c>blobs/sha256/ab</c></summary>
    public string DirectoryOf(Digest digest) => $"{Blobs}/{digest.Text.AsSpan(0, 6)}/{digest.Text.AsSpan(7, 2)}";

    /// <summary>
    /// The file of an upload. Its name holds the owner (hashed), so that asking for another's upload, or for one's own
    /// under another repository, finds nothing, whichever process is asked.
    /// </summary>
    public string Of(UploadId id, UploadOwner owner)
    {
        var binding = SHA256.HashData(Encoding.UTF8.GetBytes($"{owner.Repository.Text}\n{owner.User}"));
        return Path.Combine(Uploads, $"{id.Text}.{Convert.ToHexStringLower(binding.AsSpan(0, 16))}");
    }

    /// <summary>A place in quarantine that nothing else uses.</summary>
    public string QuarantineOf(Digest digest) => Path.Combine(Quarantine, $"{digest.Algorithm}-{digest.Hex}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");

    /// <summary>Every blob that has a file; names that are no digests are passed over.</summary>
    public IEnumerable<Digest> Enumerate()
    {
        foreach (var algorithm in Algorithms)
        {
            var directory = Path.Combine(Blobs, algorithm);
            if (!Directory.Exists(directory))
                continue;
            foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
            {
                if (Digest.TryParse($"{algorithm}:{Path.GetFileName(file)}", out var digest) && string.Equals(Of(digest), file, StringComparison.Ordinal))
                    yield return digest;
            }
        }
    }
}
