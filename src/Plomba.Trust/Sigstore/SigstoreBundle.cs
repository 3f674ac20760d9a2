namespace Plomba.Trust.Sigstore;

/// <summary>A sigstore bundle: a signature with what is needed to verify it. Nothing in it has been verified.</summary>
/// <param name="HasKey">It is by a plain key, not by a certificate. Which key, it only hints at; the hint is not believed.</param>
/// <param name="Envelope">A signed statement; null when it is a <paramref name="Message"/>.</param>
/// <param name="Message">A signature of the manifest's bytes; null when it is an <paramref name="Envelope"/>.</param>
internal sealed record SigstoreBundle(bool HasKey, DsseEnvelope? Envelope, MessageSignature? Message)
{
    private const string Family = "application/vnd.dev.sigstore.bundle";

    /// <summary>Whether a media type or artifact type is one of a bundle, of any version up to 0.3.</summary>
    public static bool IsMediaType(string type) =>
        type is $"{Family}.v0.3+json" or $"{Family}.v0.2+json" or $"{Family}.v0.1+json"
            or $"{Family}+json;version=0.3" or $"{Family}+json;version=0.2" or $"{Family}+json;version=0.1";
}

/// <summary>A payload with one signature (DSSE).</summary>
internal sealed record DsseEnvelope(string PayloadType, byte[] Payload, byte[] Signature)
{
    /// <summary>What is signed: the type counts, too.</summary>
    public byte[] Signed => BundleJson.Preauthenticated(PayloadType, Payload);
}

/// <summary>A bare signature and the SHA-256 of what it covers.</summary>
internal sealed record MessageSignature(byte[] Sha256, byte[] Signature);

/// <summary>An in-toto statement about one image.</summary>
/// <param name="PredicateType">What it says about it.</param>
/// <param name="Manifest">Which manifest.</param>
/// <param name="Name">The image's name; null when it names none, as cosign's do.</param>
internal sealed record SignedStatement(string PredicateType, Images.Digest Manifest, string? Name)
{
    /// <summary>Whether it says that the image is signed, and not something else about it.</summary>
    public bool IsSignature => PredicateType == BundleJson.SignaturePredicate;
}
