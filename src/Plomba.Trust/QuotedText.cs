using System.Globalization;
using System.Text;

namespace Plomba.Trust;

/// <summary>
/// Foreign text for messages: in double quotes, with everything that does not print escaped, so that a key, a scope or a
/// claimed identity cannot move the cursor or forge a line. The form is the reference implementation's (Go's <c>%q</c>).
/// </summary>
public static class QuotedText
{
    /// <summary>The quoted text.</summary>
    public static string Of(string text)
    {
        var result = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes())
            Append(result, rune);
        return result.Append('"').ToString();
    }

    /// <summary>A whole message that may hold foreign text: only what does not print is escaped.</summary>
    public static string Printable(string message)
    {
        var result = new StringBuilder(message.Length);
        foreach (var rune in message.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\')
                result.Append((char)rune.Value);
            else
                Append(result, rune);
        }

        return result.ToString();
    }

    private static void Append(StringBuilder result, Rune rune)
    {
        var value = rune.Value;
        if (value is '"' or '\\')
            result.Append('\\').Append((char)value);
        else if (value == ' ' || IsPrintable(rune))
            result.Append(rune.ToString());
        else if ("\a\b\f\n\r\t\v".IndexOf((char)value, StringComparison.Ordinal) is >= 0 and var index && value < 0x20)
            result.Append('\\').Append("abfnrtv"[index]);
        else if (value < 0x80)
            result.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        else if (value < 0x10000)
            result.Append(CultureInfo.InvariantCulture, $"\\u{value:x4}");
        else
            result.Append(CultureInfo.InvariantCulture, $"\\U{value:x8}");
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
