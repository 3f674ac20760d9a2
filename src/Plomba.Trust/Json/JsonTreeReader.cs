using System.Collections.Immutable;
using System.Globalization;

namespace Plomba.Trust.Json;

/// <summary>
/// Reads one JSON value (RFC 8259) from UTF-8: no comments, no trailing commas, no byte order mark, nothing after the
/// value but white space. System.Text.Json is not used because it drops duplicate keys, refuses invalid UTF-8 that the
/// reference implementation replaces, and keeps no places. Error texts are the reference's.
/// </summary>
internal ref struct JsonTreeReader
{
    /// <summary>Deeper nesting is refused: nothing that is read here nests deeper than ten.</summary>
    public const int MaximumDepth = 256;

    // A value takes twenty times the memory of its text when that is one digit; the largest policies have a tenth of this.
    private const int MostValues = 250_000;

    private readonly ReadOnlySpan<byte> _text;
    private int _values;
    private int _at;
    private int _depth;

    private JsonTreeReader(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>The value, or null and the first mistake: after a syntax error nothing can be said about the rest.</summary>
    public static JsonNode? Read(ReadOnlySpan<byte> text, out Mistake? mistake)
    {
        var reader = new JsonTreeReader(text);
        try
        {
            reader.SkipWhiteSpace();
            var node = reader.ReadValue();
            reader.SkipWhiteSpace();
            if (reader._at < text.Length)
                throw reader.Unexpected(Text.Say("after top-level value"));
            mistake = null;
            return node;
        }
        catch (JsonSyntaxException e)
        {
            mistake = Mistake.At(text, e.Offset, e.Message);
            return null;
        }
    }

    private JsonNode ReadValue()
    {
        var start = _at;
        if (++_values > MostValues)
            throw new JsonSyntaxException(start, Text.Say($"more than {MostValues} values"));
        switch (Peek())
        {
            case '{':
                return ReadObject();
            case '[':
                return ReadArray();
            case '"':
                var text = JsonText.Read(_text, ref _at, out var isUnicode);
                return new JsonStringNode(start, text, isUnicode);
            case 't':
                ReadLiteral("true");
                return new JsonBooleanNode(start, true);
            case 'f':
                ReadLiteral("false");
                return new JsonBooleanNode(start, false);
            case 'n':
                ReadLiteral("null");
                return new JsonNullNode(start);
            case '-' or (>= '0' and <= '9'):
                return ReadNumber();
            default:
                throw Unexpected(Text.Say("looking for beginning of value"));
        }
    }

    private JsonObjectNode ReadObject()
    {
        var start = _at;
        Enter();
        var members = ImmutableArray.CreateBuilder<JsonMember>();
        while (Peek() != '}')
        {
            var at = _at;
            if (Peek() != '"')
                throw Unexpected(Text.Say("looking for beginning of object key string"));
            var key = JsonText.Read(_text, ref _at, out var isUnicode);
            SkipWhiteSpace();
            if (Peek() != ':')
                throw Unexpected(Text.Say("after object key"));
            Step();
            members.Add(new JsonMember(at, key, isUnicode, ReadValue()));
            if (!MoreAfter('}', Text.Say("after object key:value pair")))
                break;
            if (Peek() == '}')
                throw Unexpected(Text.Say("looking for beginning of object key string"));
        }

        Leave();
        return new JsonObjectNode(start, members.ToImmutable());
    }

    private JsonArrayNode ReadArray()
    {
        var start = _at;
        Enter();
        var items = ImmutableArray.CreateBuilder<JsonNode>();
        while (Peek() != ']')
        {
            items.Add(ReadValue());
            if (!MoreAfter(']', Text.Say("after array element")))
                break;
            if (Peek() == ']')
                throw Unexpected(Text.Say("looking for beginning of value"));
        }

        Leave();
        return new JsonArrayNode(start, items.ToImmutable());
    }

    private bool MoreAfter(char end, string where)
    {
        SkipWhiteSpace();
        if (Peek() == end)
            return false;
        if (Peek() != ',')
            throw Unexpected(where);
        Step();
        return true;
    }

    private JsonNumberNode ReadNumber()
    {
        var start = _at;
        if (Peek() == '-')
            _at++;
        if (Peek() == '0')
            _at++;
        else
            SkipDigits(Text.Say("in numeric literal"));
        if (_at < _text.Length && _text[_at] == '.')
        {
            _at++;
            SkipDigits(Text.Say("after decimal point in numeric literal"));
        }

        if (_at < _text.Length && _text[_at] is (byte)'e' or (byte)'E')
        {
            _at++;
            if (Peek() is '+' or '-')
                _at++;
            SkipDigits(Text.Say("in exponent of numeric literal"));
        }

        return new JsonNumberNode(start, System.Text.Encoding.ASCII.GetString(_text[start.._at]));
    }

    private void SkipDigits(string where)
    {
        if (Peek() is < '0' or > '9')
            throw Unexpected(where);
        while (_at < _text.Length && _text[_at] is >= (byte)'0' and <= (byte)'9')
            _at++;
    }

    private void ReadLiteral(string word)
    {
        foreach (var letter in word)
        {
            if (Peek() != letter)
                throw Unexpected(Text.Say($"in literal {word} (expecting '{letter}')"));
            _at++;
        }
    }

    private void Enter()
    {
        if (++_depth > MaximumDepth)
            throw Unexpected(Text.Say("exceeded max depth"));
        Step();
    }

    private void Leave()
    {
        _depth--;
        _at++;
    }

    private void Step()
    {
        _at++;
        SkipWhiteSpace();
    }

    private readonly char Peek() => _at < _text.Length
        ? (char)_text[_at]
        : throw new JsonSyntaxException(_text.Length, Text.Say("unexpected end of JSON input"));

    private void SkipWhiteSpace()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            _at++;
    }

    private readonly JsonSyntaxException Unexpected(string where) => JsonSyntaxException.Unexpected(_text, _at, where);
}

/// <summary>Ends the reading of one text; never leaves <see cref="JsonTreeReader"/>.</summary>
internal sealed class JsonSyntaxException(int offset, string message) : Exception(message)
{
    public int Offset { get; } = offset;

    public static JsonSyntaxException Unexpected(ReadOnlySpan<byte> text, int at, string where)
    {
        if (at >= text.Length)
            return new JsonSyntaxException(text.Length, Text.Say("unexpected end of JSON input"));
        var name = text[at] switch
        {
            (byte)'\'' => @"'\''",
            (byte)'"' => "'\"'",
            >= 0x20 and < 0x7F => $"'{(char)text[at]}'",
            var other => string.Create(CultureInfo.InvariantCulture, $"'\\x{other:x2}'"),
        };
        return new JsonSyntaxException(at, Text.Say($"invalid character {name} {where}"));
    }
}
