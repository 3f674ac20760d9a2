using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Plomba.Images;
using Plomba.Trust.Json;

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
        error = json.Length > MaximumLength ? $"exceeded maximum allowed size of {MaximumLength} bytes" : null;
        if (error is not null)
            return false;
        if (JsonTreeReader.Read(json.Span, out var mistake) is not { } root)
        {
            error = mistake!.Message;
            return false;
        }

        var mistakes = new Mistakes(json);
        payload = Read(root, mistakes);
        if (payload is not null)
            return true;
        error = mistakes.InOrder()[0].Message;
        return false;
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

    // Null only together with a mistake. The shape comes before what stands in it, as in the reference implementation.
    private static SignedPayload? Read(JsonNode root, Mistakes mistakes)
    {
        var top = JsonObjectReader.From(root, mistakes);
        var critical = Child(top, "critical", mistakes);
        var optional = Child(top, "optional", mistakes);
        var image = Child(critical, "image", mistakes);
        var identity = Child(critical, "identity", mistakes);
        var type = critical?.RequireString("type");
        var digest = image?.RequireString("docker-manifest-digest");
        var reference = identity?.RequireString("docker-reference");
        foreach (var closed in new[] { top, critical, image, identity })
            closed?.Finish();
        var creator = optional?.TakeString("creator");
        var timestamp = optional?.Take("timestamp") is { } value ? Integer(value, mistakes) : null;
        if (mistakes.Any)
            return null;
        if (type != Type)
            mistakes.Add(0, $"Unrecognized signature type {type}");
        else if (Digest.TryParse(digest, out var manifest, out var why))
            return new SignedPayload(manifest, reference!, creator, timestamp);
        else
            mistakes.Add(0, $"invalid docker-manifest-digest value {QuotedText.Of(digest!)}: {Words(why)}");
        return null;
    }

    private static JsonObjectReader? Child(JsonObjectReader? parent, string key, Mistakes mistakes) =>
        parent?.Require(key) is { } value ? JsonObjectReader.From(value, mistakes) : null;

    // The reference implementation reads a double and wants it to survive as a 64-bit integer.
    private static long? Integer(JsonNode value, Mistakes mistakes)
    {
        if (value is JsonNumberNode { Text: var text }
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number is >= -9223372036854775808.0 and < 9223372036854775808.0
            && double.IsInteger(number))
        {
            return (long)number;
        }

        mistakes.Add(value.Offset, value is JsonNumberNode ? "Field optional.timestamp is not an integer" : $"\"timestamp\" must be a number, not {value.Kind}");
        return null;
    }

    private static string Words(DigestError error) => error switch
    {
        DigestError.Algorithm => "unsupported digest algorithm",
        DigestError.Length => "invalid checksum digest length",
        _ => "invalid checksum digest format",
    };
}
