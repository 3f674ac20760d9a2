using Plomba.Images;

namespace Plomba.Registry.Access;

/// <summary>
/// Where the server learns what the site says. Every request reads <see cref="Current"/> once and uses that snapshot to
/// its end, so a reload never changes the rules in the middle of a request.
/// </summary>
public interface ISiteSource
{
    /// <summary>The snapshot that holds now; replaced as a whole on reload. Safe to read from any thread.</summary>
    SiteView Current { get; }
}

/// <summary>What the server needs to know of a site, as one immutable snapshot.</summary>
public sealed record SiteView
{
    /// <summary>
    /// Scheme, name and port under which users reach the registry (<c>http://registry.local</c>), without a trailing slash: the realm of
    /// challenges is derived from it, never from a request's Host.
    /// </summary>
    public required string BaseUrl { get; init; }

    /// <summary>The digest of the site's file; null without a site. <c>/readyz</c> tells it.</summary>
    public string? Revision { get; init; }

    /// <summary>The name in tokens and challenges: <see cref="BaseUrl"/> without its scheme.</summary>
    public string Service => BaseUrl[(BaseUrl.IndexOf("://", StringComparison.Ordinal) + 3)..];

    /// <summary>The htpasswd file (bcrypt); null: there are no accounts and everybody who can connect may do everything.</summary>
    public string? PasswordsFile { get; init; }

    /// <summary>Whether passwords are taken over plain HTTP from other machines (<c>access.plain-http-passwords</c>).</summary>
    public bool PlainHttpPasswords { get; init; }

    /// <summary>Whether <c>/v2/</c> says <c>X-Registry-Supports-Signatures: 1</c>; the endpoint itself is always there.</summary>
    public bool SignatureExtension { get; init; } = true;

    /// <summary>Directory of the public keys.</summary>
    public required string KeysDirectory { get; init; }

    /// <summary>The site's keys; null without a site: every valid <c>*.pgp</c> of the directory is served.</summary>
    public IReadOnlyList<KeyView>? Keys { get; init; }

    /// <summary>Directory of the makers' inboxes, one directory a maker.</summary>
    public required string InboxesDirectory { get; init; }

    /// <summary>The namespaces; empty without a site.</summary>
    public IReadOnlyList<NamespaceView> Namespaces { get; init; } = [];

    /// <summary>Whether anybody has to log in for anything.</summary>
    public bool HasAccounts => PasswordsFile is not null;

    /// <summary>The most specific namespace that holds <paramref name="repository"/>, which decides alone; null: none does.</summary>
    public NamespaceView? NamespaceOf(RepositoryName repository)
    {
        NamespaceView? best = null;
        foreach (var candidate in Namespaces)
        {
            if (repository.IsIn(candidate.Name) && (best is null || candidate.Name.Length > best.Name.Length))
                best = candidate;
        }

        return best;
    }
}

/// <summary>A namespace: a repository-path prefix and the rights below it.</summary>
/// <param name="Name">The prefix without slashes at its ends; empty: the whole registry.</param>
/// <param name="Makers">Accounts that may push and sign here.</param>
/// <param name="KeyFingerprints">Primary fingerprints (upper-case hex) of the keys that count here; their signatures are served first.</param>
/// <param name="LookasideIsPublic">Whether <c>/sigstore/</c> shows signatures of this namespace.</param>
public sealed record NamespaceView(
    string Name, IReadOnlySet<string> Makers, IReadOnlySet<string> KeyFingerprints, bool LookasideIsPublic = true);

/// <summary>A public key of the site.</summary>
/// <param name="Name">Its name in the site; served as <c>/keys/NAME.pgp</c>.</param>
/// <param name="Fingerprint">Upper-case hex of the primary key; the file counts only while it holds exactly this key.</param>
public sealed record KeyView(string Name, string Fingerprint);
