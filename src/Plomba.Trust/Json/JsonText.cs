using System.Globalization;
using System.Text;

namespace Plomba.Trust.Json;

/// <summary>
/// Reads JSON strings as the reference implementation does: a byte that is no UTF-8, and a surrogate without its other
/// half, become U+FFFD each; the caller is told and decides.
/// </summary>
internal static class JsonText
{
    /// <summary>Reads the string whose opening quote stands at <paramref name="at"/>; leaves it behind the closing one.</summary>
    public static string Read(ReadOnlySpan<byte> text, ref int at, out bool isUnicode)
    {
        isUnicode = true;
        var result = new StringBuilder();
        at++;
        while (true)
        {
            if (at >= text.Length)
                throw JsonSyntaxException.Unexpected(text, at, "");
            var next = text[at];
            if (next == '"')
            {
                at++;
                return result.ToString();
            }

            if (next < 0x20)
                throw JsonSyntaxException.Unexpected(text, at, Text.Say("in string literal"));
            if (next == '\\')
                ReadEscape(text, ref at, result, ref isUnicode);
            else
                ReadCharacter(text, ref at, result, ref isUnicode);
        }
    }

    private static void ReadCharacter(ReadOnlySpan<byte> text, ref int at, StringBuilder result, ref bool isUnicode)
    {
        if (Rune.DecodeFromUtf8(text[at..], out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            result.Append(rune.ToString());
            at += length;
            return;
        }

        isUnicode = false;
        result.Append('\uFFFD');
        at++;
    }

    private static void ReadEscape(ReadOnlySpan<byte> text, ref int at, StringBuilder result, ref bool isUnicode)
    {
        at++;
        if (at >= text.Length)
            throw JsonSyntaxException.Unexpected(text, at, "");
        var simple = text[at] switch
        {
            (byte)'"' => '"',
            (byte)'\\' => '\\',
            (byte)'/' => '/',
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            (byte)'u' => '\0',
            _ => throw JsonSyntaxException.Unexpected(text, at, Text.Say("in string escape code")),
        };
        at++;
        if (simple != '\0')
        {
            result.Append(simple);
            return;
        }

        var unit = ReadHex(text, ref at);
        if (!char.IsSurrogate(unit))
        {
            result.Append(unit);
            return;
        }

        var after = at;
        if (char.IsHighSurrogate(unit) && text[at..].StartsWith("\\u"u8))
        {
            after += 2;
            var low = ReadHex(text, ref after);
            if (char.IsLowSurrogate(low))
            {
                result.Append(unit).Append(low);
                at = after;
                return;
            }
        }

        isUnicode = false;
        result.Append('\uFFFD');
    }

    private static char ReadHex(ReadOnlySpan<byte> text, ref int at)
    {
        for (var i = at; i < at + 4; i++)
        {
            if (i >= text.Length || !char.IsAsciiHexDigit((char)text[i]))
                throw JsonSyntaxException.Unexpected(text, i, Text.Say("in \\u hexadecimal character escape"));
        }

        var unit = (char)ushort.Parse(text.Slice(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        at += 4;
        return unit;
    }
}
