using System.Collections.Immutable;
using Plomba.Images;
using Plomba.Trust.Files;
using Plomba.Trust.Toml;

namespace Plomba.Trust.Configuration.RegistriesConf;

/// <summary>
/// What names without a registry stand for: aliases that programs recorded for this user, then those of registries.conf,
/// then the unqualified-search registries (TRUST.md §8.1). Nobody is ever asked. Immutable.
/// </summary>
/// <remarks><c>docker://</c> references are never resolved so: they mean docker.io.</remarks>
internal sealed class ShortNames
{
    private const int MaximumLength = TomlTreeReader.MaximumLength;

    private readonly RegistriesConfiguration _configuration;
    private readonly ImmutableDictionary<string, string> _own;

    private ShortNames(RegistriesConfiguration configuration, ImmutableDictionary<string, string> own)
    {
        _configuration = configuration;
        _own = own;
    }

    /// <summary>Reads the user's <c>short-name-aliases.conf</c>, which may be missing. Null and the mistake when it cannot be used.</summary>
    public static ShortNames? Load(
        RegistriesConfiguration configuration, TrustEnvironment environment, ITrustFiles files, out ConfigurationMistake? mistake)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(files);
        mistake = null;
        var none = ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);
        var path = environment.CacheFile("short-name-aliases.conf");
        var content = files.Read(path, MaximumLength);
        if (content.Problem == FileProblem.Missing)
            return new ShortNames(configuration, none);
        if (!content.IsRead)
            mistake = new ConfigurationMistake(path, null, content.Message);
        else if (RegistriesConfFileReader.ReadAliases(content.Bytes.Span, out var place) is { } aliases)
            return new ShortNames(configuration, none.AddRange(aliases));
        else
            mistake = ConfigurationMistake.At(path, place!);
        return null;
    }

    /// <summary>Where an image of that name is pulled from: each candidate in order, every one with a tag or digest.</summary>
    /// <param name="name">As typed; a name with a registry is its own only candidate.</param>
    /// <param name="mode">Instead of the configured one.</param>
    /// <param name="onlyDockerHub">Short names mean docker.io, whatever is configured, as Docker's own clients expect.</param>
    public ShortNameResolution Resolve(string name, ShortNameMode? mode = null, bool onlyDockerHub = false)
    {
        if (ShortName.Parse(name, out var isShort, out var error) is not { } reference)
            return ShortNameResolution.Failed(error!);
        if (!isShort)
            return ShortNameResolution.Of(reference);
        if (onlyDockerHub)
            return In([ImageReference.DefaultDomain], name);
        if (Alias(reference) is { } alias)
            return ShortNameResolution.Of(alias);
        if (_configuration.UnqualifiedSearchRegistries is not { IsEmpty: false } registries)
            return ShortNameResolution.Failed(NothingFound(name));
        return registries.Length > 1 && (mode ?? _configuration.ShortNameMode) == ShortNameMode.Enforcing
            ? ShortNameResolution.Failed(Text.Say("short-name resolution enforced but cannot prompt without a TTY"))
            : In(registries, name);
    }

    /// <summary>Under which names an image that is already on this machine may be stored; the parameters are those of <see cref="Resolve"/>.</summary>
    public ShortNameResolution ResolveLocally(string name, bool onlyDockerHub = false)
    {
        if (ShortName.Parse(name, out var isShort, out var error) is not { } reference)
            return ShortNameResolution.Failed(error!);
        if (!isShort)
            return ShortNameResolution.Of(reference);
        if (onlyDockerHub)
            return In([ImageReference.DefaultDomain], name);
        var found = In(["localhost", .. _configuration.UnqualifiedSearchRegistries ?? []], name);
        return found.Error is null && Alias(reference) is { } alias
            ? ShortNameResolution.Of([alias, .. found.Candidates])
            : found;
    }

    // The user's own empty alias hides one of registries.conf.
    private ImageReference? Alias(ImageReference reference)
    {
        var name = reference.WithoutTagAndDigest().Text;
        if (!_own.TryGetValue(name, out var target) && !_configuration.Aliases.TryGetValue(name, out target))
            return null;
        if (!ImageReference.TryParse(target, out var alias))
            return null;
        alias = reference.Tag is { } tag ? alias.WithTag(tag) : alias;
        return reference.Digest is { } digest ? alias.WithDigest(digest) : alias;
    }

    private static ShortNameResolution In(IEnumerable<string> registries, string name)
    {
        var candidates = new List<ImageReference>();
        foreach (var registry in registries)
        {
            if (!ImageReference.TryParse($"{registry}/{name}", out var candidate, out var why))
                return ShortNameResolution.Failed(Text.Say($"creating reference with unqualified-search registry {QuotedText.Of(registry)}: {why}"));
            candidates.Add(candidate);
        }

        return ShortNameResolution.Of([.. candidates]);
    }

    private string NothingFound(string name) => _configuration.UnqualifiedSearchRegistriesOrigin is { } file
        ? Text.Say($"short-name {QuotedText.Of(name)} did not resolve to an alias and no unqualified-search registries are defined in {QuotedText.Of(file)}")
        : Text.Say($"short-name {QuotedText.Of(name)} did not resolve to an alias and no containers-registries.conf(5) was found");
}

/// <summary>What a short name stands for. Immutable.</summary>
/// <param name="Candidates">Fully qualified, each with a tag or digest, in the order they are tried; empty when there is an error.</param>
/// <param name="Error">Why there is none, in the reference's words; null when there is one.</param>
internal sealed record ShortNameResolution(ImmutableArray<ImageReference> Candidates, string? Error)
{
    internal static ShortNameResolution Of(params ReadOnlySpan<ImageReference> candidates)
    {
        var tagged = ImmutableArray.CreateBuilder<ImageReference>();
        foreach (var candidate in candidates)
            tagged.Add(candidate.WithDefaultTag());
        return new(tagged.ToImmutable(), null);
    }

    internal static ShortNameResolution Failed(string error) => new([], error);
}
