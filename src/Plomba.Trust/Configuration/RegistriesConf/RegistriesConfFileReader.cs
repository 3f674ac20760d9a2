using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Plomba.Trust.Json;
using Plomba.Trust.Toml;

namespace Plomba.Trust.Configuration.RegistriesConf;

/// <summary>
/// Reads one registries.conf or drop-in. Unknown keys are ignored and known ones found in any case, as the reference's
/// TOML library does. The first mistake ends the reading.
/// </summary>
internal sealed partial class RegistriesConfFileReader
{
    private readonly string _path;
    private readonly bool _isDropIn;

    private RegistriesConfFileReader(string path, bool isDropIn)
    {
        _path = path;
        _isDropIn = isDropIn;
    }

    public static RegistriesConfFile? Read(string path, ReadOnlySpan<byte> text, bool isDropIn, out Mistake? mistake)
    {
        if (TomlTreeReader.Read(text, out mistake) is not { } root)
            return null;
        try
        {
            return new RegistriesConfFileReader(path, isDropIn).Read(root);
        }
        catch (WrongTomlException e)
        {
            mistake = e.Mistake;
            return null;
        }
    }

    /// <summary>Only the table <c>aliases</c>, of a file that holds nothing else that counts.</summary>
    public static ImmutableArray<KeyValuePair<string, string>>? ReadAliases(ReadOnlySpan<byte> text, out Mistake? mistake)
    {
        if (TomlTreeReader.Read(text, out mistake) is not { } root)
            return null;
        try
        {
            return Aliases(TomlValues.Table(root, "aliases"));
        }
        catch (WrongTomlException e)
        {
            mistake = e.Mistake;
            return null;
        }
    }

    private RegistriesConfFile Read(TomlTable root)
    {
        var registries = TomlValues.Tables(root, "registry");
        var search = TomlValues.Texts(root, "unqualified-search-registries");
        var helpers = TomlValues.Texts(root, "credential-helpers");
        var mode = root.Take("short-name-mode") is { } modeNode ? Mode(modeNode) : null;
        var aliases = TomlValues.Table(root, "aliases");

        var old = OldFormat.Read(root);
        if (old is null)
        {
            return new RegistriesConfFile(
                _path, RegistryEntryReader.Read(registries ?? []), search is null ? null : SearchRegistries(search), TextsOf(helpers), mode, Aliases(aliases));
        }

        if (_isDropIn)
            throw new WrongTomlException(root.Mistake(Text.Say("registry must be in v2 format but is in v1")));
        if (registries is not null || search is not null || helpers is not null || mode is not null || aliases is not null)
            throw new WrongTomlException(root.Mistake(Text.Say("mixing sysregistry v1/v2 is not supported")));
        return new RegistriesConfFile(_path, old.Registries, old.Search is null ? null : SearchRegistries(old.Search), null, null, []);
    }

    private static ShortNameMode? Mode(TomlNode node) => TomlValues.Text(node) switch
    {
        "" => null,
        "permissive" => ShortNameMode.Permissive,
        "enforcing" => ShortNameMode.Enforcing,
        "disabled" => ShortNameMode.Disabled,
        var other => throw new WrongTomlException(node.Mistake(Text.Say($"invalid short-name mode: {QuotedText.Of(other)}"))),
    };

    private static ImmutableArray<string> SearchRegistries(IEnumerable<TomlString> nodes) => [.. nodes.Select(node =>
    {
        var location = RegistryEntryReader.Location(node);
        return Domain().IsMatch(location)
            ? location
            : throw new WrongTomlException(node.Mistake(Text.Say($"Invalid unqualified-search-registries entry {QuotedText.Of(node.Text)}")));
    })];

    private static ImmutableArray<KeyValuePair<string, string>> Aliases(TomlTable? table)
    {
        var aliases = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        var wrong = new List<(TomlNode Place, string What)>();
        foreach (var (name, node) in table?.Entries ?? [])
        {
            var value = TomlValues.Text(node);
            var target = "";
            if (ShortName.CheckAliasName(name) is { } wrongName)
                wrong.Add((node, wrongName));
            if (value.Length > 0)
            {
                target = ShortName.ParseAliasValue(value, out var wrongValue)?.Text ?? "";
                if (target.Length == 0)
                    wrong.Add((node, wrongValue!));
            }

            aliases.Add(new(name, target));
        }

        if (wrong.Count > 0)
        {
            var reasons = string.Join('\n', wrong.Select(w => w.What));
            throw new WrongTomlException(wrong[0].Place.Mistake(Text.Say($"validating short-name aliases: {reasons}")));
        }

        return aliases.ToImmutable();
    }

    private static ImmutableArray<string>? TextsOf(IReadOnlyList<TomlString>? nodes) => nodes is null ? null : [.. nodes.Select(n => n.Text)];

    private const string Label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";

    [GeneratedRegex(@$"\A{Label}(?:\.{Label})*(?::[0-9]+)?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Domain();
}
