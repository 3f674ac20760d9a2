using Plomba.Images;
using Plomba.Trust;
using Plomba.Trust.Sigstore;

namespace Plomba.Transfer.Signing.InPlace;

/// <summary>Where signatures of a kind are stored.</summary>
internal enum SignatureKind
{
    /// <summary>OpenPGP: through the registry's extension, else in the staging directory.</summary>
    Simple,

    /// <summary>Sigstore: as a layer of the image's <c>.sig</c> attachment.</summary>
    Attachment,

    /// <summary>Sigstore: as a bundle that refers to the image.</summary>
    Bundle,
}

/// <summary>Signs manifests with one key in one format. Made by its static methods; disposing forgets the secret. Thread-safe.</summary>
public abstract class ManifestSigner : IDisposable
{
    private protected ManifestSigner()
    {
    }

    /// <summary>What people call the key: an OpenPGP fingerprint, or the SHA-256 of a sigstore public key.</summary>
    public abstract string Key { get; }

    /// <summary><c>simple-signing</c>, <c>sigstore</c> or <c>sigstore-bundle</c>.</summary>
    public abstract string Format { get; }

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);

    internal abstract SignatureKind Kind { get; }

    /// <summary>OpenPGP signatures (TRUST.md §4).</summary>
    public static ManifestSigner Simple(ISigner signer, TimeProvider clock) => new SimpleManifestSigner(signer, clock);

    /// <summary>Sigstore signatures, as <c>.sig</c> attachments (TRUST.md §7.1).</summary>
    public static ManifestSigner Sigstore(SigstoreSecretKey key, TimeProvider clock) => new SigstoreManifestSigner(key, clock);

    /// <summary>Sigstore signatures as bundles that refer to the image (docs/decisions/0025).</summary>
    public static ManifestSigner SigstoreBundle(SigstoreSecretKey key) => new BundleManifestSigner(key);

    /// <summary>Whether a stored signature is a good one by this key, for exactly that manifest under exactly that name.</summary>
    internal abstract bool Counts(StoredSignature signature, Digest manifest, string identity);

    /// <summary>A new signature.</summary>
    internal abstract Task<KeyResult<StoredSignature>> SignAsync(Digest manifest, string identity, CancellationToken cancellation);
}
