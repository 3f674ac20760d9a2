using System.Runtime.InteropServices;
using Tomlyn.Syntax;

namespace Plomba.Site.Reading;

/// <summary>A place in a file: line and column from 1.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Place(int Line, int Column)
{
    /// <summary>Where a piece of syntax begins.</summary>
    public static Place Of(SyntaxNodeBase node) => new(node.Span.Start.Line + 1, node.Span.Start.Column + 1);
}

/// <summary>A TOML value with the place it was written at. However it was spelled (headers, dotted keys, inline), the tree is the same.</summary>
internal abstract record TomlNode(Place Place)
{
    /// <summary>What a message calls it.</summary>
    public abstract string Kind { get; }
}

/// <summary>A string.</summary>
internal sealed record TomlText(Place Place, string Value) : TomlNode(Place)
{
    public override string Kind => Text.Say("a string");
}

/// <summary>true or false.</summary>
internal sealed record TomlFlag(Place Place, bool Value) : TomlNode(Place)
{
    public override string Kind => Value ? "true" : "false";
}

/// <summary>An integer.</summary>
internal sealed record TomlNumber(Place Place, long Value) : TomlNode(Place)
{
    public override string Kind => Text.Say("a number");
}

/// <summary>A value of a type no site uses.</summary>
internal sealed record TomlOther(Place Place, string Name) : TomlNode(Place)
{
    public override string Kind => Name;
}

/// <summary>A list. <paramref name="OfHeaders"/>: written as <c>[[name]]</c> tables, which alone may be continued.</summary>
internal sealed record TomlList(Place Place, List<TomlNode> Items, bool OfHeaders) : TomlNode(Place)
{
    public override string Kind => Text.Say("a list");
}

/// <summary>A table. The places of its keys are kept apart from those of the values.</summary>
internal sealed record TomlTable(Place Place) : TomlNode(Place)
{
    private readonly List<TomlEntry> _entries = [];
    private readonly Dictionary<string, TomlEntry> _byName = new(StringComparer.Ordinal);

    public override string Kind => Text.Say("a table");

    /// <summary>In the order of the file.</summary>
    public IEnumerable<TomlEntry> Entries => _entries;

    /// <summary>Whether a header or an inline table has described it already, so that no other header may.</summary>
    public bool IsDescribed { get; set; }

    /// <summary>The entry of a key; null when it is not written.</summary>
    public TomlEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Adds a key that is not there yet.</summary>
    public void Add(string name, Place place, TomlNode value)
    {
        var entry = new TomlEntry(name, place, value);
        _byName.Add(name, entry);
        _entries.Add(entry);
    }
}

/// <summary>A key of a table, where the key stands, and its value.</summary>
internal sealed record TomlEntry(string Name, Place Place, TomlNode Value);
