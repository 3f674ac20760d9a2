using System.Collections.Immutable;

namespace Plomba.Trust.Json;

/// <summary>All mistakes of one text, as they are found.</summary>
internal sealed class Mistakes(ReadOnlyMemory<byte> text)
{
    // Nobody reads more, and each one's line is counted from the beginning of the text.
    private const int Most = 100;

    private readonly List<(int Offset, string Message)> _found = [];

    public bool Any => _found.Count > 0;

    public void Add(int offset, string message)
    {
        if (_found.Count < Most)
            _found.Add((offset, message));
    }

    /// <summary>In the order of the text.</summary>
    public ImmutableArray<Mistake> InOrder() =>
        [.. _found.OrderBy(m => m.Offset).Select(m => Mistake.At(text.Span, m.Offset, m.Message))];
}

/// <summary>
/// One object whose keys are all known: every key is taken exactly once, and <see cref="Finish"/> reports what was not
/// taken. Duplicates are compared after unescaping, keys by exact case (TRUST.md §3.2).
/// </summary>
internal sealed class JsonObjectReader
{
    private readonly JsonObjectNode _node;
    private readonly Mistakes _mistakes;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    private JsonObjectReader(JsonObjectNode node, Mistakes mistakes)
    {
        _node = node;
        _mistakes = mistakes;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in node.Members)
        {
            if (!seen.Add(member.Key))
                mistakes.Add(member.Offset, Language.Text.Say($"Duplicate key {QuotedText.Of(member.Key)}"));
            else if (!member.KeyIsUnicode)
                mistakes.Add(member.Offset, Language.Text.Say($"key {QuotedText.Of(member.Key)} is not valid UTF-8"));
        }
    }

    /// <summary>Where the object begins.</summary>
    public int Offset => _node.Offset;

    /// <summary>All members, for objects whose keys are free.</summary>
    public ImmutableArray<JsonMember> Members => _node.Members;

    /// <summary>Null, and a mistake, for what is no object.</summary>
    public static JsonObjectReader? From(JsonNode node, Mistakes mistakes)
    {
        if (node is JsonObjectNode objectNode)
            return new JsonObjectReader(objectNode, mistakes);
        mistakes.Add(node.Offset, Language.Text.Say($"JSON object expected, got {node.Kind}"));
        return null;
    }

    /// <summary>The member's value; null when it is absent.</summary>
    public JsonNode? Take(string key)
    {
        _taken.Add(key);
        foreach (var member in _node.Members)
        {
            if (string.Equals(member.Key, key, StringComparison.Ordinal))
                return member.Value;
        }

        return null;
    }

    /// <summary>The member's value; null, and a mistake, when it is absent.</summary>
    public JsonNode? Require(string key)
    {
        var value = Take(key);
        if (value is null)
            _mistakes.Add(_node.Offset, Language.Text.Say($"Key {QuotedText.Of(key)} missing in a JSON object"));
        return value;
    }

    /// <summary>A string member; null when it is absent, null and a mistake when it is no string.</summary>
    public string? TakeString(string key) => Take(key) is { } value ? Text(key, value) : null;

    /// <summary>A mandatory string member; null and a mistake otherwise.</summary>
    public string? RequireString(string key) => Require(key) is { } value ? Text(key, value) : null;

    /// <summary>Reports every key that nobody took.</summary>
    public void Finish()
    {
        foreach (var member in _node.Members.Where(m => !_taken.Contains(m.Key)))
            _mistakes.Add(member.Offset, Language.Text.Say($"Unknown key {QuotedText.Of(member.Key)}"));
    }

    /// <summary>The text of a string value; null and a mistake for anything else.</summary>
    public string? Text(string key, JsonNode value)
    {
        if (value is JsonStringNode { IsUnicode: true } text)
            return text.Text;
        _mistakes.Add(value.Offset, value is JsonStringNode
            ? Language.Text.Say($"{QuotedText.Of(key)} is not valid UTF-8")
            : Language.Text.Say($"{QuotedText.Of(key)} must be a string, not {value.Kind}"));
        return null;
    }

    /// <summary>The strings of an array; empty and a mistake for anything else.</summary>
    public ImmutableArray<(string Text, int Offset)> Texts(string key, JsonNode value)
    {
        if (value is not JsonArrayNode array)
        {
            _mistakes.Add(value.Offset, Language.Text.Say($"{QuotedText.Of(key)} must be an array of strings, not {value.Kind}"));
            return [];
        }

        var texts = ImmutableArray.CreateBuilder<(string, int)>();
        foreach (var item in array.Items)
        {
            if (Text(key, item) is { } text)
                texts.Add((text, item.Offset));
        }

        return texts.ToImmutable();
    }
}
