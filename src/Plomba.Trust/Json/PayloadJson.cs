using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Plomba.Images;

namespace Plomba.Trust.Json;

/// <summary>What a signature's payload claims, whichever format signed it (TRUST.md §4.1, §7.2).</summary>
internal sealed record PayloadClaim(Digest ManifestDigest, string DockerReference, string? Creator, long? Timestamp);

/// <summary>The JSON that both signature formats sign; they differ in its type and in whether <c>optional</c> may be null.</summary>
internal static class PayloadJson
{
    /// <summary>Reads strictly: every key known (but in <c>optional</c>), none twice, nothing after the value; null with the first mistake.</summary>
    public static PayloadClaim? Read(ReadOnlyMemory<byte> json, string type, bool optionalMayBeNull, out Mistake? mistake)
    {
        if (JsonTreeReader.Read(json.Span, out mistake) is not { } root)
            return null;
        var mistakes = new Mistakes(json);
        var claim = Read(root, type, optionalMayBeNull, mistakes);
        mistake = mistakes.Any ? mistakes.InOrder()[0] : null;
        return claim;
    }

    /// <summary>The JSON, keys sorted, without blanks: the bytes to sign.</summary>
    public static byte[] Write(PayloadClaim claim, string type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("critical");
            writer.WriteStartObject("identity");
            writer.WriteString("docker-reference", claim.DockerReference);
            writer.WriteEndObject();
            writer.WriteStartObject("image");
            writer.WriteString("docker-manifest-digest", claim.ManifestDigest.Text);
            writer.WriteEndObject();
            writer.WriteString("type", type);
            writer.WriteEndObject();
            writer.WriteStartObject("optional");
            if (claim.Creator is { } creator)
                writer.WriteString("creator", creator);
            if (claim.Timestamp is { } timestamp)
                writer.WriteNumber("timestamp", timestamp);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // Null only together with a mistake. The shape comes before what stands in it, as in the reference implementation.
    private static PayloadClaim? Read(JsonNode root, string expectedType, bool optionalMayBeNull, Mistakes mistakes)
    {
        var top = JsonObjectReader.From(root, mistakes);
        var critical = Child(top, "critical", mistakes);
        var optional = Child(top, "optional", mistakes, optionalMayBeNull);
        var image = Child(critical, "image", mistakes);
        var identity = Child(critical, "identity", mistakes);
        var type = critical?.RequireString("type");
        var digest = image?.RequireString("docker-manifest-digest");
        var reference = identity?.RequireString("docker-reference");
        foreach (var closed in new[] { top, critical, image, identity })
            closed?.Finish();
        foreach (var number in optional is null ? [] : NumbersOf(((JsonObjectNode)root).Members.First(m => m.Key == "optional").Value).Where(n => !IsDouble(n)))
            mistakes.Add(number.Offset, Text.Say("a number beneath \"optional\" is too large"));
        var creator = optional?.TakeString("creator");
        var timestamp = optional?.Take("timestamp") is { } value ? Integer(value, mistakes) : null;
        if (mistakes.Any)
            return null;
        if (type != expectedType)
            mistakes.Add(0, Text.Say($"Unrecognized signature type {type}"));
        else if (Digest.TryParse(digest, out var manifest, out var why))
            return new PayloadClaim(manifest, reference!, creator, timestamp);
        else
            mistakes.Add(0, Text.Say($"invalid docker-manifest-digest value {QuotedText.Of(digest!)}: {Words(why)}"));
        return null;
    }

    private static JsonObjectReader? Child(JsonObjectReader? parent, string key, Mistakes mistakes, bool mayBeNull = false) =>
        parent?.Require(key) is { } value && !(mayBeNull && value is JsonNullNode) ? JsonObjectReader.From(value, mistakes) : null;

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

        mistakes.Add(value.Offset, value is JsonNumberNode ? Text.Say("Field optional.timestamp is not an integer") : Text.Say($"\"timestamp\" must be a number, not {value.Kind}"));
        return null;
    }

    // What nobody asks for in "optional" is read all the same: a number as a double.
    private static IEnumerable<JsonNumberNode> NumbersOf(JsonNode node) => node switch
    {
        JsonNumberNode number => [number],
        JsonObjectNode members => members.Members.SelectMany(m => NumbersOf(m.Value)),
        JsonArrayNode array => array.Items.SelectMany(NumbersOf),
        _ => [],
    };

    private static bool IsDouble(JsonNumberNode number) =>
        double.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);

    private static string Words(DigestError error) => error switch
    {
        DigestError.Algorithm => Text.Say("unsupported digest algorithm"),
        DigestError.Length => Text.Say("invalid checksum digest length"),
        _ => Text.Say("invalid checksum digest format"),
    };
}
