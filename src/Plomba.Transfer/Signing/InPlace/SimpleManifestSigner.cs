using Plomba.Images;
using Plomba.Trust;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Transfer.Signing.InPlace;

/// <summary>Simple signing with an OpenPGP key.</summary>
internal sealed class SimpleManifestSigner(ISigner signer, TimeProvider clock) : ManifestSigner
{
    private readonly IKeyring _own = new OpenPgpMechanism(clock).Import([new KeySource(signer.Key.Fingerprint.Text, signer.PublicKey)]);

    /// <inheritdoc/>
    public override string Key => signer.Key.Fingerprint.Text;

    /// <inheritdoc/>
    public override string Format => "simple-signing";

    internal override SignatureKind Kind => SignatureKind.Simple;

    internal override bool Counts(StoredSignature signature, Digest manifest, string identity) =>
        signature.Format == SignatureFormat.SimpleSigning
        && _own.Verify(signature.Bytes) is { IsGood: true } check
        && SignedPayload.TryParse(check.Content, out var payload, out _)
        && payload.ManifestDigest == manifest
        && payload.DockerReference == identity;

    internal override async Task<KeyResult<StoredSignature>> SignAsync(Digest manifest, string identity, CancellationToken cancellation)
    {
        var payload = new SignedPayload(manifest, identity, Creator.Name, clock.GetUtcNow().ToUnixTimeSeconds());
        return (await signer.SignAsync(payload.Write(), cancellation)).TryGet(out var message, out var trouble)
            ? StoredSignature.SimpleSigning(message)
            : trouble;
    }
}
