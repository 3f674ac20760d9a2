using System.Collections.Immutable;
using Plomba.Trust.Toml;

namespace Plomba.Trust.Configuration.RegistriesConf;

/// <summary>Reads and checks the <c>[[registry]]</c> tables of one file (TRUST.md §8, "Entry checks").</summary>
internal static class RegistryEntryReader
{
    /// <summary>The entries, sorted by prefix; of several with one prefix the first stands.</summary>
    public static ImmutableArray<RegistryEntry> Read(IReadOnlyList<TomlTable> tables)
    {
        var entries = tables.Select(t => (Table: t, Entry: Read(t))).ToList();
        foreach (var (table, entry) in entries)
            RefuseConflict(table, entry, entries.Select(e => e.Entry));
        return [.. entries.Select(e => e.Entry).DistinctBy(e => e.Prefix, StringComparer.Ordinal).OrderBy(e => e.Prefix, StringComparer.Ordinal)];
    }

    /// <summary>A location without trailing slashes.</summary>
    public static string Location(TomlString node) => Location(node.Text, node);

    private static RegistryEntry Read(TomlTable table)
    {
        var prefix = Location(TomlValues.Text(table, "prefix"), table);
        var location = Location(TomlValues.Text(table, "location"), table);
        if (prefix.Length == 0 && location.Length == 0)
            throw Wrong(table, Text.Say("invalid condition: both location and prefix are unset"));
        if (prefix.Length == 0)
            prefix = location;
        if (location.Length == 0 && !RegistryPrefix.IsWildcard(prefix))
            throw Wrong(table, Text.Say("invalid condition: location is unset and prefix is not in the format: *.example.com"));
        if (RegistryPrefix.IsWildcard(prefix) && prefix.AsSpan().ContainsAny("/@:"))
            throw Wrong(table, Text.Say($"Wildcarded prefix should be in the format: *.example.com. Current prefix {QuotedText.Of(prefix)} is incorrectly formatted"));
        if (TomlValues.Text(table, "pull-from-mirror").Length > 0)
            throw Wrong(table, Text.Say($"pull-from-mirror must not be set for a non-mirror registry {QuotedText.Of(prefix)}"));

        var byDigestOnly = TomlValues.Boolean(table, "mirror-by-digest-only");
        var mirrors = (TomlValues.Tables(table, "mirror") ?? []).Select(m => ReadMirror(m, prefix, byDigestOnly));
        return new RegistryEntry(
            prefix, location, TomlValues.Boolean(table, "insecure"), TomlValues.Boolean(table, "blocked"), byDigestOnly, [.. mirrors]);
    }

    private static RegistryMirror ReadMirror(TomlTable table, string prefix, bool byDigestOnly)
    {
        var location = Location(TomlValues.Text(table, "location"), table);
        if (location.Length == 0)
            throw Wrong(table, Text.Say("invalid condition: mirror location is unset"));
        var pullFrom = TomlValues.Text(table, "pull-from-mirror");
        if (byDigestOnly && pullFrom.Length > 0)
        {
            throw Wrong(
                table,
                Text.Say($"cannot set mirror usage mirror-by-digest-only for the registry ({QuotedText.Of(prefix)}) and pull-from-mirror for per-mirror ({QuotedText.Of(location)}) at the same time"));
        }

        return new RegistryMirror(location, TomlValues.Boolean(table, "insecure"), pullFrom switch
        {
            "" => PullFromMirror.Unset,
            "all" => PullFromMirror.All,
            "digest-only" => PullFromMirror.DigestOnly,
            "tag-only" => PullFromMirror.TagOnly,
            _ => throw Wrong(table, Text.Say($"unsupported pull-from-mirror value {QuotedText.Of(pullFrom)} for mirror {QuotedText.Of(location)}")),
        });
    }

    // One place cannot be both trusted and not: several entries for it must agree.
    private static void RefuseConflict(TomlTable table, RegistryEntry entry, IEnumerable<RegistryEntry> all)
    {
        foreach (var other in all.Where(o => o.Location == entry.Location && (o.Location.Length > 0 || o.Prefix == entry.Prefix)))
        {
            var setting = other.Insecure != entry.Insecure ? "insecure" : other.Blocked != entry.Blocked ? "blocked" : null;
            if (setting is not null)
                throw Wrong(table, Text.Say($"registry '{entry.Location}' is defined multiple times with conflicting '{setting}' setting"));
        }
    }

    private static string Location(string text, TomlNode node)
    {
        var trimmed = text.TrimEnd('/');
        return trimmed.StartsWith("http://", StringComparison.Ordinal) || trimmed.StartsWith("https://", StringComparison.Ordinal)
            ? throw Wrong(node, Text.Say($"invalid location '{text}': URI schemes are not supported"))
            : trimmed;
    }

    private static WrongTomlException Wrong(TomlNode node, string message) => new(node.Mistake(message));
}
