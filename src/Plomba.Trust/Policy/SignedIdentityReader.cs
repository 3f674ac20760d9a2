using System.Text.RegularExpressions;
using Plomba.Images;
using Plomba.Trust.Json;

namespace Plomba.Trust.Policy;

/// <summary>Reads <c>signedIdentity</c> and <c>baseLayerIdentity</c> objects (TRUST.md §3.5).</summary>
internal sealed partial class SignedIdentityReader(Mistakes mistakes)
{
    /// <summary>The optional <c>signedIdentity</c>; null when it is absent or wrong.</summary>
    public SignedIdentity? Take(JsonObjectReader fields) => fields.Take("signedIdentity") is { } node ? Read(node) : null;

    public SignedIdentity? Read(JsonNode node)
    {
        if (JsonObjectReader.From(node, mistakes) is not { } fields)
            return null;
        var type = fields.Take("type");
        var name = type is null ? "" : fields.Text("type", type);
        SignedIdentity? identity;
        switch (name)
        {
            case null:
                return null;
            case "matchExact":
                identity = new MatchExact();
                break;
            case "matchRepoDigestOrExact":
                identity = new MatchRepoDigestOrExact();
                break;
            case "matchRepository":
                identity = new MatchRepository();
                break;
            case "exactReference":
                identity = Reference(fields, "dockerReference", mayBeNameOnly: false) is { } reference ? new ExactReference(reference) : null;
                break;
            case "exactRepository":
                identity = Reference(fields, "dockerRepository", mayBeNameOnly: true) is { } repository ? new ExactRepository(repository) : null;
                break;
            case "remapIdentity":
                var (prefix, signedPrefix) = (Prefix(fields, "prefix"), Prefix(fields, "signedPrefix"));
                identity = prefix is null || signedPrefix is null ? null : new RemapIdentity(prefix, signedPrefix);
                break;
            default:
                mistakes.Add(type?.Offset ?? fields.Offset, Text.Say($"Unknown policy reference match type {QuotedText.Of(name)}"));
                return null;
        }

        fields.Finish();
        return identity;
    }

    /// <summary>Whether a text may stand in a <see cref="RemapIdentity"/>: <c>host[:port]</c>, or that and a path.</summary>
    internal static bool IsRemapPrefix(string text) => RemapPrefix().IsMatch(text);

    private string? Reference(JsonObjectReader fields, string key, bool mayBeNameOnly)
    {
        if (fields.RequireString(key) is not { } text)
            return null;
        string? mistake = null;
        if (!ImageReference.TryParse(text, out var reference, out var error))
            mistake = Text.Say($"Invalid format of {key} {QuotedText.Of(text)}: {error}");
        else if (reference.IsNameOnly && !mayBeNameOnly)
            mistake = Text.Say($"{key} {QuotedText.Of(text)} contains neither a tag nor digest");
        if (mistake is null)
            return text;
        mistakes.Add(fields.Take(key)!.Offset, mistake);
        return null;
    }

    private string? Prefix(JsonObjectReader fields, string key)
    {
        if (fields.RequireString(key) is not { } text)
            return null;
        if (IsRemapPrefix(text))
            return text;
        mistakes.Add(fields.Take(key)!.Offset, Text.Say($"prefix {QuotedText.Of(text)} is not valid"));
        return null;
    }

    private const string Label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
    private const string Component = @"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*";

    [GeneratedRegex(@$"\A{Label}(?:\.{Label})*(?::[0-9]+)?(?:/{Component})*\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex RemapPrefix();
}
