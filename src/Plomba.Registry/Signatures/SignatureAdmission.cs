using Plomba.Images;
using Plomba.Registry.Catalog;
using Plomba.Trust;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Registry.Signatures;

/// <summary>
/// The one rule for what may stand in a manifest's list of signatures, whichever way it comes: exactly one OpenPGP signature whose payload
/// names that very manifest. Who made it and for which name is for the verifier to judge. One blob that clients cannot read would make them
/// refuse the image whatever else is signed, so nothing else gets in.
/// </summary>
internal static class SignatureAdmission
{
    // Without keys nothing is believed, and what the message claims to sign is still read.
    private static readonly IKeyring NoKeys = new OpenPgpMechanism(TimeProvider.System).Import([]);

    /// <summary>Why the content is no signature of <paramref name="manifest"/>; null: it is.</summary>
    public static string? Refuse(ReadOnlyMemory<byte> content, Digest manifest)
    {
        if (content.IsEmpty)
            return "it is empty";
        if (content.Length > AddSignature.MaximumSize)
            return "it has more than 64 KiB";
        // What the lookaside serves is read as a stored blob: armored or wrapped signatures would not survive that.
        if (!StoredBlob.TryRead(content, out var stored, out var error))
            return error;
        if (stored.Format != SignatureFormat.SimpleSigning || stored.Bytes.Length != content.Length)
            return "it is not a bare OpenPGP message";
        var check = NoKeys.Verify(content);
        if (check.Content.IsEmpty)
            return check.Message;
        if (!SignedPayload.TryParse(check.Content, out var payload, out error))
            return error;
        return payload.ManifestDigest == manifest ? null : $"it is for digest {payload.ManifestDigest}";
    }
}
