namespace Plomba.Trust.Toml;

/// <summary>Reads typed values out of TOML nodes; a wrong type ends the reading of the file.</summary>
internal static class TomlValues
{
    /// <summary>A table member; null when absent.</summary>
    public static TomlTable? Table(TomlTable parent, string key) => parent.Take(key) switch
    {
        null => null,
        TomlTable table => table,
        var other => throw Wrong(other, Language.Text.Say("a table")),
    };

    /// <summary>An array of tables; null when absent.</summary>
    public static IReadOnlyList<TomlTable>? Tables(TomlTable parent, string key) => parent.Take(key) switch
    {
        null => null,
        TomlArray array => [.. array.Items.Select(i => i as TomlTable ?? throw Wrong(i, Language.Text.Say("a table")))],
        var other => throw Wrong(other, Language.Text.Say($"an array of tables, [[{key}]]")),
    };

    /// <summary>An array of strings; null when absent.</summary>
    public static IReadOnlyList<TomlString>? Texts(TomlTable parent, string key) => parent.Take(key) switch
    {
        null => null,
        TomlArray array => [.. array.Items.Select(i => i as TomlString ?? throw Wrong(i, Language.Text.Say("a string")))],
        var other => throw Wrong(other, Language.Text.Say("an array of strings")),
    };

    /// <summary>A string member; empty when absent.</summary>
    public static string Text(TomlTable parent, string key) => parent.Take(key) is { } node ? Text(node) : "";

    /// <summary>A string.</summary>
    public static string Text(TomlNode node) => node is TomlString text ? text.Text : throw Wrong(node, Language.Text.Say("a string"));

    /// <summary>A boolean member; false when absent.</summary>
    public static bool Boolean(TomlTable parent, string key) => parent.Take(key) switch
    {
        null => false,
        TomlBoolean flag => flag.Value,
        var other => throw Wrong(other, Language.Text.Say("true or false")),
    };

    private static WrongTomlException Wrong(TomlNode node, string wanted) =>
        new(node.Mistake(Language.Text.Say($"toml: incompatible types: {wanted} is expected here, not a {node.Kind}")));
}
