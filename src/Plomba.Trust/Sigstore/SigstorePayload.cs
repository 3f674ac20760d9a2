using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Plomba.Images;
using Plomba.Trust.Json;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// The JSON that a sigstore signature signs (TRUST.md §7.2). It claims; nothing in it has been verified.
/// </summary>
/// <param name="ManifestDigest">A well-formed digest; only sha256 can ever match a manifest.</param>
/// <param name="DockerReference">The identity as written: free text, even empty.</param>
public sealed record SigstorePayload(Digest ManifestDigest, string DockerReference)
{
    private const string Type = "cosign container image signature";

    /// <summary>Reads strictly: every key known (but in <c>optional</c>), none twice. False with the first mistake.</summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out SigstorePayload? payload, [NotNullWhen(false)] out Mistake? mistake)
    {
        payload = null;
        if (JsonTreeReader.Read(json.Span, out var syntaxMistake) is not { } root)
        {
            mistake = syntaxMistake!;
            return false;
        }

        var mistakes = new Mistakes(json);
        var read = Read(root, mistakes);
        if (mistakes.Any)
        {
            mistake = mistakes.InOrder()[0];
            return false;
        }

        mistake = null;
        payload = read!;
        return true;
    }

    /// <summary>The JSON, keys sorted, without blanks: the bytes to sign.</summary>
    /// <param name="creator">The program that signs, such as <c>plomba 1.0</c>.</param>
    /// <param name="time">When; whole seconds are kept.</param>
    public byte[] Write(string creator, DateTimeOffset time)
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
            writer.WriteString("creator", creator);
            writer.WriteNumber("timestamp", time.ToUnixTimeSeconds());
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // Null only together with a mistake. The shape comes before what stands in it, as in the reference implementation.
    private static SigstorePayload? Read(JsonNode root, Mistakes mistakes)
    {
        var top = JsonObjectReader.From(root, mistakes);
        var critical = Child(top, "critical", mistakes);
        CheckOptional(top?.Require("optional"), mistakes);
        var image = Child(critical, "image", mistakes);
        var identity = Child(critical, "identity", mistakes);
        var type = critical?.RequireString("type");
        var digest = image?.RequireString("docker-manifest-digest");
        var reference = identity?.RequireString("docker-reference");
        foreach (var closed in new[] { top, critical, image, identity })
            closed?.Finish();
        if (mistakes.Any)
            return null;
        if (type != Type)
            mistakes.Add(0, $"Unrecognized signature type {type}");
        else if (Digest.TryParse(digest, out var manifest))
            return new SigstorePayload(manifest, reference!);
        else
            mistakes.Add(0, $"invalid docker-manifest-digest value {QuotedText.Of(digest!)}");
        return null;
    }

    private static JsonObjectReader? Child(JsonObjectReader? parent, string key, Mistakes mistakes) =>
        parent?.Require(key) is { } value ? JsonObjectReader.From(value, mistakes) : null;

    // cosign writes null when it has nothing to add.
    private static void CheckOptional(JsonNode? node, Mistakes mistakes)
    {
        if (node is null or JsonNullNode || JsonObjectReader.From(node, mistakes) is not { } fields)
            return;
        fields.TakeString("creator");
        if (fields.Take("timestamp") is { } timestamp && !IsWhole(timestamp))
            mistakes.Add(timestamp.Offset, "Field optional.timestamp is not an integer");
    }

    // The reference implementation reads a double and wants it to survive as a 64-bit integer.
    private static bool IsWhole(JsonNode node) =>
        node is JsonNumberNode number
        && double.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && double.IsInteger(value)
        && value is >= -9223372036854775808.0 and < 9223372036854775808.0;
}
