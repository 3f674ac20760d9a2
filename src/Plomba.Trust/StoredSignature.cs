namespace Plomba.Trust;

/// <summary>The two families of signatures that stores hold.</summary>
public enum SignatureFormat
{
    /// <summary>OpenPGP over a JSON payload (TRUST.md §4).</summary>
    SimpleSigning,

    /// <summary>A sigstore attachment: payload and annotations (TRUST.md §7.1).</summary>
    Sigstore,

    /// <summary>A sigstore bundle that refers to the image (docs/decisions/0025).</summary>
    SigstoreBundle,
}

/// <summary>
/// One signature as a store hands it out, with the store's wrapping taken off (TRUST.md §5.1). Nothing in it has been
/// verified. Immutable.
/// </summary>
public sealed class StoredSignature
{
    private StoredSignature(SignatureFormat format, ReadOnlyMemory<byte> bytes, string? mediaType, IReadOnlyDictionary<string, string> annotations)
    {
        Format = format;
        Bytes = bytes;
        MediaType = mediaType;
        Annotations = annotations;
    }

    /// <summary>A sigstore attachment of this type is a signature; every other type is not.</summary>
    public const string SigstoreSignatureMediaType = "application/vnd.dev.cosign.simplesigning.v1+json";

    /// <summary>The media type of a bundle, and the artifact type of the manifest that attaches one to an image.</summary>
    public const string SigstoreBundleMediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /// <summary>Longest signature that is read from anywhere, in bytes.</summary>
    public const int MaximumLength = 4 * 1024 * 1024;

    /// <summary>The family.</summary>
    public SignatureFormat Format { get; }

    /// <summary>Simple signing: the OpenPGP message. Sigstore: the payload that was signed. Bundle: its JSON.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Sigstore: the attachment's media type. Null for simple signing.</summary>
    public string? MediaType { get; }

    /// <summary>Sigstore: the attachment's annotations. Empty for simple signing.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; }

    /// <summary>An OpenPGP message.</summary>
    public static StoredSignature SimpleSigning(ReadOnlyMemory<byte> message) =>
        new(SignatureFormat.SimpleSigning, message, null, NoAnnotations);

    /// <summary>A sigstore attachment, whatever its media type.</summary>
    public static StoredSignature Sigstore(string mediaType, ReadOnlyMemory<byte> payload, IReadOnlyDictionary<string, string> annotations) =>
        new(SignatureFormat.Sigstore, payload, mediaType, annotations);

    /// <summary>A sigstore bundle.</summary>
    public static StoredSignature SigstoreBundle(ReadOnlyMemory<byte> json) => new(SignatureFormat.SigstoreBundle, json, SigstoreBundleMediaType, NoAnnotations);

    private static readonly IReadOnlyDictionary<string, string> NoAnnotations = new Dictionary<string, string>(StringComparer.Ordinal);
}
