using Plomba.Images;
using Plomba.Trust;
using Plomba.Trust.Sigstore;

namespace Plomba.Transfer.Signing.InPlace;

/// <summary>Sigstore bundles with a key of one's own.</summary>
internal sealed class BundleManifestSigner(SigstoreSecretKey key) : ManifestSigner
{
    private readonly SigstorePublicKey _own = key.PublicKey;
    private readonly Lock _signing = new();

    /// <inheritdoc/>
    public override string Key => _own.Info.Id;

    /// <inheritdoc/>
    public override string Format => "sigstore-bundle";

    /// <inheritdoc/>
    public override void Dispose()
    {
        key.Dispose();
        base.Dispose();
    }

    internal override SignatureKind Kind => SignatureKind.Bundle;

    internal override bool Counts(StoredSignature signature, Digest manifest, string identity) => _own.Verifies(signature, manifest, identity);

    internal override Task<KeyResult<StoredSignature>> SignAsync(Digest manifest, string identity, CancellationToken cancellation)
    {
        lock (_signing)
            return Task.FromResult<KeyResult<StoredSignature>>(key.SignBundle(manifest, identity));
    }
}
