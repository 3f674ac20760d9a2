using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Plomba.Hosts.Tests.Stores;

/// <summary>Writes a store as podman does (its layout is held against the real one in <see cref="RealStoreTests"/>), any number of images at once.</summary>
internal sealed class StoreWriter(string graphRoot)
{
    private readonly JsonArray _images = [];
    private readonly JsonArray _layers = [];
    private readonly JsonArray _containers = [];

    /// <summary>Adds an image of one layer; returns its id and its manifest's digest.</summary>
    public (string Id, string Digest) Add(string content, string[] names, byte[]? signature = null, string[]? history = null)
    {
        var (config, manifest, layer) = Image(content);
        var (id, digest) = (Hex(config), $"sha256:{Hex(manifest)}");
        var sizes = new JsonObject { [digest] = signature is null ? new JsonArray() : new JsonArray(signature.Length) };
        var data = new JsonArray($"sha256:{id}", $"manifest-{digest}", "manifest");
        var directory = Path.Combine(graphRoot, "overlay-images", id);
        Directory.CreateDirectory(directory);
        Write(directory, $"sha256:{id}", config);
        Write(directory, $"manifest-{digest}", manifest);
        Write(directory, "manifest", manifest);
        if (signature is not null)
        {
            Write(directory, $"signature-{digest[7..]}", signature);
            data.Add($"signature-{digest[7..]}");
        }

        _images.Add(new JsonObject
        {
            ["id"] = id,
            ["digest"] = digest,
            ["names"] = Texts(names),
            ["names-history"] = Texts(history ?? names),
            ["layer"] = layer,
            ["metadata"] = new JsonObject { ["signatures-sizes"] = sizes }.ToJsonString(),
            ["big-data-names"] = data,
        });
        _layers.Add(new JsonObject { ["id"] = layer, ["diff-digest"] = $"sha256:{layer}" });
        return (id, digest);
    }

    public void AddContainer(string name, string image) => _containers.Add(new JsonObject
    {
        ["id"] = Hex(Encoding.UTF8.GetBytes(name)),
        ["names"] = Texts([name]),
        ["image"] = image,
        ["layer"] = Hex(Encoding.UTF8.GetBytes($"layer of {name}")),
    });

    public void Save()
    {
        foreach (var (kind, list) in new[] { ("images", _images), ("layers", _layers), ("containers", _containers) })
        {
            var directory = Directory.CreateDirectory(Path.Combine(graphRoot, $"overlay-{kind}")).FullName;
            File.WriteAllText(Path.Combine(directory, $"{kind}.json"), list.ToJsonString());
        }
    }

    /// <summary>The digest of the manifest that <see cref="Add"/> stores for that content.</summary>
    public static string DigestOf(string content) => $"sha256:{Hex(Image(content).Manifest)}";

    /// <summary>What is signed for an image.</summary>
    public static byte[] Payload(string name, string digest) => Encoding.UTF8.GetBytes(
        $$$$"""{"critical":{"identity":{"docker-reference":"{{{{name}}}}"},"image":{"docker-manifest-digest":"{{{{digest}}}}"},"type":"atomic container signature"},"optional":{}}""");

    private static (byte[] Config, byte[] Manifest, string Layer) Image(string content)
    {
        var layer = Hex(Encoding.UTF8.GetBytes($"layer of {content}"));
        var config = Encoding.UTF8.GetBytes($$$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:{{{layer}}}"]}}""");
        var manifest = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:{{{Hex(config)}}}","size":{{{config.Length}}}},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:{{{layer}}}","size":1}]}"""));
        return (config, manifest, layer);
    }

    private static void Write(string directory, string key, byte[] content)
    {
        var name = key.All(c => c is '.' or (>= '0' and <= '9') or (>= 'a' and <= 'z')) ? key : "=" + Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
        File.WriteAllBytes(Path.Combine(directory, name), content);
    }

    private static JsonArray Texts(string[] texts) => [.. texts.Select(t => (JsonNode)t)];

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
