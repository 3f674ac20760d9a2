using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Plomba.Images.Manifests;

/// <summary>The digest of manifests (TRUST.md §9): the hash of the bytes as they are.</summary>
public static class ManifestDigest
{
    /// <summary>
    /// The sha256 digest signatures and references name. Refused for Docker schema 1, whose digest would not be that of its
    /// bytes; anything else, even what is no manifest, has one.
    /// </summary>
    public static bool TryCompute(ReadOnlyMemory<byte> content, out Digest digest, [NotNullWhen(false)] out ManifestError? error) =>
        TryCompute(content, HashAlgorithmName.SHA256, out digest, out error);

    /// <summary>As the other overload, with sha256, sha384 or sha512.</summary>
    public static bool TryCompute(
        ReadOnlyMemory<byte> content,
        HashAlgorithmName algorithm,
        out Digest digest,
        [NotNullWhen(false)] out ManifestError? error)
    {
        if (ManifestFormat.IsSchema1(ManifestFormat.Guess(content)))
        {
            digest = default;
            error = ManifestError.Schema1;
            return false;
        }

        error = null;
        digest = Digest.FromHash(algorithm.Name!.ToLowerInvariant(), CryptographicOperations.HashData(algorithm, content.Span));
        return true;
    }

    /// <summary>
    /// Whether a manifest is the one a reference or a signature names. Only sha256 ever matches: a signature for another
    /// digest of the same bytes does not count. Docker schema 1 never matches.
    /// </summary>
    public static bool Matches(ReadOnlyMemory<byte> content, Digest expected) =>
        TryCompute(content, out var digest, out _) && digest == expected;
}
