using System.Globalization;
using System.Text;

namespace Plomba.Language;

/// <summary>One entry of a catalog.</summary>
/// <param name="English">The English text (<c>msgid</c>); empty for the header.</param>
/// <param name="Plural">The English text for many (<c>msgid_plural</c>); null when the text does not count.</param>
/// <param name="Forms">The translations in the order of their numbers; one when the text does not count.</param>
internal sealed record PoEntry(string English, string? Plural, string[] Forms);

/// <summary>
/// Reads what our catalogs use of gettext's PO format: <c>msgid</c>, <c>msgid_plural</c>, <c>msgstr</c>,
/// <c>msgstr[N]</c>, strings that go on in the next line, comments.
/// </summary>
internal static class PoReader
{
    /// <summary>All entries of a file.</summary>
    /// <exception cref="FormatException">A line is something else; the message tells which.</exception>
    public static IEnumerable<PoEntry> Read(TextReader reader)
    {
        var fields = new List<(string Keyword, StringBuilder Text)>();
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            line = line.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            var quote = line.IndexOf('"', StringComparison.Ordinal);
            var keyword = quote < 0 ? "" : line[..quote].TrimEnd();
            if (quote < 0 || line.Length < quote + 2 || line[^1] != '"' || (keyword.Length == 0 && fields.Count == 0))
                throw new FormatException($"line {number.ToString(CultureInfo.InvariantCulture)} of a catalog is no PO: {line}");
            if (keyword == "msgid" && fields.Count > 0)
            {
                yield return ToEntry(fields);
                fields.Clear();
            }

            if (keyword.Length > 0)
                fields.Add((keyword, new StringBuilder()));
            AppendUnescaped(fields[^1].Text, line.AsSpan(quote + 1, line.Length - quote - 2));
        }

        if (fields.Count > 0)
            yield return ToEntry(fields);
    }

    private static PoEntry ToEntry(List<(string Keyword, StringBuilder Text)> fields) => new(
        Single(fields, "msgid") ?? throw new FormatException("an entry of a catalog has no msgid"),
        Single(fields, "msgid_plural"),
        [.. fields.Where(f => f.Keyword.StartsWith("msgstr", StringComparison.Ordinal)).Select(f => f.Text.ToString())]);

    private static string? Single(List<(string Keyword, StringBuilder Text)> fields, string keyword) =>
        fields.Find(f => f.Keyword == keyword).Text?.ToString();

    private static void AppendUnescaped(StringBuilder to, ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\' && i + 1 < text.Length)
            {
                i++;
                c = text[i] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    _ => text[i],
                };
            }

            to.Append(c);
        }
    }
}
