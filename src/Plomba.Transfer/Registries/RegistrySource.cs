using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Transfer.Signatures;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;

namespace Plomba.Transfer.Registries;

/// <summary>
/// Reads an image from its registry: the manifest is resolved once, its signatures come from the registry itself when it
/// serves them, else from the lookaside configured for it (TRUST.md §6.1); then from its sigstore attachments (§7.1) and the bundles that refer to it.
/// </summary>
/// <param name="image">The image, by the name the user gave.</param>
/// <param name="client">The registry that is asked: its own or a mirror.</param>
/// <param name="route">Its name there, and where its signatures are.</param>
/// <param name="files">For a lookaside that is a directory.</param>
internal sealed class RegistrySource(DockerImage image, RegistryClient client, RegistryRoute route, ITrustFiles files) : IImageSource
{
    private readonly ImageReference _reference = route.Reference;

    /// <inheritdoc/>
    public TransportReference Name => image;

    /// <inheritdoc/>
    public Task<StoredManifest> GetManifestAsync(CancellationToken cancellation) => _reference.Digest is { } digest
        ? client.GetManifestAsync(_reference.Path, digest, cancellation)
        : client.GetManifestAsync(_reference.Path, _reference.Tag ?? Tag.Latest, cancellation);

    /// <inheritdoc/>
    public Task<StoredManifest> GetInstanceAsync(Digest instance, CancellationToken cancellation) =>
        client.GetManifestAsync(_reference.Path, instance, cancellation);

    /// <inheritdoc/>
    public async Task<SignatureListing> GetSignaturesAsync(Digest manifest, bool isInstance, CancellationToken cancellation)
    {
        var simple = await GetSimpleSignaturesAsync(manifest, cancellation);
        return simple.Failure is null && route.UsesAttachments
            ? simple.Then(await SigstoreAttachments.ReadAsync(client, _reference.Path, manifest, cancellation))
                .Then(await SigstoreBundles.ReadAsync(client, _reference.Path, manifest, cancellation))
            : simple;
    }

    private async Task<SignatureListing> GetSimpleSignaturesAsync(Digest manifest, CancellationToken cancellation) =>
        await client.ServesSignaturesAsync(cancellation)
            ? await ExtensionSignatures.ReadAsync(client, _reference.Path, manifest, cancellation)
            : await new LookasideSignatures(client.Transport, files).ReadAsync(route.Lookaside, manifest, cancellation);
}
