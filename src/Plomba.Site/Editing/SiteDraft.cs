using System.Text;

namespace Plomba.Site.Editing;

/// <summary>
/// Writes a new site, line by line, each with a comment of where its value came from. Whether the result is a valid
/// site is for <see cref="SiteFile.Parse"/> to see. Not thread-safe.
/// </summary>
public sealed class SiteDraft
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins with comments and the line that every site begins with.</summary>
    /// <param name="comments">What the file is, a line each.</param>
    public SiteDraft(params ReadOnlySpan<string> comments)
    {
        foreach (var comment in comments)
            _text.Append("# ").Append(OneLine(comment)).Append('\n');
        _text.Append("\nformat = 1\n");
    }

    /// <summary>The text so far.</summary>
    public string Text => _text.ToString();

    /// <summary>Begins a table: <c>[registry]</c>, <c>[[key]]</c>.</summary>
    public SiteDraft Table(string header, string? comment = null)
    {
        _text.Append('\n').Append(header);
        return EndLine(comment);
    }

    /// <summary>A string.</summary>
    public SiteDraft Say(string key, string value, string? comment = null) => Line(key, TomlQuoting.Quote(value), comment);

    /// <summary>A list of strings.</summary>
    public SiteDraft Say(string key, IEnumerable<string> values, string? comment = null) =>
        Line(key, $"[{string.Join(", ", values.Select(TomlQuoting.Quote))}]", comment);

    /// <summary>true or false.</summary>
    public SiteDraft Say(string key, bool value, string? comment = null) => Line(key, value ? "true" : "false", comment);

    private SiteDraft Line(string key, string value, string? comment)
    {
        _text.Append(key).Append(" = ").Append(value);
        return EndLine(comment);
    }

    private SiteDraft EndLine(string? comment)
    {
        if (comment is not null)
            _text.Append("   # ").Append(OneLine(comment));
        _text.Append('\n');
        return this;
    }

    // Comments quote the names of files: nothing in them may end the line.
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' || char.IsSurrogate(c) ? '?' : c));
}
