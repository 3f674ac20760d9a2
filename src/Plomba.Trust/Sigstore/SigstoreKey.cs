using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// A public key that sigstore signatures can be made with: ECDSA over P-256, P-384 and P-521, RSA from 1024 bits with
/// PKCS #1 v1.5, Ed25519; always over SHA-256 but for Ed25519 (TRUST.md §7.2). Immutable, thread-safe.
/// </summary>
internal abstract class SigstoreKey
{
    private const int LongestModulus = 16384;

    private string? _id;

    /// <summary>The DER of the key as a SubjectPublicKeyInfo, made anew: equal keys have equal bytes.</summary>
    public abstract byte[] SubjectPublicKeyInfo { get; }

    /// <summary>What people call the key: <c>sha256:</c> and the hex digits of the SHA-256 of <see cref="SubjectPublicKeyInfo"/>.</summary>
    public string Id => _id ??= $"sha256:{Convert.ToHexStringLower(SHA256.HashData(SubjectPublicKeyInfo))}";

    /// <summary>As people write it: <c>ecdsa-p256</c>, <c>rsa3072</c>, <c>ed25519</c>.</summary>
    public abstract string Algorithm { get; }

    /// <summary>Null when <paramref name="signature"/> is one over <paramref name="content"/>; else why not, in the reference's words.</summary>
    public abstract string? Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature);

    /// <summary>The key in the first block of a PEM file, from a cache when it was read before; false with the reference's words.</summary>
    public static bool TryReadPem(ReadOnlySpan<byte> pem, [NotNullWhen(true)] out SigstoreKey? key, [NotNullWhen(false)] out string? error) =>
        SigstoreKeyCache.TryGet(pem, out key, out error);

    /// <summary>As <see cref="TryReadPem"/>, without the cache.</summary>
    public static bool TryReadPemUncached(ReadOnlySpan<byte> pem, [NotNullWhen(true)] out SigstoreKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        if (!PemBlock.TryRead(ref pem, out var block))
        {
            error = Text.Say("PEM decoding failed");
            return false;
        }

        switch (block.Type)
        {
            case "PUBLIC KEY":
                return TryReadDer(block.Der, out key, out error);
            case "RSA PUBLIC KEY":
                return TryRead(() => PublicKeyInfo.ReadRsa(block.Der), out key, out error);
            default:
                error = Text.Say($"unknown Public key PEM file type: {block.Type}. Are you passing the correct public key?");
                return false;
        }
    }

    /// <summary>The key in a SubjectPublicKeyInfo; false with what is wrong.</summary>
    public static bool TryReadDer(byte[] der, [NotNullWhen(true)] out SigstoreKey? key, [NotNullWhen(false)] out string? error) =>
        TryRead(() => PublicKeyInfo.Read(der), out key, out error);

    /// <summary>The key of these numbers.</summary>
    /// <exception cref="CryptographicException">They are no key that is accepted.</exception>
    public static SigstoreKey Rsa(RSAParameters numbers)
    {
        var bits = numbers.Modulus!.Length * 8 - System.Numerics.BitOperations.LeadingZeroCount((uint)numbers.Modulus[0] << 24);
        return bits is < 1024 or > LongestModulus
            ? throw new CryptographicException(Text.Say($"{bits}-bit RSA keys are not accepted, 1024 to {LongestModulus} are"))
            : new RsaSigstoreKey(numbers);
    }

    private static bool TryRead(Func<SigstoreKey> read, [NotNullWhen(true)] out SigstoreKey? key, [NotNullWhen(false)] out string? error)
    {
        try
        {
            key = read();
            error = null;
            return true;
        }
        catch (Exception e) when (e is CryptographicException or System.Formats.Asn1.AsnContentException)
        {
            key = null;
            error = Text.Say($"x509: {e.Message.ReplaceLineEndings(" ")}");
            return false;
        }
    }
}
