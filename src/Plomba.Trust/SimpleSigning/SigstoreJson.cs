using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Plomba.Trust.SimpleSigning;

/// <summary>
/// The JSON in which a sigstore attachment lies in a signature file: <c>mimeType</c>, <c>payload</c> (base64),
/// <c>annotations</c>. Read as leniently as the reference implementation does: keys in any case, unknown keys ignored,
/// the last of several wins, everything optional.
/// </summary>
internal static class SigstoreJson
{
    public static bool TryRead(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out StoredSignature? signature, [NotNullWhen(false)] out string? error)
    {
        signature = null;
        try
        {
            using var document = JsonDocument.Parse(json);
            signature = Read(document.RootElement);
            error = null;
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-8.
            error = Language.Text.Say($"decoding signature: {e.Message.ReplaceLineEndings(" ")}");
            return false;
        }
    }

    public static byte[] Write(StoredSignature signature)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("mimeType", signature.MediaType);
            writer.WriteBase64String("payload", signature.Bytes.Span);
            writer.WriteStartObject("annotations");
            foreach (var (name, value) in signature.Annotations.OrderBy(a => a.Key, StringComparer.Ordinal))
                writer.WriteString(name, value);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static StoredSignature Read(JsonElement root)
    {
        var mediaType = "";
        byte[] payload = [];
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        // null in place of the whole object, or of a value, leaves things as they are.
        foreach (var member in root.ValueKind == JsonValueKind.Null ? default : root.EnumerateObject())
        {
            if (Is(member, "payload"))
                payload = member.Value.ValueKind == JsonValueKind.Null ? [] : Decode(Text(member.Value));
            else if (member.Value.ValueKind == JsonValueKind.Null)
                continue;
            else if (Is(member, "mimeType"))
                mediaType = Text(member.Value);
            else if (Is(member, "annotations"))
                foreach (var annotation in member.Value.EnumerateObject())
                    annotations[annotation.Name] = annotation.Value.ValueKind == JsonValueKind.Null ? "" : Text(annotation.Value);
        }

        return StoredSignature.Sigstore(mediaType, payload, annotations);
    }

    private static bool Is(JsonProperty member, string name) => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase);

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new FormatException(Language.Text.Say($"a string was expected, not {value.ValueKind}"));

    // Line ends inside base64 are skipped, other white space is not allowed.
    private static byte[] Decode(string base64) => base64.AsSpan().IndexOfAny(' ', '\t') >= 0
        ? throw new FormatException(Language.Text.Say("illegal base64 data"))
        : Convert.FromBase64String(base64);
}
