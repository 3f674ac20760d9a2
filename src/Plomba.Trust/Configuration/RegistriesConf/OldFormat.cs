using System.Collections.Immutable;
using Plomba.Trust.Toml;

namespace Plomba.Trust.Configuration.RegistriesConf;

/// <summary>
/// The first format of registries.conf (<c>[registries.search]</c>, <c>.insecure</c>, <c>.block</c>), read as entries of
/// the present one. Podman 6 refuses it.
/// </summary>
internal sealed record OldFormat(ImmutableArray<RegistryEntry> Registries, IReadOnlyList<TomlString>? Search)
{
    /// <summary>Null when the file has nothing of it; empty lists count as something.</summary>
    public static OldFormat? Read(TomlTable root)
    {
        if (TomlValues.Table(root, "registries") is not { } registries)
            return null;
        var search = List(registries, "search");
        var insecure = List(registries, "insecure");
        var block = List(registries, "block");
        if (search is null && insecure is null && block is null)
            return null;

        var blocked = Locations(block);
        var unverified = Locations(insecure);
        var entries = blocked.Union(unverified, StringComparer.Ordinal).Select(location => new RegistryEntry(
            location, location, unverified.Contains(location), blocked.Contains(location), MirrorByDigestOnly: false, []));
        return new OldFormat([.. entries.OrderBy(e => e.Prefix, StringComparer.Ordinal)], search);
    }

    private static IReadOnlyList<TomlString>? List(TomlTable registries, string name) =>
        TomlValues.Table(registries, name) is { } table ? TomlValues.Texts(table, "registries") : null;

    private static HashSet<string> Locations(IReadOnlyList<TomlString>? nodes) =>
        (nodes ?? []).Select(RegistryEntryReader.Location).ToHashSet(StringComparer.Ordinal);
}
