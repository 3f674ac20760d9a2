using System.Globalization;

namespace Plomba.Trust.Json;

/// <summary>A JSON object as Go's decoder sees it: keys in any case, the last of several counts, null is absent, unknown keys do not matter.</summary>
internal sealed class LenientObject
{
    private readonly JsonObjectNode? _node;

    private LenientObject(JsonObjectNode? node) => _node = node;

    /// <exception cref="FormatException">Neither an object nor null.</exception>
    public static LenientObject Of(JsonNode node) => node switch
    {
        JsonObjectNode value => new LenientObject(value),
        JsonNullNode => new LenientObject(null),
        _ => throw new FormatException(Language.Text.Say($"json: cannot unmarshal {node.Kind} into an object")),
    };

    /// <summary>Null when absent.</summary>
    /// <exception cref="FormatException">No object.</exception>
    public LenientObject? Child(string key) => Find(key) is { } node ? Of(node) : null;

    /// <summary>Null when absent.</summary>
    /// <exception cref="FormatException">No string.</exception>
    public string? Text(string key) => Find(key) switch
    {
        null => null,
        JsonStringNode text => text.Text,
        var other => throw new FormatException(Language.Text.Say($"json: cannot unmarshal {other.Kind} into a string")),
    };

    /// <summary>Empty when absent.</summary>
    /// <exception cref="FormatException">No base64.</exception>
    public byte[] Base64(string key) =>
        StrictBase64.TryDecode(Text(key) ?? "", out var bytes) ? bytes : throw new FormatException(Language.Text.Say("illegal base64 data"));

    /// <summary>Null when absent.</summary>
    /// <exception cref="FormatException">No whole number of 64 bits.</exception>
    public long? Integer(string key) => Find(key) switch
    {
        null => null,
        JsonNumberNode number when long.TryParse(number.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        _ => throw new FormatException(Language.Text.Say($"json: {key} is no whole number")),
    };

    private JsonNode? Find(string key) =>
        _node?.Members.LastOrDefault(m => string.Equals(m.Key, key, StringComparison.OrdinalIgnoreCase)) is { Value: not JsonNullNode and var value } ? value : null;
}
