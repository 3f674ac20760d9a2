using System.Collections.Immutable;
using Plomba.Trust.Toml;

namespace Plomba.Hosts.Stores;

/// <summary>Texts out of configuration files of other programs; what has another type is as good as absent.</summary>
internal static class TomlText
{
    /// <summary>A text; empty when absent.</summary>
    public static string Of(TomlTable? table, string key) => table?.Take(key) is TomlString text ? text.Text : "";

    /// <summary>A list of texts; empty when absent.</summary>
    public static ImmutableArray<string> List(TomlTable? table, string key) =>
        table?.Take(key) is TomlArray array ? [.. array.Items.OfType<TomlString>().Select(t => t.Text)] : [];
}
