using System.Text;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// The transparency logs that a requirement trusts, by their keys: whether one of them promised in writing (the signed
/// entry timestamp) to hold a signature (TRUST.md §7.3). Nothing is asked of any server, and neither log id, index nor
/// the bounds of the time are looked at, as in the reference implementation. Immutable, thread-safe.
/// </summary>
internal sealed class RekorLogs(IReadOnlyList<EllipticSigstoreKey> keys)
{
    /// <summary>The time of the entry when the promise is good; else why it is not.</summary>
    /// <param name="set">The annotation.</param>
    /// <param name="keyOrCertificate">The DER of what the signature was made with; null when there is no PEM block in it.</param>
    /// <param name="base64Signature">The annotation that holds the signature.</param>
    /// <param name="payload">What was signed.</param>
    public RekorCheck Verify(string set, PemContent keyOrCertificate, string base64Signature, ReadOnlySpan<byte> payload)
    {
        if (!RekorPromise.TryRead(Encoding.UTF8.GetBytes(set), out var promise, out var error))
            return RekorCheck.Refused(error);
        if (!CanonicalJson.TryWrite(promise.Payload, out var canonical, out error))
            return RekorCheck.Refused(Text.Say($"canonicalizing Rekor SET JSON: {error}"));
        if (!keys.Any(k => k.IsDerSignature(canonical, promise.Timestamp)))
            return RekorCheck.Refused(Text.Say("cryptographic signature verification of Rekor SET failed"));
        if (!RekorEntry.TryRead(canonical, out var entry, out error))
            return RekorCheck.Refused(Text.Say($"parsing Rekor SET payload: {error}"));
        if (!HashedRecord.TryRead(entry.Body, out var record, out error))
            return RekorCheck.Refused(error);
        return record.Mismatch(keyOrCertificate, base64Signature, payload) is { } mismatch
            ? RekorCheck.Refused(mismatch)
            : RekorCheck.Good(entry.IntegratedTime);
    }
}

/// <summary>What a log's promise proves.</summary>
/// <param name="IntegratedTime">Seconds since 1970; without meaning when refused.</param>
/// <param name="Error">Null when good.</param>
internal readonly record struct RekorCheck(long IntegratedTime, string? Error)
{
    public static RekorCheck Good(long time) => new(time, null);

    public static RekorCheck Refused(string error) => new(0, error);
}

/// <summary>The one PEM block that a text should be.</summary>
/// <param name="Der">Null when there is none.</param>
/// <param name="HasTrailingData">Something stands behind it.</param>
internal readonly record struct PemContent(byte[]? Der, bool HasTrailingData)
{
    /// <summary>The first block of a text.</summary>
    public static PemContent Of(ReadOnlySpan<byte> text) =>
        PemBlock.TryRead(ref text, out var block) ? new(block.Der, !text.IsEmpty) : new(null, false);
}
