using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Plomba.Images;

namespace Plomba.Trust.SimpleSigning;

/// <summary>
/// The JSON that a simple signature signs (TRUST.md §4.1). It claims; whether the claim counts is decided by comparing
/// it with the manifest and with the policy.
/// </summary>
/// <param name="ManifestDigest">A well-formed digest; only sha256 can ever match a manifest.</param>
/// <param name="DockerReference">The identity as written: free text, even empty.</param>
/// <param name="Creator">The program that signed; null when absent.</param>
/// <param name="Timestamp">When, in Unix seconds, as the signer says; null when absent.</param>
public sealed record SignedPayload(Digest ManifestDigest, string DockerReference, string? Creator, long? Timestamp)
{
    /// <summary>Longest payload that is read, in bytes: that of a whole stored signature.</summary>
    public const int MaximumLength = StoredSignature.MaximumLength;

    /// <summary>
    /// Reads strictly: every key known (but in <c>optional</c>), none twice, nothing after the value. A null where the
    /// reference implementation takes it for an empty text by accident is refused. False with the reference's text.
    /// </summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out SignedPayload? payload, [NotNullWhen(false)] out string? error)
    {
        payload = null;
        if (json.Length > MaximumLength)
        {
            error = $"exceeded maximum allowed size of {MaximumLength} bytes";
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            payload = Read(document.RootElement);
            error = null;
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-8.
            error = json.IsEmpty ? "unexpected end of JSON input" : e.Message.ReplaceLineEndings(" ");
            return false;
        }
    }

    /// <summary>The JSON, keys sorted, without blanks: the bytes to sign.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("critical");
            writer.WriteStartObject("identity");
            writer.WriteString("docker-reference", DockerReference);
            writer.WriteEndObject();
            writer.WriteStartObject("image");
            writer.WriteString("docker-manifest-digest", ManifestDigest.Text);
            writer.WriteEndObject();
            writer.WriteString("type", Type);
            writer.WriteEndObject();
            writer.WriteStartObject("optional");
            if (Creator is not null)
                writer.WriteString("creator", Creator);
            if (Timestamp is { } timestamp)
                writer.WriteNumber("timestamp", timestamp);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private const string Type = "atomic container signature";

    private static SignedPayload Read(JsonElement root)
    {
        var (critical, optional) = Pair(root, "critical", "optional");
        var members = Exactly(critical, "type", "image", "identity");
        var type = Text(members["type"]);
        if (type != Type)
            throw new FormatException($"Unrecognized signature type {type}");
        var image = Text(Exactly(members["image"], "docker-manifest-digest")["docker-manifest-digest"]);
        if (!Digest.TryParse(image, out var digest, out var why))
            throw new FormatException($"invalid docker-manifest-digest value \"{image}\": {Words(why)}");
        var reference = Text(Exactly(members["identity"], "docker-reference")["docker-reference"]);
        var extra = Members(optional);
        return new SignedPayload(
            digest,
            reference,
            extra.TryGetValue("creator", out var creator) ? Text(creator) : null,
            extra.TryGetValue("timestamp", out var timestamp) ? Integer(timestamp) : null);
    }

    private static (JsonElement First, JsonElement Second) Pair(JsonElement value, string first, string second)
    {
        var members = Exactly(value, first, second);
        return (members[first], members[second]);
    }

    private static Dictionary<string, JsonElement> Exactly(JsonElement value, params ReadOnlySpan<string> keys)
    {
        var members = Members(value);
        foreach (var name in members.Keys)
        {
            if (!keys.Contains(name))
                throw new FormatException($"Unknown key \"{name}\"");
        }

        foreach (var key in keys)
        {
            if (!members.ContainsKey(key))
                throw new FormatException($"Key \"{key}\" missing in a JSON object");
        }

        return members;
    }

    private static Dictionary<string, JsonElement> Members(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new FormatException($"JSON object expected, got {(value.ValueKind == JsonValueKind.Array ? "[" : value.GetRawText())}");
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (!members.TryAdd(member.Name, member.Value))
                throw new FormatException($"Duplicate key \"{member.Name}\"");
        }

        return members;
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new FormatException($"json: cannot unmarshal {Kind(value)} into Go value of type string");

    // The reference implementation reads a double and wants it to survive as a 64-bit integer.
    private static long Integer(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number)
            throw new FormatException($"json: cannot unmarshal {Kind(value)} into Go value of type float64");
        var number = value.GetDouble();
        return number is >= -9223372036854775808.0 and < 9223372036854775808.0 && double.IsInteger(number)
            ? (long)number
            : throw new FormatException("Field optional.timestamp is not an integer");
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "bool",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    private static string Words(DigestError error) => error switch
    {
        DigestError.Algorithm => "unsupported digest algorithm",
        DigestError.Length => "invalid checksum digest length",
        _ => "invalid checksum digest format",
    };
}
