using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Plomba.Registry.Catalog;

/// <summary>Annotations of a referrer as the index keeps them: a JSON object.</summary>
internal static class Annotations
{
    /// <summary>Null when the manifest is no referrer or has none.</summary>
    public static string? ToText(PutManifest manifest)
    {
        if (manifest.Subject is null || manifest.Annotations.Count == 0)
            return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (key, value) in manifest.Annotations)
                json.WriteString(key, value);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The other way; null is empty.</summary>
    public static IReadOnlyDictionary<string, string> FromText(string? text)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (text is null)
            return annotations;
        using var document = JsonDocument.Parse(text);
        foreach (var property in document.RootElement.EnumerateObject())
            annotations[property.Name] = property.Value.GetString() ?? "";
        return annotations;
    }
}
