using System.Collections.Immutable;
using Plomba.Images;
using Plomba.Trust.Files;

namespace Plomba.Trust.Configuration.RegistriesConf;

/// <summary>All of registries.conf and its drop-ins, merged (TRUST.md §8). Immutable.</summary>
public sealed record RegistriesConfiguration
{
    /// <summary>Sorted by prefix; no prefix twice.</summary>
    public ImmutableArray<RegistryEntry> Registries { get; private init; } = [];

    /// <summary>Where names without a registry are looked for; null when no file says.</summary>
    public ImmutableArray<string>? UnqualifiedSearchRegistries { get; private init; }

    /// <summary>The file that said so, or the first one that could have; null when there is no file.</summary>
    public string? UnqualifiedSearchRegistriesOrigin { get; private init; }

    /// <summary>What is asked for credentials, in order.</summary>
    public ImmutableArray<string> CredentialHelpers { get; private init; } = DefaultHelpers;

    /// <summary>How names without a registry are resolved.</summary>
    public ShortNameMode ShortNameMode { get; private init; }

    /// <summary>Fully qualified names by short name; an empty text removes an alias of another file.</summary>
    public ImmutableSortedDictionary<string, string> Aliases { get; private init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>No configuration: every name means itself, securely.</summary>
    public static RegistriesConfiguration Empty { get; } = new();

    private static ImmutableArray<string> DefaultHelpers => ["containers-auth.json"];

    /// <summary>
    /// The entry with the longest prefix (as text) that matches a repository's name; null when none does.
    /// </summary>
    public RegistryEntry? Find(string repository)
    {
        RegistryEntry? found = null;
        foreach (var entry in Registries)
        {
            if (entry.Prefix.Length > (found?.Prefix.Length ?? 0) && RegistryPrefix.Match(repository, entry.Prefix) >= 0)
                found = entry;
        }

        return found;
    }

    /// <summary>Where an image may be pulled from: mirrors in order, then the registry itself.</summary>
    public PullSources SourcesOf(ImageReference image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (Find(image.Name) is not { } entry)
            return new PullSources(null, [new PullSource(image, Insecure: false, IsMirror: false, null)], null);

        var places = entry.Mirrors
            .Where(m => IsAsked(m, entry, image))
            .Select(m => (m.Location, m.Insecure, IsMirror: true))
            .Append((entry.Location, entry.Insecure, IsMirror: false));
        var sources = ImmutableArray.CreateBuilder<PullSource>();
        foreach (var (location, insecure, isMirror) in places)
        {
            if (RegistryPrefix.Rewrite(image, entry.Prefix, location, out var error) is not { } reference)
                return new PullSources(entry, [], error);
            // Blocking is about what is contacted, so that a blocked registry can still be had through a mirror.
            var blocking = Find(reference.Name) is { Blocked: true } blocked ? blocked.Prefix : null;
            sources.Add(new PullSource(reference, insecure, isMirror, blocking));
        }

        return new PullSources(entry, sources.ToImmutable(), null);
    }

    /// <summary>
    /// Reads the main file (explicit, else the user's, else the system's) and the drop-ins that belong to it. Null and the
    /// mistake when one cannot be used; only the default main file may be missing.
    /// </summary>
    public static RegistriesConfiguration? Load(
        string? explicitPath, TrustEnvironment environment, ITrustFiles files, out ConfigurationMistake? mistake) =>
        RegistriesConfLoading.Load(explicitPath, environment, files, out mistake);

    internal RegistriesConfiguration With(RegistriesConfFile file) => this with
    {
        Registries = [.. file.Registries.UnionBy(Registries, e => e.Prefix, StringComparer.Ordinal).OrderBy(e => e.Prefix, StringComparer.Ordinal)],
        UnqualifiedSearchRegistries = file.UnqualifiedSearchRegistries ?? UnqualifiedSearchRegistries,
        UnqualifiedSearchRegistriesOrigin = file.UnqualifiedSearchRegistries is null ? UnqualifiedSearchRegistriesOrigin ?? file.Path : file.Path,
        CredentialHelpers = file.CredentialHelpers is { } helpers ? (helpers.IsEmpty ? DefaultHelpers : helpers) : CredentialHelpers,
        ShortNameMode = file.ShortNameMode ?? ShortNameMode,
        Aliases = Aliases.SetItems(file.Aliases),
    };

    private static bool IsAsked(RegistryMirror mirror, RegistryEntry entry, ImageReference image) => image.Digest is null
        ? !entry.MirrorByDigestOnly && mirror.PullFrom != PullFromMirror.DigestOnly
        : entry.MirrorByDigestOnly || mirror.PullFrom != PullFromMirror.TagOnly;
}
