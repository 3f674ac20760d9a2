using System.Collections.Immutable;
using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Trust.Files;
using Plomba.Trust.Policy.Explaining;

namespace Plomba.Trust.Configuration.RegistriesD;

/// <summary>
/// All of registries.d: where the signatures of docker images are read and written (TRUST.md §5.4). Immutable.
/// </summary>
public sealed class SignatureStores
{
    /// <summary>Longest file that is read, in bytes.</summary>
    public const int MaximumLength = 4 * 1024 * 1024;

    private readonly RegistriesDEntry? _default;
    private readonly ImmutableDictionary<string, RegistriesDEntry> _namespaces;

    private SignatureStores(RegistriesDEntry? @default, ImmutableDictionary<string, RegistriesDEntry> namespaces)
    {
        _default = @default;
        _namespaces = namespaces;
    }

    /// <summary>No configuration: everything is in the default store.</summary>
    public static SignatureStores Empty { get; } = new(null, ImmutableDictionary.Create<string, RegistriesDEntry>(StringComparer.Ordinal));

    /// <summary>Every entry with its namespace, in the order of these; null: <c>default-docker</c>.</summary>
    public IEnumerable<(string? Namespace, RegistriesDEntry Entry)> Entries =>
    [
        .. _default is null ? [] : new (string?, RegistriesDEntry)[] { (null, _default) },
        .. _namespaces.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => ((string?)n.Key, n.Value)),
    ];

    /// <summary>The explicit directory if one is given, else the user's if it exists (then the system's is not read), else the system's.</summary>
    public static string Locate(string? explicitDirectory, TrustEnvironment environment, ITrustFiles files)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(files);
        var user = environment.UserFile("registries.d");
        return explicitDirectory ?? (files.Exists(user) ? user : TrustEnvironment.SystemFile("registries.d"));
    }

    /// <summary>
    /// Reads and merges every <c>*.yaml</c> of a directory, dot-files too. A missing directory is no configuration; a
    /// namespace in two files is a mistake. Null and the mistake when the directory cannot be used.
    /// </summary>
    public static SignatureStores? Load(string directory, ITrustFiles files, out ConfigurationMistake? mistake)
    {
        ArgumentNullException.ThrowIfNull(files);
        mistake = null;
        var listing = files.List(directory);
        if (listing.Problem == FileProblem.Unreadable)
        {
            mistake = new ConfigurationMistake(directory, null, listing.Message);
            return null;
        }

        var merged = Empty;
        foreach (var name in listing.Names.Where(n => n.EndsWith(".yaml", StringComparison.Ordinal)))
        {
            merged = merged.With($"{directory.TrimEnd('/')}/{name}", files, out mistake);
            if (merged is null)
                return null;
        }

        return merged;
    }

    /// <summary>Where signatures of an image are read.</summary>
    /// <param name="image">The image as it is contacted: the mirror's name, when a mirror is asked.</param>
    /// <param name="defaultStore">What is used when nothing is configured: <see cref="DefaultStore"/>.</param>
    public LookasideChoice ForReading(ImageReference image, string defaultStore) => Choose(image, e => e.ForReading, defaultStore);

    /// <summary>Where signatures of an image are written; the URL's scheme may be one that cannot be written to.</summary>
    public LookasideChoice ForWriting(ImageReference image, string defaultStore) => Choose(image, e => e.ForWriting, defaultStore);

    /// <summary>Whether sigstore attachments of an image are read and written; false when nothing says so.</summary>
    public bool UsesSigstoreAttachments(ImageReference image) =>
        EntriesFor(image).FirstOrDefault(e => e.UseSigstoreAttachments is not null)?.UseSigstoreAttachments ?? false;

    /// <summary>The directory that is used when nothing is configured.</summary>
    public static string DefaultStore(TrustEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.IsRoot ? "/var/lib/containers/sigstore" : $"{environment.Home.TrimEnd('/')}/.local/share/containers/sigstore";
    }

    /// <summary>Whether a setting is made for a policy scope as a whole, for a wider one or for a part of it.</summary>
    internal bool Says(string scope, Func<RegistriesDEntry, bool> setting)
    {
        var wider = WiderScopes.Of("docker", scope).Append(scope).Where(s => s.Length > 0).ToHashSet(StringComparer.Ordinal);
        return (_default is not null && setting(_default))
            || _namespaces.Any(n => setting(n.Value) && (wider.Contains(n.Key) || WiderScopes.Of("docker", n.Key).Contains(scope, StringComparer.Ordinal)));
    }

    private LookasideChoice Choose(ImageReference image, Func<RegistriesDEntry, string?> setting, string defaultStore)
    {
        // Per setting: an entry without it is passed over, and the search goes on.
        var entry = EntriesFor(image).FirstOrDefault(e => setting(e) is not null);
        if (entry is null)
            return new LookasideChoice("", null, StoreUrl.OfDirectory(defaultStore).Below(image.Path), null);
        var text = setting(entry)!;
        return StoreUrl.TryParse(text, out var url, out var error)
            ? new LookasideChoice(text, entry.File, url.Below(image.Path), null)
            : new LookasideChoice(text, entry.File, null, Text.Say($"Invalid signature storage URL {text}: {error}"));
    }

    private IEnumerable<RegistriesDEntry> EntriesFor(ImageReference image)
    {
        foreach (var scope in (string[])[PolicyScopes.Identity(image), .. PolicyScopes.Namespaces(image)])
        {
            if (_namespaces.TryGetValue(scope, out var entry))
                yield return entry;
        }

        if (_default is not null)
            yield return _default;
    }

    private SignatureStores? With(string path, ITrustFiles files, out ConfigurationMistake? mistake)
    {
        mistake = null;
        var content = files.Read(path, MaximumLength);
        if (!content.IsRead)
        {
            mistake = new ConfigurationMistake(path, null, content.Message);
            return null;
        }

        if (RegistriesDFileReader.Read(path, content.Bytes.Span, out var place) is not { } file)
        {
            mistake = ConfigurationMistake.At(path, place!);
            return null;
        }

        if (file.DefaultDocker is not null && _default is not null)
        {
            mistake = Twice("\"default-docker\"", path, _default);
            return null;
        }

        var namespaces = _namespaces;
        foreach (var (name, entry) in file.Docker)
        {
            if (namespaces.TryGetValue(name, out var other))
            {
                mistake = Twice($"\"docker\" namespace {QuotedText.Of(name)}", path, other);
                return null;
            }

            namespaces = namespaces.Add(name, entry);
        }

        return new SignatureStores(file.DefaultDocker ?? _default, namespaces);
    }

    private static ConfigurationMistake Twice(string what, string path, RegistriesDEntry other) => new(
        null, null, Text.Say($"Error parsing signature storage configuration: {what} defined both in \"{path}\" and \"{other.File}\""));
}

/// <summary>The signature store that applies to an image.</summary>
/// <param name="TopLevel">The base as configured; empty for the default store.</param>
/// <param name="File">The configuration file that says so; null for the default store.</param>
/// <param name="Repository">The URL of the image's repository in the store; null when the base is no URL.</param>
/// <param name="Error">Why the base is no URL, in the reference's words; null when it is one.</param>
public sealed record LookasideChoice(string TopLevel, string? File, StoreUrl? Repository, string? Error);
