using Plomba.Site.Names;
using Plomba.Site.Reading;
using Plomba.Trust.Keys;
using Tomlyn.Syntax;

namespace Plomba.Site.Editing;

/// <summary>
/// Changes the text of a <c>site.toml</c> at one place and keeps every other byte: comments, order, blanks, line ends.
/// Whether the result is a valid site is for <see cref="SiteWriter"/> to see. Immutable.
/// </summary>
public sealed class SiteText
{
    private readonly DocumentSyntax _syntax;
    private readonly string _lineEnd;

    /// <summary>Takes the text of a valid site.</summary>
    public SiteText(string text)
    {
        Text = text;
        _syntax = SyntaxReader.ReadValid(text);
        _lineEnd = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
    }

    /// <summary>The text as it is now.</summary>
    public string Text { get; }

    /// <summary>Appends a namespace; empty lists are left out.</summary>
    public SiteText AddNamespace(NamespaceName name, NamespaceChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var lines = new List<string> { "[[namespace]]", $"name = {TomlQuoting.Quote(name.Text)}" };
        if (name == NamespaceName.Whole)
            lines.Add("registry-wide = true");
        lines.AddRange(change.Lines.Select(l => $"{l.Key} = {l.Value}"));
        return Append(lines);
    }

    /// <summary>Sets what a namespace says; null when it is not written as a <c>[[namespace]]</c> that can be edited.</summary>
    public SiteText? SetNamespace(NamespaceName name, NamespaceChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var result = this;
        foreach (var (key, value, items) in change.Lines)
        {
            if (result.Find("namespace", name.Text) is not { } table || result.Set(table, key, value, items) is not { } next)
                return null;
            result = next;
        }

        return result;
    }

    /// <summary>Removes a namespace; null when it is not written as a <c>[[namespace]]</c>.</summary>
    public SiteText? RemoveNamespace(NamespaceName name) => Find("namespace", name.Text) is { } table ? Remove(table) : null;

    /// <summary>Adds a key behind the last one, at the end of the file when it is the first.</summary>
    public SiteText AddKey(KeyName name, Fingerprint fingerprint, string? owner)
    {
        var lines = new List<string> { "[[key]]", $"name = {TomlQuoting.Quote(name.Text)}", $"fingerprint = {TomlQuoting.Quote(fingerprint.Text)}" };
        if (owner is not null)
            lines.Add($"owner = {TomlQuoting.Quote(owner)}");
        if (_syntax.Tables.LastOrDefault(t => Is(t, "key")) is not { } last)
            return Append(lines);
        var end = EndOf(last);
        return Splice(end, end, LineEndBefore(end) + string.Concat(lines.Prepend("").Select(l => l + _lineEnd)));
    }

    /// <summary>Removes a key; null when it is not written as a <c>[[key]]</c>.</summary>
    public SiteText? RemoveKey(KeyName name) => Find("key", name.Text) is { } table ? Remove(table) : null;

    private SiteText Append(List<string> lines) =>
        Splice(Text.Length, Text.Length, LineEndBefore(Text.Length) + string.Concat(lines.Prepend("").Select(l => l + _lineEnd)));

    private SiteText? Set(TableSyntaxBase table, string key, string value, IReadOnlyList<string>? items)
    {
        if (table.Items.FirstOrDefault(i => Is(i.Key, key)) is not { Value: { } written })
        {
            var after = EndOfLine(EndOf(table.Items.First(i => Is(i.Key, "name")).Value!));
            return Splice(after, after, LineEndBefore(after) + $"{key} = {value}{_lineEnd}");
        }

        var (start, end) = (written.Span.Offset, EndOf(written));
        var before = Text[start..end];
        if (items is null || !before.Contains('#', StringComparison.Ordinal))
            return Splice(start, end, value);
        return ListLines.Replace(before, items, _lineEnd) is { } lines ? Splice(start, end, lines) : null;
    }

    // The block with its header and all its lines; one blank line before it goes too. Comments above it stay.
    private SiteText Remove(TableSyntaxBase table)
    {
        var start = StartOfLine(table.Span.Offset);
        var end = EndOf(table);
        if (start > 0 && StartOfLine(start - 1) is var before && string.IsNullOrWhiteSpace(Text[before..start]))
            start = before;
        return Splice(start, end, "");
    }

    private SiteText Splice(int start, int end, string put) => new(string.Concat(Text.AsSpan(0, start), put, Text.AsSpan(end)));

    private TableSyntaxBase? Find(string header, string name) => _syntax.Tables.FirstOrDefault(t =>
        t is TableArraySyntax && Is(t, header) && t.Items.Any(i => Is(i.Key, "name") && i.Value is StringValueSyntax text && text.Value == name));

    private static bool Is(TableSyntaxBase table, string name) => Is(table.Name, name);

    private static bool Is(KeySyntax? key, string name) => key is { DotKeys.ChildrenCount: 0, Key: { } first } && first switch
    {
        BareKeySyntax bare => bare.Key?.Text == name,
        StringValueSyntax text => text.Value == name,
        _ => false,
    };

    private int EndOf(TableSyntaxBase table) => EndOfLine(table.Items.LastOrDefault(i => i.Value is not null) is { Value: { } last }
        ? EndOf(last)
        : table.CloseBracket!.Span.Offset);

    private static int EndOf(ValueSyntax value) => value.Span.Offset + value.Span.Length;

    private int EndOfLine(int from) => Text.IndexOf('\n', from) is >= 0 and var at ? at + 1 : Text.Length;

    private int StartOfLine(int from) => from == 0 ? 0 : Text.LastIndexOf('\n', from - 1) + 1;

    private string LineEndBefore(int at) => at > 0 && Text[at - 1] != '\n' ? _lineEnd : "";
}
