using System.Text.RegularExpressions;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Plomba.Site.Reading;

/// <summary>
/// Parses TOML and goes on after a mistake: the line it stands on is reported and left out, so that the mistakes
/// further down are found in the same run.
/// </summary>
internal static partial class SyntaxReader
{
    /// <summary>More mistakes of syntax than this are not looked for: the file is not TOML at all.</summary>
    private const int MostMistakes = 20;

    /// <summary>The syntax without the lines that are not TOML; null when nothing sensible is left.</summary>
    public static DocumentSyntax? Read(string text, FindingList findings)
    {
        var end = EndOf(text);
        // Tomlyn throws when a file ends within an escape; with a line end there it reports the open string.
        if (text.EndsWith('\\'))
            text += "\n";
        for (var round = 0; round < MostMistakes; round++)
        {
            var (document, mistake) = Parse(text);
            if (mistake is not { } found)
                return document;
            findings.Error(found.Place.Line > end.Line ? end : found.Place, FindingCode.Syntax, Text.Say($"{found.Text}: write KEY = VALUE, one a line, strings in double quotes"));
            if (document is null || !TryLeaveOut(ref text, found.Place.Line))
                return null;
        }

        return null;
    }

    /// <summary>
    /// Reports what TOML forbids and the tree does not show, such as a header that adds to an inline table: what one
    /// reader takes and another refuses is no description.
    /// </summary>
    public static void Validate(string text, FindingList findings)
    {
        foreach (var mistake in SyntaxParser.Parse(text, validate: true).Diagnostics.Where(d => d.Kind == DiagnosticMessageKind.Error))
            findings.Error(new Place(mistake.Span.Start.Line + 1, mistake.Span.Start.Column + 1), FindingCode.Duplicate, Text.Say($"{mistake.Message}: write a table in one place and in one way"));
    }

    /// <summary>The syntax of a file that is known to be valid.</summary>
    public static DocumentSyntax ReadValid(string text) => SyntaxParser.ParseStrict(text, validate: false);

    private static Place EndOf(string text) => new(text.Count(c => c == '\n') + 1, text.Length - text.LastIndexOf('\n'));

    private static (DocumentSyntax? Document, (Place Place, string Text)? Mistake) Parse(string text)
    {
        try
        {
            var document = SyntaxParser.Parse(text, validate: false);
            if (document.Diagnostics.Where(d => d.Kind == DiagnosticMessageKind.Error).MinBy(d => d.Span.Offset) is { } first)
                return (document, (new Place(first.Span.Start.Line + 1, first.Span.Start.Column + 1), first.Message));
            return (document, null);
        }
        catch (ArgumentOutOfRangeException)
        {
            // Tomlyn throws instead of reporting when an escape names no character.
            var at = NoCharacter().Match(text);
            return (null, (EndOf(at.Success ? text[..at.Index] : ""), Text.Say("an escape names no character")));
        }
        catch (TomlException e)
        {
            // Thrown when lists or tables are nested deeper than 64: no site is.
            return (null, (new Place((e.Line ?? 0) + 1, (e.Column ?? 0) + 1), Text.Say("lists or tables are nested too deeply")));
        }
    }

    // False when there is nothing left to leave out: the mistake began further up (a string without its end).
    private static bool TryLeaveOut(ref string text, int line)
    {
        var lines = text.Split('\n');
        if (line > lines.Length || string.IsNullOrWhiteSpace(lines[line - 1]))
            return false;
        lines[line - 1] = "";
        text = string.Join('\n', lines);
        return true;
    }

    // Surrogates, and what is above the last character of Unicode.
    [GeneratedRegex(@"\\u[dD][89a-fA-F]|\\U0000[dD][89a-fA-F]|\\U(?!000|0010)[0-9a-fA-F]{8}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NoCharacter();
}
