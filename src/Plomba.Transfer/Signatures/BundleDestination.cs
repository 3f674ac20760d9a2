using System.Globalization;
using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Transfer.Registries;
using Plomba.Trust;

namespace Plomba.Transfer.Signatures;

/// <summary>
/// Adds sigstore bundles as manifests that refer to the image (cosign's BUNDLE_SPEC). Nothing is ever overwritten, but
/// where a registry has no referrers API: there the index under the tag <c>sha256-…</c> is extended.
/// </summary>
/// <param name="client">The registry.</param>
/// <param name="repository">The image's repository.</param>
/// <param name="subject">The image's manifest.</param>
/// <param name="clock">Dates the bundle.</param>
internal sealed class BundleDestination(RegistryClient client, RepositoryName repository, ManifestDocument subject, TimeProvider clock) : ISignatureDestination
{
    private static readonly byte[] Empty = "{}"u8.ToArray();

    /// <inheritdoc/>
    public string LocationOf(Digest manifest) => $"{client.Host}/{repository}@{manifest}";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredSignature>> ReadAsync(Digest manifest, CancellationToken cancellation) =>
        (await SigstoreBundles.ReadAsync(client, repository, manifest, cancellation)).OrThrow();

    /// <inheritdoc/>
    public async Task<SignaturePlace> AddAsync(Digest manifest, StoredSignature signature, CancellationToken cancellation)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["dev.sigstore.bundle.content"] = "dsse-envelope",
            [SigstoreBundles.PredicateAnnotation] = SigstoreBundles.SignaturePredicate,
            ["org.opencontainers.image.created"] = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        };
        var layer = Digest.Sha256(signature.Bytes.Span);
        var content = Write(manifest, new Descriptor(StoredSignature.SigstoreBundleMediaType, layer, signature.Bytes.Length), annotations);
        var digest = Digest.Sha256(content);
        await RegistryUpload.PutBlobAsync(client, repository, layer, signature.Bytes, cancellation);
        await RegistryUpload.PutBlobAsync(client, repository, Digest.Sha256(Empty), Empty, cancellation);
        var isNoted = await RegistryUpload.PutManifestAsync(client, repository, digest.Text, content, MediaTypes.OciManifest, cancellation);
        if (!isNoted && !await Referrers.AreListedAsync(client, repository, manifest, cancellation))
        {
            await ListAsync(
                manifest,
                new Descriptor(MediaTypes.OciManifest, digest, content.Length) { ArtifactType = StoredSignature.SigstoreBundleMediaType, Annotations = annotations },
                cancellation);
        }

        return SignaturePlace.Stored;
    }

    private byte[] Write(Digest manifest, Descriptor layer, Dictionary<string, string> annotations) => ManifestJson.Bytes(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaTypes.OciManifest);
        json.WriteString("artifactType", StoredSignature.SigstoreBundleMediaType);
        json.WritePropertyName("config");
        ManifestJson.Write(json, new Descriptor(MediaTypes.OciEmpty, Digest.Sha256(Empty), Empty.Length));
        json.WriteStartArray("layers");
        ManifestJson.Write(json, layer);
        json.WriteEndArray();
        json.WritePropertyName("subject");
        ManifestJson.Write(json, new Descriptor(subject.MediaType, manifest, subject.Content.Length));
        ManifestJson.WriteAnnotations(json, annotations);
        json.WriteEndObject();
    });

    private async Task ListAsync(Digest manifest, Descriptor referrer, CancellationToken cancellation)
    {
        if (!Tag.TryParse(Referrers.FallbackTag(manifest), out var tag))
            throw new TransferException(TransferTrouble.Configuration, Text.Say($"{LocationOf(manifest)}: invalid tag format"));
        var isListed = await SharedTag.ExtendAsync(client, repository, tag, MediaTypes.OciIndex, found =>
        {
            var index = found is null ? null : Referrers.Parse(found, manifest);
            return Task.FromResult(index is not null && index.Manifests.Any(m => m.Digest == referrer.Digest) ? null : WriteIndex([.. index?.Manifests ?? [], referrer]));
        }, cancellation);
        if (!isListed)
            throw new TransferException(TransferTrouble.Protocol, Text.Say($"{LocationOf(manifest)}: others keep changing it, the signature is not stored"));
    }

    private static byte[] WriteIndex(IEnumerable<Descriptor> manifests) => ManifestJson.Bytes(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaTypes.OciIndex);
        json.WriteStartArray("manifests");
        foreach (var manifest in manifests)
            ManifestJson.Write(json, manifest);
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
