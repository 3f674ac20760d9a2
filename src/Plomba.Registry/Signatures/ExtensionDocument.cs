using System.Security.Cryptography;
using System.Text.Json;
using Plomba.Images;

namespace Plomba.Registry.Signatures;

/// <summary>
/// One signature as the extension carries it:
/// <c>{"schemaVersion":2,"name":"DIGEST@32HEX","type":"atomic","content":"BASE64"}</c>.
/// </summary>
internal static class ExtensionDocument
{
    /// <summary>Takes the signature out. Unknown members are ignored, as the reference implementation does.</summary>
    /// <returns>Why it is no such document; null: <paramref name="content"/> is set.</returns>
    public static string? Read(ReadOnlyMemory<byte> document, Digest manifest, out ReadOnlyMemory<byte> content)
    {
        content = default;
        try
        {
            using var json = JsonDocument.Parse(document);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return "the body is no JSON object";
            if (!root.TryGetProperty("schemaVersion", out var version) || version.ValueKind != JsonValueKind.Number
                || !version.TryGetInt32(out var number) || number != 2)
                return "schemaVersion is not 2";
            if (!root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || !type.ValueEquals("atomic"u8))
                return "type is not atomic";
            // The name is the client's choice but for the digest in front; ours is derived from the content.
            if (!root.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String
                || !name.GetString()!.StartsWith($"{manifest}@", StringComparison.Ordinal))
                return "name does not begin with the digest in the path and @";
            if (!root.TryGetProperty("content", out var encoded) || encoded.ValueKind != JsonValueKind.String
                || !encoded.TryGetBytesFromBase64(out var bytes))
                return "content is not base64";
            content = bytes;
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-16.
            return "the body is not JSON";
        }
    }

    /// <summary>The 32 hex digits after the digest in a signature's name: the same for the same bytes.</summary>
    public static string IdOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16));
}
