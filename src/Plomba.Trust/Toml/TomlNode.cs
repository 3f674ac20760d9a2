using Plomba.Trust.Json;

namespace Plomba.Trust.Toml;

/// <summary>One TOML value with its place (from 1).</summary>
public abstract class TomlNode(int line, int column)
{
    /// <summary>For messages: <c>table</c>, <c>array</c>, <c>string</c>, <c>boolean</c>, or <c>value</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>A mistake at this place.</summary>
    public Mistake Mistake(string message) => new(line, column, message);
}

/// <summary>A table, its keys in the order written.</summary>
public sealed class TomlTable(int line, int column) : TomlNode(line, column)
{
    private readonly List<KeyValuePair<string, TomlNode>> _entries = [];

    /// <inheritdoc/>
    public override string Kind => "table";

    /// <summary>The members, in the order written; no key twice.</summary>
    public IReadOnlyList<KeyValuePair<string, TomlNode>> Entries => _entries;

    internal void Add(string key, TomlNode value) => _entries.Add(new(key, value));

    /// <summary>The member of exactly that name; null when absent.</summary>
    public TomlNode? Find(string key) => _entries.Find(e => string.Equals(e.Key, key, StringComparison.Ordinal)).Value;

    /// <summary>As the reference finds the key of a field: in its own spelling, else in any case.</summary>
    public TomlNode? Take(string field) =>
        Find(field) ?? _entries.Find(e => string.Equals(e.Key, field, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>An array, of values or of tables.</summary>
public sealed class TomlArray(int line, int column) : TomlNode(line, column)
{
    private readonly List<TomlNode> _items = [];

    /// <inheritdoc/>
    public override string Kind => "array";

    /// <summary>The elements; an element of an array of tables is a <see cref="TomlTable"/>.</summary>
    public IReadOnlyList<TomlNode> Items => _items;

    internal void Add(TomlNode item) => _items.Add(item);
}

/// <summary>A string.</summary>
public sealed class TomlString(int line, int column, string text) : TomlNode(line, column)
{
    /// <inheritdoc/>
    public override string Kind => "string";

    /// <summary>The value, unescaped.</summary>
    public string Text { get; } = text;
}

/// <summary>A boolean.</summary>
internal sealed class TomlBoolean(int line, int column, bool value) : TomlNode(line, column)
{
    /// <inheritdoc/>
    public override string Kind => "boolean";

    /// <summary>The value.</summary>
    public bool Value { get; } = value;
}

/// <summary>A number or a date: nothing that is read here has one.</summary>
public sealed class TomlOther(int line, int column) : TomlNode(line, column)
{
    /// <inheritdoc/>
    public override string Kind => "value";
}
