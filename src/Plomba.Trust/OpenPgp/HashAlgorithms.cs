using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace Plomba.Trust.OpenPgp;

/// <summary>
/// Which hash algorithms may carry what. Over content from outside, collisions forge: only SHA-2. A key's owner
/// alone writes its self-signatures, so there SHA-1 still does (keys made before 2014 have nothing else). A revocation
/// counts whatever it is hashed with: taking it seriously is always the safe side.
/// </summary>
internal static class HashAlgorithms
{
    /// <summary>Whether a signature over content may use it.</summary>
    public static bool IsStrong(HashAlgorithmTag hash) =>
        hash is HashAlgorithmTag.Sha224 or HashAlgorithmTag.Sha256 or HashAlgorithmTag.Sha384 or HashAlgorithmTag.Sha512;

    /// <summary>Whether a signature of a key over its own parts may use it.</summary>
    public static bool IsGoodForSelfSignatures(HashAlgorithmTag hash) => IsStrong(hash) || hash == HashAlgorithmTag.Sha1;

    /// <summary>The hash of the parts one after the other; null for an algorithm unknown here.</summary>
    public static byte[]? Compute(HashAlgorithmTag hash, params ReadOnlySpan<ReadOnlyMemory<byte>> parts) => hash switch
    {
        HashAlgorithmTag.Sha256 => Compute(HashAlgorithmName.SHA256, parts),
        HashAlgorithmTag.Sha384 => Compute(HashAlgorithmName.SHA384, parts),
        HashAlgorithmTag.Sha512 => Compute(HashAlgorithmName.SHA512, parts),
        HashAlgorithmTag.Sha1 => Compute(HashAlgorithmName.SHA1, parts),
        HashAlgorithmTag.Sha224 => Compute(new Sha224Digest(), parts),
        HashAlgorithmTag.RipeMD160 => Compute(new RipeMD160Digest(), parts),
        HashAlgorithmTag.MD5 => Compute(new MD5Digest(), parts),
        _ => null,
    };

    private static byte[] Compute(HashAlgorithmName name, ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        using var hash = IncrementalHash.CreateHash(name);
        foreach (var part in parts)
            hash.AppendData(part.Span);
        return hash.GetHashAndReset();
    }

    private static byte[] Compute(IDigest digest, ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        foreach (var part in parts)
            digest.BlockUpdate(part.Span);
        var result = new byte[digest.GetDigestSize()];
        digest.DoFinal(result);
        return result;
    }
}
