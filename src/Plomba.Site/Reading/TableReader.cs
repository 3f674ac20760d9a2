namespace Plomba.Site.Reading;

/// <summary>Turns text into a value; false with the reason and what to write instead.</summary>
internal delegate bool ValueParser<T>(string text, out T value, out string? why);

/// <summary>A value and where it was written.</summary>
internal readonly record struct Placed<T>(T Value, Place Place);

/// <summary>
/// Reads the keys of one table. Every key that was asked for is known; <see cref="ReportUnknown"/> reports the others.
/// Whatever cannot be read is reported and comes back as null.
/// </summary>
internal sealed class TableReader(TomlTable table, string title, FindingList findings)
{
    private readonly List<string> _known = [];

    /// <summary>Where the table begins.</summary>
    public Place Place => table.Place;

    /// <summary>Where a key's value stands; the table itself when it is not written.</summary>
    public Place PlaceOf(string name) => table.Find(name)?.Value.Place ?? table.Place;

    /// <summary>Whether a key is written.</summary>
    public bool Has(string name) => table.Find(name) is not null;

    /// <summary>A string as it is written; null when it is not written or no string. Reports nothing.</summary>
    public string? Text(string name) => (table.Find(name)?.Value as TomlText)?.Value;

    /// <summary>true or false; null when it is not written.</summary>
    public bool? Flag(string name) => Take<TomlFlag>(name, Language.Text.Say("true or false"))?.Value;

    /// <summary>A whole number; null when it is not written.</summary>
    public Placed<long>? Number(string name) => Take<TomlNumber>(name, Language.Text.Say("a number without quotes")) is { } number ? new Placed<long>(number.Value, number.Place) : null;

    /// <summary>A string parsed to its type; null when it is not written or not valid.</summary>
    public Placed<T>? Value<T>(string name, ValueParser<T> parse, string? mandatory = null)
    {
        if (Take<TomlText>(name, Language.Text.Say("a string in double quotes"), mandatory) is not { } text)
            return null;
        if (parse(text.Value, out var value, out var why))
            return new Placed<T>(value, text.Place);
        findings.Error(text.Place, FindingCode.Value, $"{name} = {FindingList.Quote(text.Value)}: {why}");
        return null;
    }

    /// <summary>A list of strings; null when it is not written. Entries that are not valid are reported and left out, as are repeated ones.</summary>
    public List<Placed<T>>? Values<T>(string name, ValueParser<T> parse, string advice)
        where T : notnull
    {
        if (Take<TomlList>(name, Language.Text.Say($"a list of strings: {advice}")) is not { } list)
            return null;
        if (list.Items.Count == 0)
            findings.Error(list.Place, FindingCode.EmptyList, Language.Text.Say($"{name} = [] says nothing: {advice}, or leave the line out"));
        var values = new List<Placed<T>>();
        var seen = new HashSet<T>();
        foreach (var item in list.Items)
        {
            if (item is not TomlText text)
                findings.Error(item.Place, FindingCode.WrongType, Language.Text.Say($"{name} is a list of strings, this is {item.Kind}: {advice}"));
            else if (!parse(text.Value, out var value, out var why))
                findings.Error(item.Place, FindingCode.Value, $"{name}: {FindingList.Quote(text.Value)}: {why}");
            else if (!seen.Add(value))
                findings.Error(item.Place, FindingCode.Duplicate, Language.Text.Say($"{name}: {FindingList.Quote(text.Value)} stands in the list twice"));
            else
                values.Add(new Placed<T>(value, item.Place));
        }

        return values;
    }

    /// <summary>A table below this one; null when it is not written.</summary>
    public TableReader? Table(string name, string? mandatory = null) =>
        Take<TomlTable>(name, Language.Text.Say($"a table: write [{name}] on a line of its own"), mandatory) is { } inner
            ? new TableReader(inner, name, findings)
            : null;

    /// <summary>The tables of a <c>[[name]]</c> list; none when it is not written.</summary>
    public IEnumerable<TableReader> Tables(string name)
    {
        if (Take<TomlList>(name, Language.Text.Say($"a list of tables: write [[{name}]] with two brackets")) is not { } list)
            yield break;
        foreach (var item in list.Items)
        {
            if (item is TomlTable inner)
                yield return new TableReader(inner, $"[{name}]", findings);
            else
                findings.Error(item.Place, FindingCode.WrongType, Language.Text.Say($"{name} is a list of tables: write [[{name}]] with two brackets"));
        }
    }

    /// <summary>Makes a key known that is read elsewhere.</summary>
    public void Know(string name) => _known.Add(name);

    /// <summary>Reports every key that nobody asked for: it would silently be without effect.</summary>
    public void ReportUnknown()
    {
        foreach (var entry in table.Entries)
        {
            if (_known.Contains(entry.Name, StringComparer.Ordinal))
                continue;
            var where = title.Length == 0 ? Language.Text.Say("the top of the file") : $"[{title}]";
            var advice = Spelling.Nearest(entry.Name, _known) is { } near
                ? Language.Text.Say($"did you mean \"{near}\"?")
                : Language.Text.Say($"known there: {string.Join(", ", _known)}");
            findings.Error(entry.Place, FindingCode.UnknownKey, Language.Text.Say($"{FindingList.Quote(entry.Name)} is no key of {where}: {advice}"));
        }
    }

    /// <summary>The name a message uses for the table: <c>[registry]</c>.</summary>
    public override string ToString() => $"[{title}]";

    private TNode? Take<TNode>(string name, string expected, string? mandatory = null)
        where TNode : TomlNode
    {
        _known.Add(name);
        if (table.Find(name)?.Value is not { } node)
        {
            if (mandatory is not null)
                findings.Error(table.Place, FindingCode.Missing, title.Length == 0 ? mandatory : Language.Text.Say($"{this} has no {name}: {mandatory}"));
            return null;
        }

        if (node is TNode right)
            return right;
        findings.Error(node.Place, FindingCode.WrongType, Language.Text.Say($"{name} is {node.Kind} here and must be {expected}"));
        return null;
    }
}
