using System.Diagnostics.CodeAnalysis;
using Plomba.Images;
using Plomba.Trust.Json;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// The JSON that a sigstore signature signs (TRUST.md §7.2). It claims; nothing in it has been verified.
/// </summary>
/// <param name="ManifestDigest">A well-formed digest; only sha256 can ever match a manifest.</param>
/// <param name="DockerReference">The identity as written: free text, even empty.</param>
public sealed record SigstorePayload(Digest ManifestDigest, string DockerReference)
{
    private const string Type = "cosign container image signature";

    /// <summary>Reads strictly: every key known (but in <c>optional</c>), none twice. False with the first mistake.</summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out SigstorePayload? payload, [NotNullWhen(false)] out Mistake? mistake)
    {
        // cosign writes null for optional when it has nothing to add.
        payload = PayloadJson.Read(json, Type, optionalMayBeNull: true, out mistake) is { } claim
            ? new SigstorePayload(claim.ManifestDigest, claim.DockerReference)
            : null;
        return payload is not null;
    }

    /// <summary>The JSON, keys sorted, without blanks: the bytes to sign.</summary>
    /// <param name="creator">The program that signs, such as <c>plomba 1.0</c>.</param>
    /// <param name="time">When; whole seconds are kept.</param>
    public byte[] Write(string creator, DateTimeOffset time) =>
        PayloadJson.Write(new PayloadClaim(ManifestDigest, DockerReference, creator, time.ToUnixTimeSeconds()), Type);
}
