using System.Text.Json;
using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Transfer.Registries;
using Plomba.Trust;
using Plomba.Trust.Sigstore;

namespace Plomba.Transfer.Signatures;

/// <summary>
/// Adds sigstore signatures as layers of the image's attachment, <c>sha256-….sig</c> (TRUST.md §7.1). Two
/// makers that sign at once must not undo each other: <see cref="SharedTag"/>.
/// </summary>
internal sealed class AttachmentDestination(RegistryClient client, RepositoryName repository) : ISignatureDestination
{
    /// <inheritdoc/>
    public string LocationOf(Digest manifest) => $"{client.Host}/{repository}:{AttachmentTag.Of(manifest)}";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredSignature>> ReadAsync(Digest manifest, CancellationToken cancellation) =>
        (await SigstoreAttachments.ReadAsync(client, repository, manifest, cancellation)).OrThrow();

    /// <inheritdoc/>
    public async Task<SignaturePlace> AddAsync(Digest manifest, StoredSignature signature, CancellationToken cancellation)
    {
        if (!Tag.TryParse(AttachmentTag.Of(manifest), out var tag))
            throw new TransferException(TransferTrouble.Configuration, Text.Say($"{LocationOf(manifest)}: invalid tag format"));
        await RegistryUpload.PutBlobAsync(client, repository, Digest.Sha256(signature.Bytes.Span), signature.Bytes, cancellation);
        var isStored = await SharedTag.ExtendAsync(client, repository, tag, MediaTypes.OciManifest, async found =>
        {
            var existing = Parse(found, manifest);
            if (existing is not null && AttachmentManifest.Has(existing, signature))
                return null;
            var extended = await ExtendAsync(Room(existing, manifest), signature, manifest, cancellation);
            await RegistryUpload.PutBlobAsync(client, repository, Digest.Sha256(extended.Config), extended.Config, cancellation);
            return extended.Manifest;
        }, cancellation);
        return isStored
            ? SignaturePlace.Stored
            : throw new TransferException(TransferTrouble.Protocol, Text.Say($"{LocationOf(manifest)}: others keep changing it, the signature is not stored"));
    }

    private ImageManifest? Parse(StoredManifest? found, Digest manifest)
    {
        if (found is null)
            return null;
        if (found.MediaType != MediaTypes.OciManifest)
            throw new TransferException(TransferTrouble.Protocol, Text.Say($"unexpected MIME type for sigstore attachment manifest {LocationOf(manifest)}: \"{found.MediaType}\""));
        if (!ManifestDocument.TryParse(found.Bytes, found.MediaType, out var document, out var error))
            throw new TransferException(TransferTrouble.Protocol, Text.Say($"parsing manifest {LocationOf(manifest)}: {error.Message}"));
        return (ImageManifest)document;
    }

    private ImageManifest? Room(ImageManifest? image, Digest manifest) =>
        image is null || image.Layers.Count < LookasideSignatures.Most - 1 ? image : throw new TransferException(TransferTrouble.TooLarge, Text.Say($"{LocationOf(manifest)}: it holds as many signatures as are read"));

    private async Task<AttachmentManifest> ExtendAsync(ImageManifest? existing, StoredSignature signature, Digest manifest, CancellationToken cancellation)
    {
        try
        {
            var config = existing is null ? default : await SigstoreAttachments.ReadBlobAsync(client, repository, existing.Config.Digest, cancellation);
            return AttachmentManifest.Append(existing, config, signature);
        }
        catch (JsonException e)
        {
            throw new TransferException(TransferTrouble.Protocol, Text.Say($"the config of {LocationOf(manifest)} is no image config"), e);
        }
    }
}
