using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Transfer.Registries;
using Plomba.Trust;
using Plomba.Trust.Policy;
using Plomba.Trust.Sigstore;

namespace Plomba.Transfer.Signatures;

/// <summary>
/// Reads what is attached to an image as an image of its own, <c>sha256-….sig</c> (TRUST.md §7.1). Every layer is one
/// attachment, whatever its type: which are signatures is the policy's affair.
/// </summary>
internal static class SigstoreAttachments
{
    /// <summary>The attachments of one manifest; none when there is no such image.</summary>
    public static async Task<SignatureListing> ReadAsync(
        RegistryClient client, RepositoryName repository, Digest manifest, CancellationToken cancellation)
    {
        var name = AttachmentTag.Of(manifest);
        var store = new SignatureStore("attachments", $"{client.Host}/{repository}:{name}");
        if (!Tag.TryParse(name, out var tag))
            return SignatureListing.Failed(Text.Say($"{store.Location}: invalid tag format"), store);
        try
        {
            return await client.FindManifestAsync(repository, tag, cancellation) is { } found
                ? await ReadAsync(client, repository, found, store, cancellation)
                : SignatureListing.Of([], store);
        }
        catch (TransferException e)
        {
            return SignatureListing.Failed(e.Message, store);
        }
    }

    private static async Task<SignatureListing> ReadAsync(
        RegistryClient client, RepositoryName repository, StoredManifest found, SignatureStore store, CancellationToken cancellation)
    {
        if (found.MediaType != MediaTypes.OciManifest)
            return SignatureListing.Failed(Text.Say($"unexpected MIME type for sigstore attachment manifest {store.Location}: \"{found.MediaType}\""), store);
        if (!ManifestDocument.TryParse(found.Bytes, found.MediaType, out var document, out var error))
            return SignatureListing.Failed(Text.Say($"parsing manifest {store.Location}: {error.Message}"), store);
        var layers = ((ImageManifest)document).Layers;
        if (layers.Count >= LookasideSignatures.Most)
            return SignatureListing.Failed(LookasideSignatures.TooMany, store);
        var signatures = new List<StoredSignature>();
        foreach (var layer in layers)
        {
            var payload = await ReadBlobAsync(client, repository, layer.Digest, cancellation);
            signatures.Add(StoredSignature.Sigstore(layer.MediaType, payload, layer.Annotations));
        }

        return SignatureListing.Of(signatures, store);
    }

    /// <summary>A small blob, its bytes those of its digest.</summary>
    public static async Task<byte[]> ReadBlobAsync(RegistryClient client, RepositoryName repository, Digest digest, CancellationToken cancellation)
    {
        var answer = await client.FetchAsync(repository, $"/v2/{repository}/blobs/{digest}", [], StoredSignature.MaximumLength, cancellation);
        if (!answer.IsOk)
            throw ServerError.From(answer).While(Text.Say("fetching blob"));
        var actual = digest.Of(answer.Body);
        return actual == digest
            ? answer.Body
            : throw new TransferException(TransferTrouble.Mismatch, Text.Say($"digest mismatch, expected \"{digest}\", got \"{actual}\""));
    }
}
