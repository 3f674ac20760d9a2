using Plomba.Trust.Json;

namespace Plomba.Trust.Toml;

/// <summary>One TOML value with its place (from 1).</summary>
internal abstract class TomlNode(int line, int column)
{
    /// <summary>For messages: <c>table</c>, <c>array</c>, <c>string</c>, <c>boolean</c>, or <c>value</c>.</summary>
    public abstract string Kind { get; }

    public Mistake Mistake(string message) => new(line, column, message);
}

/// <summary>A table, its keys in the order written.</summary>
internal sealed class TomlTable(int line, int column) : TomlNode(line, column)
{
    private readonly List<KeyValuePair<string, TomlNode>> _entries = [];

    public override string Kind => "table";

    public IReadOnlyList<KeyValuePair<string, TomlNode>> Entries => _entries;

    public void Add(string key, TomlNode value) => _entries.Add(new(key, value));

    public TomlNode? Find(string key) => _entries.Find(e => string.Equals(e.Key, key, StringComparison.Ordinal)).Value;

    /// <summary>As the reference finds the key of a field: in its own spelling, else in any case.</summary>
    public TomlNode? Take(string field) =>
        Find(field) ?? _entries.Find(e => string.Equals(e.Key, field, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>An array, of values or of tables.</summary>
internal sealed class TomlArray(int line, int column) : TomlNode(line, column)
{
    public override string Kind => "array";

    public List<TomlNode> Items { get; } = [];
}

/// <summary>A string.</summary>
internal sealed class TomlString(int line, int column, string text) : TomlNode(line, column)
{
    public override string Kind => "string";

    public string Text { get; } = text;
}

/// <summary>A boolean.</summary>
internal sealed class TomlBoolean(int line, int column, bool value) : TomlNode(line, column)
{
    public override string Kind => "boolean";

    public bool Value { get; } = value;
}

/// <summary>A number or a date: nothing that is read here has one.</summary>
internal sealed class TomlOther(int line, int column) : TomlNode(line, column)
{
    public override string Kind => "value";
}
