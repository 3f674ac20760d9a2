using System.Text.Json;
using Plomba.Images;
using Plomba.Images.Manifests;
using Plomba.Trust;

namespace Plomba.Transfer.Signatures;

/// <summary>The image that holds an image's sigstore signatures, with one layer more (TRUST.md §7.1): its manifest and its config.</summary>
/// <param name="Manifest">To be stored under the attachment's tag.</param>
/// <param name="Config">The config's bytes.</param>
internal sealed record AttachmentManifest(byte[] Manifest, byte[] Config)
{
    /// <summary>Whether a manifest has that very layer.</summary>
    public static bool Has(ImageManifest manifest, StoredSignature signature) => manifest.Layers.Any(l =>
        l.MediaType == signature.MediaType
        && l.Digest == Digest.Sha256(signature.Bytes.Span)
        && l.Annotations.Count == signature.Annotations.Count
        && signature.Annotations.All(a => l.Annotations.TryGetValue(a.Key, out var value) && value == a.Value));

    /// <summary>What is there, with the signature appended. What stands in manifest and config beside layers stays.</summary>
    /// <param name="existing">Null: there is none yet.</param>
    /// <param name="config">The existing one's config; ignored when there is none yet.</param>
    /// <param name="signature">An attachment.</param>
    /// <exception cref="JsonException">The config is no image config.</exception>
    public static AttachmentManifest Append(ImageManifest? existing, ReadOnlyMemory<byte> config, StoredSignature signature)
    {
        var layer = new Descriptor(signature.MediaType!, Digest.Sha256(signature.Bytes.Span), signature.Bytes.Length) { Annotations = signature.Annotations };
        var extended = ExtendConfig(existing is null ? "{}"u8.ToArray() : config, layer.Digest);
        return new AttachmentManifest(WriteManifest(existing, extended, layer), extended);
    }

    private static byte[] WriteManifest(ImageManifest? existing, byte[] config, Descriptor layer) => ManifestJson.Bytes(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteString("mediaType", MediaTypes.OciManifest);
        if (existing?.ArtifactType is { } type)
            json.WriteString("artifactType", type);
        json.WritePropertyName("config");
        ManifestJson.Write(json, new Descriptor(MediaTypes.OciConfig, Digest.Sha256(config), config.Length));
        json.WriteStartArray("layers");
        foreach (var one in (IEnumerable<Descriptor>)[.. existing?.Layers ?? [], layer])
            ManifestJson.Write(json, one);
        json.WriteEndArray();
        if (existing?.Subject is { } subject)
        {
            json.WritePropertyName("subject");
            ManifestJson.Write(json, subject);
        }

        ManifestJson.WriteAnnotations(json, existing?.Annotations);
        json.WriteEndObject();
    });

    // Everything stays but the list of layers, which grows.
    private static byte[] ExtendConfig(ReadOnlyMemory<byte> config, Digest layer)
    {
        using var document = JsonDocument.Parse(config);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new JsonException(Text.Say("the config is no object"));
        var diffIds = root.TryGetProperty("rootfs", out var rootfs) && rootfs.ValueKind == JsonValueKind.Object
            && rootfs.TryGetProperty("diff_ids", out var list) && list.ValueKind == JsonValueKind.Array ? list : default;
        return ManifestJson.Bytes(json =>
        {
            json.WriteStartObject();
            foreach (var name in (string[])["architecture", "os"])
            {
                // Mandatory in an image's config; an attachment runs nowhere.
                if (!root.TryGetProperty(name, out _))
                    json.WriteString(name, "");
            }

            foreach (var member in root.EnumerateObject().Where(m => m.Name != "rootfs"))
                member.WriteTo(json);
            json.WriteStartObject("rootfs");
            json.WriteString("type", "layers");
            json.WriteStartArray("diff_ids");
            if (diffIds.ValueKind == JsonValueKind.Array)
            {
                foreach (var id in diffIds.EnumerateArray())
                    id.WriteTo(json);
            }

            json.WriteStringValue(layer.Text);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
