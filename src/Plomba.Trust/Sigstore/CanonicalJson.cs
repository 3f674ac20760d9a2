using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Plomba.Trust.Json;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// The canonical form of JSON (RFC 8785): members sorted by UTF-16 code units, no blanks, strings with the fewest escapes,
/// numbers as ECMAScript prints them. What has no canonical form (duplicate keys, lone surrogates, infinite numbers) is refused.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>The bytes of an object or array; false with what has no canonical form.</summary>
    public static bool TryWrite(JsonNode node, [NotNullWhen(true)] out byte[]? canonical, [NotNullWhen(false)] out string? error)
    {
        canonical = null;
        error = null;
        var text = new StringBuilder();
        try
        {
            if (node is not (JsonObjectNode or JsonArrayNode))
                throw new FormatException(Text.Say($"an object or array was expected, not {node.Kind}"));
            Append(text, node);
            canonical = Encoding.UTF8.GetBytes(text.ToString());
            return true;
        }
        catch (FormatException e)
        {
            error = e.Message;
            return false;
        }
    }

    private static void Append(StringBuilder text, JsonNode node)
    {
        switch (node)
        {
            case JsonObjectNode value:
                AppendMembers(text, value);
                break;
            case JsonArrayNode array:
                text.Append('[');
                foreach (var (index, item) in array.Items.Index())
                {
                    text.Append(index == 0 ? "" : ",");
                    Append(text, item);
                }

                text.Append(']');
                break;
            case JsonStringNode { IsUnicode: true } value:
                AppendString(text, value.Text);
                break;
            case JsonStringNode:
                throw new FormatException(Text.Say("a string is not Unicode"));
            case JsonNumberNode number:
                text.Append(Number(number.Text));
                break;
            case JsonBooleanNode value:
                text.Append(value.Value ? "true" : "false");
                break;
            default:
                text.Append("null");
                break;
        }
    }

    private static void AppendMembers(StringBuilder text, JsonObjectNode value)
    {
        text.Append('{');
        string? last = null;
        foreach (var member in value.Members.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            if (!member.KeyIsUnicode)
                throw new FormatException(Text.Say("a key is not Unicode"));
            if (member.Key == last)
                throw new FormatException(Text.Say($"Duplicate key: {member.Key}"));
            text.Append(last is null ? "" : ",");
            last = member.Key;
            AppendString(text, member.Key);
            text.Append(':');
            Append(text, member.Value);
        }

        text.Append('}');
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => text.Append(character),
            };
        }

        text.Append('"');
    }

    // ECMAScript's Number::toString: the shortest digits that read back as the same double, laid out by their exponent.
    private static string Number(string number)
    {
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            throw new FormatException(Text.Say($"{number} is no number that can be represented"));
        if (value == 0)
            return "0";
        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        var exponent = shortest.Length == 1 ? 0 : int.Parse(shortest[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var dot = shortest[0].IndexOf('.', StringComparison.Ordinal);
        var written = shortest[0].Replace(".", "", StringComparison.Ordinal);
        var digits = written.TrimStart('0');
        var point = (dot < 0 ? written.Length : dot) - (written.Length - digits.Length) + exponent;
        return (value < 0 ? "-" : "") + Layout(digits.TrimEnd('0'), point);
    }

    // The value is 0.digits × 10^point.
    private static string Layout(string digits, int point)
    {
        if (point >= digits.Length && point <= 21)
            return digits + new string('0', point - digits.Length);
        if (point is > 0 and <= 21)
            return $"{digits[..point]}.{digits[point..]}";
        if (point is > -6 and <= 0)
            return $"0.{new string('0', -point)}{digits}";
        var exponent = (point - 1).ToString("+0;-0", CultureInfo.InvariantCulture);
        return digits.Length == 1 ? $"{digits}e{exponent}" : $"{digits[0]}.{digits[1..]}e{exponent}";
    }
}
