using Plomba.Images;
using Plomba.Trust;
using Plomba.Trust.Sigstore;

namespace Plomba.Transfer.Signing.InPlace;

/// <summary>Sigstore signatures with a key of one's own.</summary>
internal sealed class SigstoreManifestSigner(SigstoreSecretKey key, TimeProvider clock) : ManifestSigner
{
    private readonly SigstorePublicKey _own = key.PublicKey;
    private readonly Lock _signing = new();

    /// <inheritdoc/>
    public override string Key => _own.Info.Id;

    /// <inheritdoc/>
    public override string Format => "sigstore";

    internal override SignatureKind Kind => SignatureKind.Attachment;

    /// <inheritdoc/>
    public override void Dispose()
    {
        key.Dispose();
        base.Dispose();
    }

    internal override bool Counts(StoredSignature signature, Digest manifest, string identity) =>
        _own.Verifies(signature)
        && SigstorePayload.TryParse(signature.Bytes, out var payload, out _)
        && payload.ManifestDigest == manifest
        && payload.DockerReference == identity;

    internal override Task<KeyResult<StoredSignature>> SignAsync(Digest manifest, string identity, CancellationToken cancellation)
    {
        var payload = new SigstorePayload(manifest, identity).Write(Creator.Name, clock.GetUtcNow());
        lock (_signing)
            return Task.FromResult<KeyResult<StoredSignature>>(key.SignPayload(payload));
    }
}
