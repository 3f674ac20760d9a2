using System.Diagnostics.CodeAnalysis;
using Plomba.Images;

namespace Plomba.Trust.Sigstore;

/// <summary>A public key that sigstore signatures are made with (TRUST.md §7.2). Immutable, thread-safe.</summary>
public sealed class SigstorePublicKey
{
    private readonly SigstoreKey _key;

    internal SigstorePublicKey(SigstoreKey key) => _key = key;

    /// <summary>For people.</summary>
    public SigstoreKeyInfo Info => new(_key.Id, _key.Algorithm);

    /// <summary>Reads the first PEM block of a file, as policies do. False with the reference's words.</summary>
    public static bool TryRead(ReadOnlySpan<byte> pem, [NotNullWhen(true)] out SigstorePublicKey? key, [NotNullWhen(false)] out string? error)
    {
        key = SigstoreKey.TryReadPem(pem, out var read, out error) ? new SigstorePublicKey(read) : null;
        return key is not null;
    }

    /// <summary>Whether a file begins as a PEM public key does; an armored OpenPGP key does not.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<byte> file) =>
        PemBlock.TryRead(ref file, out var block) && block.Type is "PUBLIC KEY" or "RSA PUBLIC KEY";

    /// <summary>Whether a bundle is a good one by this key for exactly that manifest under exactly that name.</summary>
    public bool Verifies(StoredSignature bundle, Digest manifest, string identity)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return bundle.Format == SignatureFormat.SigstoreBundle
            && BundleVerification.Check([_key], bundle, [], out var claim, out _) is null
            && claim.Manifest == manifest
            && claim.Name == identity;
    }

    /// <summary>Whether an attachment is a good signature by this key over its payload; what the payload claims is not looked at.</summary>
    public bool Verifies(StoredSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return signature is { Format: SignatureFormat.Sigstore, MediaType: StoredSignature.SigstoreSignatureMediaType }
            && signature.Annotations.TryGetValue(SigstoreVerification.SignatureAnnotation, out var base64)
            && SigstoreVerification.CheckPayload([_key], signature.Bytes.Span, base64, out _) is null;
    }
}
