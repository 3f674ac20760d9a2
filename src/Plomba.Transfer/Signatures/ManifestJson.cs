using System.Buffers;
using System.Text.Json;
using Plomba.Images.Manifests;

namespace Plomba.Transfer.Signatures;

/// <summary>Manifests as JSON (OCI image-spec).</summary>
internal static class ManifestJson
{
    /// <summary>A descriptor as a JSON object.</summary>
    public static void Write(Utf8JsonWriter json, Descriptor descriptor)
    {
        json.WriteStartObject();
        json.WriteString("mediaType", descriptor.MediaType);
        json.WriteString("digest", descriptor.Digest.Text);
        json.WriteNumber("size", descriptor.Size);
        if (descriptor.Urls.Count > 0)
        {
            json.WriteStartArray("urls");
            foreach (var url in descriptor.Urls)
                json.WriteStringValue(url);
            json.WriteEndArray();
        }

        WriteAnnotations(json, descriptor.Annotations);
        if (descriptor.ArtifactType is { } type)
            json.WriteString("artifactType", type);
        json.WriteEndObject();
    }

    /// <summary>The bytes that <paramref name="write"/> writes.</summary>
    public static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Annotations, when there are any.</summary>
    public static void WriteAnnotations(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? annotations)
    {
        if (annotations is not { Count: > 0 })
            return;
        json.WriteStartObject("annotations");
        foreach (var (name, value) in annotations.OrderBy(a => a.Key, StringComparer.Ordinal))
            json.WriteString(name, value);
        json.WriteEndObject();
    }
}
