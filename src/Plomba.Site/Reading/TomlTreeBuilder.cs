using Tomlyn.Syntax;

namespace Plomba.Site.Reading;

/// <summary>Builds the tree of a parsed file and reports everything that is written twice.</summary>
internal sealed class TomlTreeBuilder(FindingList findings)
{
    /// <summary>The tree; what is reported is left out of it, so the first of two stands.</summary>
    public TomlTable Build(DocumentSyntax document)
    {
        var root = new TomlTable(new Place(1, 1)) { IsDescribed = true };
        AddAll(root, document.KeyValues);
        foreach (var table in document.Tables)
            AddTable(root, table);
        return root;
    }

    private void AddTable(TomlTable root, TableSyntaxBase table)
    {
        var path = PathOf(table.Name);
        if (path.Count == 0 || Descend(root, path) is not { } parent)
            return;
        var (name, place) = path[^1];
        var here = Place.Of(table);
        if (table is TableArraySyntax)
            AddToList(parent, name, place, here, table);
        else
            Describe(parent, name, place, here, table);
    }

    private void AddToList(TomlTable parent, string name, Place place, Place here, TableSyntaxBase table)
    {
        var item = new TomlTable(here) { IsDescribed = true };
        if (parent.Find(name)?.Value is not { } existing)
            parent.Add(name, place, new TomlList(here, [item], OfHeaders: true));
        else if (existing is TomlList { OfHeaders: true } list)
            list.Items.Add(item);
        else
            findings.Error(place, FindingCode.Duplicate, Text.Say($"\"{name}\" is written another way at line {existing.Place.Line}: write it there, or always as [[{name}]]"));
        AddAll(item, table.Items);
    }

    private void Describe(TomlTable parent, string name, Place place, Place here, TableSyntaxBase table)
    {
        if (parent.Find(name)?.Value is not { } existing)
        {
            existing = new TomlTable(here);
            parent.Add(name, place, existing);
        }

        if (existing is TomlTable { IsDescribed: false } described)
        {
            described.IsDescribed = true;
            AddAll(described, table.Items);
            return;
        }

        var advice = existing is TomlList { OfHeaders: true } ? Text.Say($"write [[{name}]] with two brackets") : Text.Say("write everything of it there");
        findings.Error(place, FindingCode.Duplicate, Text.Say($"[{name}] stands at line {existing.Place.Line} already: {advice}"));
        AddAll(new TomlTable(here), table.Items);
    }

    private void AddAll(TomlTable table, SyntaxList<KeyValueSyntax> values)
    {
        foreach (var value in values)
            Add(table, value);
    }

    private void Add(TomlTable table, KeyValueSyntax pair)
    {
        var path = PathOf(pair.Key);
        if (path.Count == 0 || pair.Value is null || Descend(table, path) is not { } parent)
            return;
        var (name, place) = path[^1];
        if (parent.Find(name) is { } existing)
            findings.Error(place, FindingCode.Duplicate, Text.Say($"\"{name}\" stands at line {existing.Place.Line} already: keep one of the two"));
        else
            parent.Add(name, place, NodeOf(pair.Value));
    }

    // Walks all but the last name of a path, making tables on the way; a list of headers means its last table.
    private TomlTable? Descend(TomlTable table, List<(string Name, Place Place)> path)
    {
        foreach (var (name, place) in path[..^1])
        {
            switch (table.Find(name)?.Value)
            {
                case null:
                    var made = new TomlTable(place);
                    table.Add(name, place, made);
                    table = made;
                    break;
                case TomlTable existing:
                    table = existing;
                    break;
                case TomlList { OfHeaders: true, Items: [.., TomlTable last] }:
                    table = last;
                    break;
                case var other:
                    findings.Error(place, FindingCode.Duplicate, Text.Say($"\"{name}\" is {other.Kind} at line {other.Place.Line}: it cannot be a table too"));
                    return null;
            }
        }

        return table;
    }

    private TomlNode NodeOf(ValueSyntax value)
    {
        var place = Place.Of(value);
        switch (value)
        {
            case StringValueSyntax text:
                return new TomlText(place, text.Value ?? "");
            case BooleanValueSyntax flag:
                return new TomlFlag(place, flag.Value);
            case IntegerValueSyntax number:
                return new TomlNumber(place, number.Value);
            case FloatValueSyntax:
                return new TomlOther(place, Text.Say("a fraction"));
            case DateTimeValueSyntax:
                return new TomlOther(place, Text.Say("a date"));
            case ArraySyntax array:
                return new TomlList(place, [.. array.Items.Where(i => i.Value is not null).Select(i => NodeOf(i.Value!))], OfHeaders: false);
            case InlineTableSyntax inline:
                var table = new TomlTable(place) { IsDescribed = true };
                foreach (var item in inline.Items)
                {
                    if (item.KeyValue is { } pair)
                        Add(table, pair);
                }

                return table;
            default:
                return new TomlOther(place, Text.Say("something else"));
        }
    }

    private static List<(string Name, Place Place)> PathOf(KeySyntax? key)
    {
        var path = new List<(string, Place)>();
        if (key?.Key is null)
            return path;
        path.Add((NameOf(key.Key), Place.Of(key.Key)));
        foreach (var item in key.DotKeys)
        {
            if (item.Key is not null)
                path.Add((NameOf(item.Key), Place.Of(item.Key)));
        }

        return path;
    }

    private static string NameOf(BareKeyOrStringValueSyntax key) => key switch
    {
        StringValueSyntax text => text.Value ?? "",
        BareKeySyntax bare => bare.Key?.Text ?? "",
        _ => key.ToString().Trim(),
    };
}
