using Plomba.Images;
using Plomba.Trust.Policy;

namespace Plomba.Trust.Sigstore;

/// <summary>What a bundle claims to sign, as far as it could be read.</summary>
/// <param name="Manifest">Null when it could not be read.</param>
/// <param name="Name">The image's name; null when the bundle names none.</param>
internal sealed record BundleClaim(Digest? Manifest, string? Name)
{
    public static BundleClaim Unknown { get; } = new(null, null);
}

/// <summary>The cryptography of one bundle by a plain key (docs/decisions/0025).</summary>
internal static class BundleVerification
{
    /// <summary>Whether the bundle says something else about the image than that it is signed: provenance, a bill of materials.</summary>
    public static bool IsAttestation(StoredSignature bundle) =>
        BundleJson.Read(bundle.Bytes, out _)?.Envelope is { } envelope
        && (envelope.PayloadType != BundleJson.StatementMediaType || BundleJson.ReadStatement(envelope.Payload, out _) is { IsSignature: false });

    /// <summary>Null when any of the keys signed what the bundle claims; else why not.</summary>
    /// <param name="keys">Any of which may have signed.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="manifest">The image's manifest, which a message signature covers.</param>
    /// <param name="claim">What was signed; of a refused bundle what it says.</param>
    /// <param name="signer">Who signed; null with a refusal.</param>
    public static Refusal? Check(
        IReadOnlyList<SigstoreKey> keys, StoredSignature bundle, ReadOnlySpan<byte> manifest, out BundleClaim claim, out SigstoreKey? signer)
    {
        (claim, signer) = (BundleClaim.Unknown, null);
        if (BundleJson.Read(bundle.Bytes, out var error) is not { } read)
            return Malformed(error!);
        if (!read.HasKey)
            return Malformed(Text.Say("the bundle is not by a plain key"));
        if (read.Message is { } message)
        {
            claim = new BundleClaim(Digest.TryParse($"sha256:{Convert.ToHexStringLower(message.Sha256)}", out var covered) ? covered : null, null);
            return Check(keys, manifest, message.Signature, out signer);
        }

        var envelope = read.Envelope!;
        if (envelope.PayloadType != BundleJson.StatementMediaType)
            return Malformed(Text.Say($"unknown payload type {QuotedText.Of(envelope.PayloadType)}"));
        if (BundleJson.ReadStatement(envelope.Payload, out error) is not { } statement)
            return Malformed(error!);
        claim = new BundleClaim(statement.Manifest, statement.Name);
        return statement.IsSignature
            ? Check(keys, envelope.Signed, envelope.Signature, out signer)
            : Malformed(Text.Say($"the statement is no signature: {QuotedText.Of(statement.PredicateType)}"));
    }

    private static Refusal? Check(IReadOnlyList<SigstoreKey> keys, ReadOnlySpan<byte> content, byte[] signature, out SigstoreKey? signer) =>
        SigstoreVerification.CheckPayload(keys, content, Convert.ToBase64String(signature), out signer);

    private static Refusal Malformed(string why) => new(ErrorClass.InvalidSignature, SignatureReason.Malformed, Text.Say($"sigstore bundle: {why}"));
}
