using System.Net;
using Plomba.Site.Names;
using Plomba.Trust.Keys;

namespace Plomba.Site;

/// <summary>The <c>[registry]</c> of a site.</summary>
public sealed record RegistrySettings
{
    /// <summary>Exactly what users type before the first slash.</summary>
    public required HostName Name { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<ListenAddress> Listen { get; init; }

    /// <summary>For the hosts lines; null where DNS knows the name.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Directory of the registry's data.</summary>
    public required SitePath Data { get; init; }

    /// <summary>Whether every read of a blob is checked, not the first after a change alone.</summary>
    public bool VerifyEveryRead { get; init; }

    /// <summary>Null: plain HTTP.</summary>
    public TlsFiles? Tls { get; init; }
}

/// <summary>The files of a TLS server, PEM.</summary>
/// <param name="Certificate">The certificate and its chain.</param>
/// <param name="Key">The private key.</param>
/// <param name="Authority">
/// Certificates of the CA that clients are given for this registry and no other; null: one that every machine knows anyway.
/// </param>
public sealed record TlsFiles(SitePath Certificate, SitePath Key, SitePath? Authority = null);

/// <summary>The <c>[signatures]</c> of a site.</summary>
public sealed record SignatureSettings
{
    /// <summary>Host in lookaside and key URLs; the registry's name unless written.</summary>
    public required HostName Name { get; init; }

    /// <summary>Listeners of signatures and keys alone; empty: the registry's serve them.</summary>
    public required IReadOnlyList<ListenAddress> Listen { get; init; }

    /// <summary>For the hosts lines; null where DNS knows the name.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>One directory a maker below it.</summary>
    public required SitePath Inboxes { get; init; }

    /// <summary>Whether <c>/v2/</c> announces the signature extension, which clients then use instead of lookaside.</summary>
    public bool Extension { get; init; } = true;
}

/// <summary>The <c>[groups]</c> of a site: groups of the operating system.</summary>
/// <param name="User">May pull and run.</param>
/// <param name="Maker">Image developers.</param>
public sealed record GroupSettings(AccountName User, AccountName Maker);

/// <summary>The <c>[access]</c> of a site.</summary>
/// <param name="Passwords">The htpasswd file; null: no accounts, so loopback addresses only.</param>
/// <param name="PlainHttpPasswords">Whether passwords are taken over plain HTTP from other machines.</param>
public sealed record AccessSettings(SitePath? Passwords, bool PlainHttpPasswords);

/// <summary>A <c>[[key]]</c>: a public key the security administrator accepted.</summary>
/// <param name="Name">Its name; its file is named after it.</param>
/// <param name="Fingerprint">Of the primary key; the file counts only while it holds exactly this one.</param>
/// <param name="Owner">For people only; null when not written.</param>
public sealed record SiteKey(KeyName Name, Fingerprint Fingerprint, string? Owner);

/// <summary>A <c>[[namespace]]</c>: who may push and sign there, and which keys count.</summary>
public sealed record SiteNamespace
{
    /// <summary>The path prefix.</summary>
    public required NamespaceName Name { get; init; }

    /// <summary>Accounts that may push and sign; empty: nobody.</summary>
    public required IReadOnlyList<AccountName> Makers { get; init; }

    /// <summary>Keys whose signatures count; empty: every image is refused.</summary>
    public required IReadOnlyList<SiteKey> Keys { get; init; }

    /// <summary>How many of the keys must have signed.</summary>
    public KeyRequirement Require { get; init; }

    /// <summary>Which signed name an image must bear.</summary>
    public IdentityRule Identity { get; init; }

    /// <summary>Whether <c>/sigstore/</c> shows this namespace's signatures.</summary>
    public bool PublicLookaside { get; init; } = true;

    /// <summary>Kubernetes namespaces whose pods may run images of this one; those named anywhere run no others.</summary>
    public IReadOnlyList<KubernetesName> Kubernetes { get; init; } = [];
}

/// <summary><c>require</c> of a namespace.</summary>
public enum KeyRequirement
{
    /// <summary>One signature by any of the keys.</summary>
    Any,

    /// <summary>One signature by each of the keys.</summary>
    All,
}

/// <summary><c>identity</c> of a namespace: policy.json's <c>signedIdentity</c>.</summary>
public enum IdentityRule
{
    /// <summary>Not written: matchRepoDigestOrExact.</summary>
    RepositoryDigestOrExact,

    /// <summary><c>exact</c>: matchExact.</summary>
    Exact,

    /// <summary><c>repository</c>: matchRepository.</summary>
    Repository,
}
