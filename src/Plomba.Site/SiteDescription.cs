using Plomba.Images;
using Plomba.Site.Names;

namespace Plomba.Site;

/// <summary>
/// One site, as read from its <c>site.toml</c>: valid, immutable, every default resolved. Everything that any machine of
/// the site is configured with is derived from it.
/// </summary>
public sealed record SiteDescription
{
    /// <summary>Absolute path of the file it was read from.</summary>
    public required string File { get; init; }

    /// <summary>sha256 of the file's bytes: replicas that run from different files are told apart by it.</summary>
    public required Digest Revision { get; init; }

    /// <summary><c>[site] name</c></summary>
    public required SiteName Name { get; init; }

    /// <summary><c>[registry]</c></summary>
    public required RegistrySettings Registry { get; init; }

    /// <summary><c>[signatures]</c></summary>
    public required SignatureSettings Signatures { get; init; }

    /// <summary><c>keys.directory</c>: the same path on the server and on every client, because policies name it.</summary>
    public required SitePath KeysDirectory { get; init; }

    /// <summary><c>[groups]</c></summary>
    public required GroupSettings Groups { get; init; }

    /// <summary><c>[access]</c></summary>
    public required AccessSettings Access { get; init; }

    /// <summary><c>[trust]</c>; null: the site publishes nothing for machines to join.</summary>
    public TrustSettings? Trust { get; init; }

    /// <summary><c>[[key]]</c>, in the order of the file; names and fingerprints are unique.</summary>
    public required IReadOnlyList<SiteKey> Keys { get; init; }

    /// <summary><c>[[namespace]]</c>, in the order of the file; names are unique.</summary>
    public required IReadOnlyList<SiteNamespace> Namespaces { get; init; }

    /// <summary><c>https</c> when the site has TLS, else <c>http</c>.</summary>
    public string Scheme => Registry.Tls is null ? "http" : "https";

    /// <summary><c>http://registry.local</c></summary>
    public string RegistryUrl => $"{Scheme}://{Registry.Name}";

    /// <summary>Base of the lookaside tree, without a slash at its end: <c>http://sigstore.local:81/sigstore</c>.</summary>
    public string LookasideUrl => $"{Scheme}://{Signatures.Name}/sigstore";

    /// <summary>Base of the key directory: <c>http://sigstore.local:81/keys/</c>.</summary>
    public string KeysUrl => $"{Scheme}://{Signatures.Name}/keys/";

    /// <summary>Where the file of a key is on the server and on every client.</summary>
    public SitePath FileOf(SiteKey key) => KeysDirectory.Below($"{key.Name}.pgp");

    /// <summary>Where clients fetch the file of a key.</summary>
    public string UrlOf(SiteKey key) => $"{KeysUrl}{key.Name}.pgp";

    /// <summary>The policy scope of a namespace: <c>registry.local/alt</c>, or the registry's name for the whole registry.</summary>
    public string ScopeOf(SiteNamespace @namespace) =>
        @namespace.Name.Text.Length == 0 ? Registry.Name.Text : $"{Registry.Name}/{@namespace.Name.Text}";

    /// <summary>Where podman of that maker, on the server's host, writes signatures.</summary>
    public SitePath InboxOf(AccountName maker) => Signatures.Inboxes.Below(maker.Text);

    /// <summary>All makers of all namespaces, each once, in the order of the file.</summary>
    public IEnumerable<AccountName> Makers => Namespaces.SelectMany(n => n.Makers).Distinct();

    /// <summary>
    /// The namespace that decides about a repository: the most specific one, alone (policies never merge scopes); null
    /// when none holds it, and then nothing there is accepted.
    /// </summary>
    public SiteNamespace? NamespaceOf(RepositoryName repository) =>
        Namespaces.Where(n => repository.IsIn(n.Name.Text)).MaxBy(n => n.Name.Text.Length);
}
