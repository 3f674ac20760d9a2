using System.Text;

namespace Plomba.Manual;

/// <summary>Writes the man macros. Every text is escaped: none of it can become a macro or an escape.</summary>
internal sealed class Roff
{
    private readonly StringBuilder text = new();

    /// <summary>The heading of the page.</summary>
    public Roff Title(string name, string section, string footer, string header) => Macro("TH", name, section, "", footer, header);

    /// <summary>A section.</summary>
    public Roff Section(string title) => Macro("SH", title);

    /// <summary>A paragraph.</summary>
    public Roff Paragraph(string content) => Macro("PP").Line(Escape(content));

    /// <summary>A line of text as it is.</summary>
    public Roff Plain(string content) => Line(Escape(content));

    /// <summary>A paragraph behind a term in bold, with what follows it in italics.</summary>
    public Roff Item(string term, string? value, string content) =>
        Macro("TP").Line($"\\fB{Escape(term)}\\fR{(value is null ? "" : $" \\fI{Escape(value)}\\fR")}").Line(Escape(content));

    /// <inheritdoc/>
    public override string ToString() => text.ToString();

    private Roff Macro(string name, params ReadOnlySpan<string> arguments)
    {
        text.Append('.').Append(name);
        foreach (var argument in arguments)
            text.Append(" \"").Append(Escape(argument).Replace("\"", "\\(dq", StringComparison.Ordinal)).Append('"');
        text.Append('\n');
        return this;
    }

    private Roff Line(string content)
    {
        // A line must not begin as a request does.
        text.Append(content.StartsWith('.') || content.StartsWith('\'') ? "\\&" : "").Append(content).Append('\n');
        return this;
    }

    private static string Escape(string content) => content
        .ReplaceLineEndings(" ")
        .Replace("\\", "\\e", StringComparison.Ordinal)
        .Replace("-", "\\-", StringComparison.Ordinal)
        .Replace("~", "\\(ti", StringComparison.Ordinal)
        .Replace("^", "\\(ha", StringComparison.Ordinal)
        .Replace("`", "\\(ga", StringComparison.Ordinal)
        .Replace("'", "\\(aq", StringComparison.Ordinal);
}
