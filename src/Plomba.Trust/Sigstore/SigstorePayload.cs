using System.Diagnostics.CodeAnalysis;
using System.Globalization;
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

    private static SigstorePayload? Read(JsonNode root, Mistakes mistakes)
    {
        if (JsonObjectReader.From(root, mistakes) is not { } top)
            return null;
        var critical = top.Require("critical") is { } node ? JsonObjectReader.From(node, mistakes) : null;
        if (top.Require("optional") is { } optional and not JsonNullNode)
            CheckOptional(optional, mistakes);
        top.Finish();
        if (critical is null)
            return null;

        CheckType(critical, mistakes);
        var digest = OnlyText(critical, "image", "docker-manifest-digest", mistakes);
        var reference = OnlyText(critical, "identity", "docker-reference", mistakes);
        critical.Finish();
        if (digest is null || reference is null)
            return null;
        if (Digest.TryParse(digest.Text, out var manifest))
            return new SigstorePayload(manifest, reference.Text);
        mistakes.Add(digest.Offset, $"invalid docker-manifest-digest value {QuotedText.Of(digest.Text)}");
        return null;
    }

    private static void CheckType(JsonObjectReader critical, Mistakes mistakes)
    {
        if (critical.RequireString("type") is { } type && type != Type)
            mistakes.Add(critical.Take("type")!.Offset, $"Unrecognized signature type {QuotedText.Of(type)}");
    }

    // An object that holds one text and nothing else.
    private static JsonStringNode? OnlyText(JsonObjectReader parent, string key, string field, Mistakes mistakes)
    {
        if (parent.Require(key) is not { } node || JsonObjectReader.From(node, mistakes) is not { } fields)
            return null;
        var text = fields.RequireString(field) is null ? null : fields.Take(field) as JsonStringNode;
        fields.Finish();
        return text;
    }

    private static void CheckOptional(JsonNode node, Mistakes mistakes)
    {
        if (JsonObjectReader.From(node, mistakes) is not { } fields)
            return;
        fields.TakeString("creator");
        if (fields.Take("timestamp") is { } timestamp && !IsWhole(timestamp))
            mistakes.Add(timestamp.Offset, "\"timestamp\" must be a whole number");
    }

    private static bool IsWhole(JsonNode node) =>
        node is JsonNumberNode number
        && double.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && double.IsInteger(value)
        && Math.Abs(value) < 9.2e18;
}
