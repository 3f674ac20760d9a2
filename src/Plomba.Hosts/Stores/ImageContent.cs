using System.Collections.Immutable;
using System.Text.Json;
using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Trust;
using Plomba.Trust.Policy;

namespace Plomba.Hosts.Stores;

/// <summary>
/// What is stored of one image and fits together: each manifest is the one of its digest, names the stored config, and
/// the config names the layers that the image is made of. Only such a manifest is worth a signature's word.
/// </summary>
/// <param name="Manifests">Those that fit; the one it was stored with last comes first.</param>
/// <param name="Indexes">For an index that the image was pulled through: the digests of its instances.</param>
/// <param name="Damage">Why the image is not what any manifest says; null when it is.</param>
internal sealed record ImageContent(
    ImmutableArray<ManifestInStore> Manifests, ImmutableDictionary<Digest, ImmutableArray<Digest>> Indexes, string? Damage)
{
    private const int MostManifests = 64;
    private const int LongestConfig = 8 * 1024 * 1024;

    /// <summary>Reads manifests, signatures and config; never throws for what a store can hold.</summary>
    public static ImageContent Read(ImageStore store, ImageRecord image)
    {
        var manifests = ImmutableArray.CreateBuilder<ManifestInStore>();
        var indexes = ImmutableDictionary.CreateBuilder<Digest, ImmutableArray<Digest>>();
        string? damage = null;
        foreach (var key in ManifestKeys(image))
        {
            var reading = store.Read(image, key, ManifestDocument.MaximumSize);
            if (!reading.IsRead)
            {
                damage ??= reading.Message;
                continue;
            }

            var digest = Digest.Sha256(reading.Bytes.Span);
            if (key != BigDataName.Manifest && key[BigDataName.ManifestPrefix.Length..] != digest.ToString())
            {
                damage ??= Text.Say($"other bytes are stored as manifest {key[BigDataName.ManifestPrefix.Length..]}");
                continue;
            }

            if (!ManifestDocument.TryParse(reading.Bytes, null, out var document, out var error))
                damage ??= Text.Say($"the manifest cannot be used: {error.Message}");
            else if (document is ImageIndex index)
                indexes[digest] = [.. index.Manifests.Select(m => m.Digest)];
            else if (manifests.All(m => m.Digest != digest) && Fits(store, image, (ImageManifest)document) is { } misfit)
                damage ??= misfit;
            else if (manifests.All(m => m.Digest != digest))
                manifests.Add(new ManifestInStore(digest, document, Signatures(store, image, digest, key)));
        }

        return manifests.Count > 0
            ? new ImageContent(manifests.ToImmutable(), indexes.ToImmutable(), null)
            : new ImageContent([], indexes.ToImmutable(), damage ?? Text.Say("no manifest is stored with it"));
    }

    private static IEnumerable<string> ManifestKeys(ImageRecord image) => image.BigData
        .Where(k => k == BigDataName.Manifest
            || (k.StartsWith(BigDataName.ManifestPrefix, StringComparison.Ordinal) && Digest.TryParse(k[BigDataName.ManifestPrefix.Length..], out var d) && d.IsSha256))
        .OrderByDescending(k => k == BigDataName.Manifest)
        .Take(MostManifests);

    // Null when the config that the manifest names is stored, and names the layers the image is made of.
    private static string? Fits(ImageStore store, ImageRecord image, ImageManifest manifest)
    {
        var config = store.Read(image, manifest.Config.Digest.ToString(), LongestConfig);
        if (!config.IsRead)
            return Text.Say($"the config {manifest.Config.Digest} of its manifest is not stored with it");
        if (manifest.Config.Digest.Of(config.Bytes.Span) != manifest.Config.Digest)
            return Text.Say($"other bytes are stored as config {manifest.Config.Digest}");
        if (DiffIds(config.Bytes) is not { } wanted || store.LayersOf(image.Layer) is not { } layers)
            return null; // no runnable image, or its layers lie in a store that several share
        if (layers.Count != wanted.Count)
            return Text.Say($"it is made of {layers.Count} layers, its config says {wanted.Count}");
        var odd = layers.Zip(wanted).FirstOrDefault(pair => pair.First.DiffDigest.Length > 0 && pair.First.DiffDigest != pair.Second);
        return odd.Second is null ? null : Text.Say($"layer {QuotedText.Of(odd.Second)} of its config is not the one it is made of");
    }

    // Null for what is no config of an image.
    private static List<string>? DiffIds(ReadOnlyMemory<byte> config)
    {
        try
        {
            using var document = JsonDocument.Parse(config, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.GetProperty("rootfs").GetProperty("diff_ids") is { ValueKind: JsonValueKind.Array } ids
                ? [.. ids.EnumerateArray().Select(id => id.GetString() ?? "")]
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static SignatureListing Signatures(ImageStore store, ImageRecord image, Digest manifest, string key)
    {
        var place = new SignatureStore("containers-storage", $"{store.GraphRoot}/{store.Driver}-images/{image.Id}");
        return (image.SignatureSizes.TryGetValue(manifest.ToString(), out var sizes), key == BigDataName.Manifest) switch
        {
            (true, _) => Cut(store, image, BigDataName.SignaturesOf(manifest.Hex), sizes, place),
            (_, true) => Cut(store, image, BigDataName.Signatures, image.DefaultSignatureSizes, place),
            _ => SignatureListing.Of([], place),
        };
    }

    // The signatures lie end to end in one file; their lengths stand in the image's record.
    private static SignatureListing Cut(ImageStore store, ImageRecord image, string key, ImmutableArray<int> sizes, SignatureStore place)
    {
        if (sizes.IsEmpty)
            return SignatureListing.Of([], place);
        var reading = store.Read(image, key, 2 * StoredSignature.MaximumLength);
        if (!reading.IsRead)
            return SignatureListing.Failed(reading.Message, place);
        if (sizes.Sum(s => (long)s) != reading.Bytes.Length)
            return SignatureListing.Failed(Text.Say("the stored signatures have another length than the store says"), place);
        var blobs = new List<(string, ReadOnlyMemory<byte>)>();
        var start = 0;
        foreach (var size in sizes)
        {
            blobs.Add(($"signature-{blobs.Count + 1}", reading.Bytes.Slice(start, size)));
            start += size;
        }

        return SignatureListing.OfBlobs(blobs, place);
    }
}

/// <summary>A manifest of a stored image that fits its config and layers.</summary>
/// <param name="Digest">Its sha256 digest.</param>
/// <param name="Document">As read.</param>
/// <param name="Signatures">What the store kept of its signatures.</param>
internal sealed record ManifestInStore(Digest Digest, ManifestDocument Document, SignatureListing Signatures);
