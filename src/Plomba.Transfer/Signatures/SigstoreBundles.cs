using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Transfer.Registries;
using Plomba.Trust;
using Plomba.Trust.Policy;

namespace Plomba.Transfer.Signatures;

/// <summary>
/// Reads sigstore bundles that refer to an image (cosign's BUNDLE_SPEC: a manifest with the image as its subject and the
/// bundle as its only layer). What else refers to the image, and bundles that are marked as other statements than
/// signatures, are passed over; whether a bundle counts is the policy's affair.
/// </summary>
internal static class SigstoreBundles
{
    /// <summary>Says what kind of statement a bundle holds.</summary>
    public const string PredicateAnnotation = "dev.sigstore.bundle.predicateType";

    /// <summary>The predicate of signatures.</summary>
    public const string SignaturePredicate = "https://sigstore.dev/cosign/sign/v1";

    /// <summary>The bundles of one manifest.</summary>
    public static async Task<SignatureListing> ReadAsync(
        RegistryClient client, RepositoryName repository, Digest manifest, CancellationToken cancellation)
    {
        var store = new SignatureStore("bundles", $"{client.Host}/{repository}@{manifest}");
        try
        {
            var bundles = new List<StoredSignature>();
            foreach (var referrer in await Referrers.ListAsync(client, repository, manifest, StoredSignature.SigstoreBundleMediaType, cancellation))
            {
                if (referrer.ArtifactType != StoredSignature.SigstoreBundleMediaType || IsAttestation(referrer))
                    continue;
                if (bundles.Count == LookasideSignatures.Most - 1)
                    return SignatureListing.Failed(LookasideSignatures.TooMany, store);
                if (await ReadAsync(client, repository, manifest, referrer.Digest, cancellation) is { } bundle)
                    bundles.Add(bundle);
            }

            return SignatureListing.Of(bundles, store);
        }
        catch (TransferException e)
        {
            return SignatureListing.Failed(e.Message, store);
        }
    }

    private static bool IsAttestation(Descriptor referrer) =>
        referrer.Annotations.TryGetValue(PredicateAnnotation, out var predicate) && predicate != SignaturePredicate;

    // Null for what refers to something else, or holds something else, than the list says.
    private static async Task<StoredSignature?> ReadAsync(
        RegistryClient client, RepositoryName repository, Digest subject, Digest referrer, CancellationToken cancellation)
    {
        var stored = await client.GetManifestAsync(repository, referrer, cancellation);
        if (!ManifestDocument.TryParse(stored.Bytes, stored.MediaType, out var document, out _)
            || document is not ImageManifest { Subject: { } about, Layers: [{ MediaType: StoredSignature.SigstoreBundleMediaType } layer] }
            || about.Digest != subject)
        {
            return null;
        }

        return StoredSignature.SigstoreBundle(await SigstoreAttachments.ReadBlobAsync(client, repository, layer.Digest, cancellation));
    }
}
