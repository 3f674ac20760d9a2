using System.Collections.Immutable;
using Plomba.Trust.Json;

namespace Plomba.Trust.Yaml;

/// <summary>Reads typed values out of YAML nodes by the rules of the reference's library (go-yaml 3).</summary>
internal static class YamlMap
{
    /// <summary>
    /// The entries of a mapping with text keys; none for null. A merge key (<c>&lt;&lt;</c>) adds the entries whose keys
    /// are not written out.
    /// </summary>
    /// <exception cref="WrongYamlException">Not a mapping, or a key twice.</exception>
    public static IReadOnlyList<(string Key, YamlNode Value)> Read(YamlNode node)
    {
        var budget = MaximumEntries;
        return Read(node, ref budget);
    }

    // Aliases make a small file mean a huge mapping.
    private const int MaximumEntries = 100_000;

    private static List<(string Key, YamlNode Value)> Read(YamlNode node, ref int budget)
    {
        if (node is YamlScalar { IsNull: true })
            return [];
        if (node is not YamlMapping mapping)
            throw new WrongYamlException(node, Language.Text.Say($"a mapping is expected here, not a {node.Kind}"));

        budget -= mapping.Entries.Length + 1;
        if (budget < 0)
            throw new WrongYamlException(node, Language.Text.Say($"more than {MaximumEntries} entries"));
        var entries = new List<(string, YamlNode)>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (keyNode, value) in mapping.Entries)
        {
            if (keyNode is not YamlScalar key)
                throw new WrongYamlException(keyNode, Language.Text.Say($"a key must be text, not a {keyNode.Kind}"));
            if (!lines.TryAdd(key.Text, key.Line))
                throw new WrongYamlException(key, Language.Text.Say($"mapping key {QuotedText.Of(key.Text)} already defined at line {lines[key.Text]}"));
            if (!IsMerge(key))
                entries.Add((key.Text, value));
        }

        foreach (var (_, value) in mapping.Entries.Where(e => e.Key is YamlScalar key && IsMerge(key)))
        {
            foreach (var source in Sources(value))
            {
                foreach (var merged in Read(source, ref budget))
                {
                    if (lines.TryAdd(merged.Key, value.Line))
                        entries.Add(merged);
                }
            }
        }

        return entries;
    }

    /// <summary>Any scalar as its text; null for null.</summary>
    /// <exception cref="WrongYamlException">A mapping or a sequence.</exception>
    public static string? Text(YamlNode node) => node switch
    {
        YamlScalar { IsNull: true } => null,
        YamlScalar scalar => scalar.Text,
        _ => throw new WrongYamlException(node, Language.Text.Say($"a text is expected here, not a {node.Kind}")),
    };

    /// <summary>A boolean; null for null.</summary>
    /// <exception cref="WrongYamlException">Anything else.</exception>
    public static bool? Boolean(YamlNode node) => node switch
    {
        YamlScalar { IsNull: true } => null,
        YamlScalar { IsPlain: true, Text: "true" or "True" or "TRUE" } => true,
        YamlScalar { IsPlain: true, Text: "false" or "False" or "FALSE" } => false,
        YamlScalar { Text: "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" } => true,
        YamlScalar { Text: "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF" } => false,
        _ => throw new WrongYamlException(node, Language.Text.Say("true or false is expected here")),
    };

    private static bool IsMerge(YamlScalar key) => key is { IsPlain: true, Text: "<<" };

    private static ImmutableArray<YamlNode> Sources(YamlNode value) => value switch
    {
        YamlMapping => [value],
        YamlSequence sequence when sequence.Items.All(i => i is YamlMapping) => sequence.Items,
        _ => throw new WrongYamlException(value, Language.Text.Say("map merge requires map or sequence of maps as the value")),
    };
}

/// <summary>Ends the reading of one file; never leaves the reader of that file.</summary>
internal sealed class WrongYamlException(YamlNode node, string message) : Exception(message)
{
    public Mistake Mistake { get; } = new(node.Line, node.Column, message);
}
