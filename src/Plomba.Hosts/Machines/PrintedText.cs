using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Plomba.Hosts.Machines;

/// <summary>Names of any bytes as one printable line, and back: what is not printable, and the backslash, is <c>\xHH</c>.</summary>
internal static class PrintedText
{
    public static string Print(string text)
    {
        if (!text.Any(NeedsEscape))
            return text;
        var printed = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) ? 2 : 1;
            if (length == 2 || !NeedsEscape(text[i]))
                printed.Append(text, i, length);
            else
                foreach (var b in NameEncoding.Encode(text.AsSpan(i, length))!)
                    printed.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
            i += length - 1;
        }

        return printed.ToString();
    }

    public static bool TryParse(string printed, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var bytes = new List<byte>(printed.Length);
        for (var i = 0; i < printed.Length; i++)
        {
            if (printed[i] != '\\')
            {
                var length = char.IsHighSurrogate(printed[i]) && i + 1 < printed.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(printed.Substring(i, length)));
                i += length - 1;
            }
            else if (i + 3 < printed.Length && printed[i + 1] == 'x' && byte.TryParse(printed.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
            {
                bytes.Add(b);
                i += 3;
            }
            else
            {
                return false;
            }
        }

        text = NameEncoding.Decode([.. bytes]);
        return true;
    }

    private static bool NeedsEscape(char c) =>
        char.IsControl(c) || c is '\\' or '\u2028' or '\u2029' or '\ufeff' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')
        || c is >= '\udc80' and <= '\udcff';
}
