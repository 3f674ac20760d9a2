using System.Diagnostics.CodeAnalysis;
using Plomba.Images;
using Plomba.Trust.Json;

namespace Plomba.Trust.SimpleSigning;

/// <summary>
/// The JSON that a simple signature signs (TRUST.md §4.1). It claims; whether the claim counts is decided by comparing
/// it with the manifest and with the policy.
/// </summary>
/// <param name="ManifestDigest">A well-formed digest; only sha256 can ever match a manifest.</param>
/// <param name="DockerReference">The identity as written: free text, even empty.</param>
/// <param name="Creator">The program that signed; null when absent.</param>
/// <param name="Timestamp">When, in Unix seconds, as the signer says; null when absent.</param>
public sealed record SignedPayload(Digest ManifestDigest, string DockerReference, string? Creator, long? Timestamp)
{
    /// <summary>Longest payload that is read, in bytes: that of a whole stored signature.</summary>
    public const int MaximumLength = StoredSignature.MaximumLength;

    private const string Type = "atomic container signature";

    /// <summary>
    /// Reads strictly: every key known (but in <c>optional</c>), none twice, nothing after the value. A null where the
    /// reference implementation takes it for an empty text by accident is refused. False with the reference's text.
    /// </summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out SignedPayload? payload, [NotNullWhen(false)] out string? error)
    {
        payload = null;
        if (json.Length > MaximumLength)
        {
            error = Text.Say($"exceeded maximum allowed size of {MaximumLength} bytes");
            return false;
        }

        if (PayloadJson.Read(json, Type, optionalMayBeNull: false, out var mistake) is { } claim)
            payload = new SignedPayload(claim.ManifestDigest, claim.DockerReference, claim.Creator, claim.Timestamp);
        error = mistake?.Message;
        return payload is not null;
    }

    /// <summary>The JSON, keys sorted, without blanks: the bytes to sign.</summary>
    public byte[] Write() => PayloadJson.Write(new PayloadClaim(ManifestDigest, DockerReference, Creator, Timestamp), Type);
}
