using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Plomba.Trust.Json;

namespace Plomba.Trust.Sigstore;

/// <summary>The annotation <c>dev.sigstore.cosign/bundle</c>: a log's signature and what it signs. Nothing in it has been verified.</summary>
/// <param name="Timestamp">The signature.</param>
/// <param name="Payload">What it covers, in canonical form.</param>
internal sealed record RekorPromise(byte[] Timestamp, JsonNode Payload)
{
    /// <summary>Reads strictly. False with the first mistake.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out RekorPromise? promise, [NotNullWhen(false)] out string? error)
    {
        promise = null;
        if (!StrictObject.TryRead(json, out var fields, out var mistakes, out error))
            return false;
        var payload = fields.Require("Payload");
        var timestamp = StrictObject.Base64(fields, "SignedEntryTimestamp", mistakes);
        fields.Finish();
        error = StrictObject.First(mistakes);
        if (error is null)
            promise = new RekorPromise(timestamp!, payload!);
        return error is null;
    }
}

/// <summary>What a log signs. It counts only when it was read from signed bytes.</summary>
/// <param name="Body">The entry.</param>
/// <param name="IntegratedTime">When the log took it up, in seconds since 1970.</param>
internal sealed record RekorEntry(byte[] Body, long IntegratedTime)
{
    /// <summary>Reads strictly. False with the first mistake.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out RekorEntry? entry, [NotNullWhen(false)] out string? error)
    {
        entry = null;
        if (!StrictObject.TryRead(json, out var fields, out var mistakes, out error))
            return false;
        var body = StrictObject.Base64(fields, "body", mistakes);
        var time = Integer(fields, "integratedTime", mistakes);
        Integer(fields, "logIndex", mistakes);
        fields.RequireString("logID");
        fields.Finish();
        error = StrictObject.First(mistakes);
        if (error is null)
            entry = new RekorEntry(body!, time);
        return error is null;
    }

    private static long Integer(JsonObjectReader fields, string key, Mistakes mistakes)
    {
        if (fields.Require(key) is not { } node)
            return 0;
        if (node is JsonNumberNode number && long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return value;
        mistakes.Add(node.Offset, Text.Say($"{QuotedText.Of(key)} must be a whole number"));
        return 0;
    }
}

/// <summary>What reading the two objects has in common.</summary>
internal static class StrictObject
{
    public static bool TryRead(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out JsonObjectReader? fields, out Mistakes mistakes, [NotNullWhen(false)] out string? error)
    {
        fields = null;
        mistakes = new Mistakes(json);
        if (JsonTreeReader.Read(json.Span, out var syntax) is not { } root)
        {
            error = syntax!.Message;
            return false;
        }

        fields = JsonObjectReader.From(root, mistakes);
        error = fields is null ? First(mistakes)! : null;
        return fields is not null;
    }

    public static byte[]? Base64(JsonObjectReader fields, string key, Mistakes mistakes)
    {
        if (fields.RequireString(key) is not { } text)
            return null;
        if (!StrictBase64.TryDecode(text, out var bytes))
            mistakes.Add(fields.Take(key)!.Offset, Text.Say("illegal base64 data"));
        return bytes;
    }

    public static string? First(Mistakes mistakes) => mistakes.Any ? mistakes.InOrder()[0].Message : null;
}
