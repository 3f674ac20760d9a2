using Plomba.Trust.Json;

namespace Plomba.Trust.Policy.Linting;

/// <summary>Something in a policy, or in what belongs to it, that its author should know.</summary>
/// <param name="File">The file it is about.</param>
/// <param name="Line">From 1; 0 when it is about the file as a whole.</param>
/// <param name="Column">From 1, in characters; 0 when it is about the file as a whole.</param>
/// <param name="IsError">Images would be decided otherwise than is written there; else a warning.</param>
/// <param name="Id">One of <see cref="PolicyFindingId"/>: stable.</param>
/// <param name="Text">What is wrong and what to do. Foreign text in it is quoted.</param>
internal sealed record PolicyFinding(string File, int Line, int Column, bool IsError, string Id, string Text)
{
    /// <summary><c>error</c> or <c>warning</c>.</summary>
    public string Severity => IsError ? "error" : "warning";

    /// <summary><c>FILE:LINE:COLUMN: SEVERITY ID TEXT</c>.</summary>
    public override string ToString() => Line == 0 ? $"{File}: {Severity} {Id} {Text}" : $"{File}:{Line}:{Column}: {Severity} {Id} {Text}";

    internal static PolicyFinding At(string file, Mistake place, bool isError, string id) =>
        new(file, place.Line, place.Column, isError, id, QuotedText.Printable(place.Message));
}

/// <summary>The kinds of <see cref="PolicyFinding"/>. They are only ever added to.</summary>
internal static class PolicyFindingId
{
    /// <summary>The policy does not parse.</summary>
    public const string Syntax = "syntax";

    /// <summary>A transport that no program knows.</summary>
    public const string TransportUnknown = "transport-unknown";

    /// <summary>A name without a registry: names are completed before they are looked up.</summary>
    public const string ScopeShortName = "scope-short-name";

    /// <summary>Upper case: never in a repository, and in a host it counts.</summary>
    public const string ScopeCase = "scope-case";

    /// <summary>A slash at the end never matches.</summary>
    public const string ScopeTrailingSlash = "scope-trailing-slash";

    /// <summary>A <c>*</c> elsewhere than in <c>*.DOMAIN</c>.</summary>
    public const string ScopeWildcard = "scope-wildcard";

    /// <summary>No image has such a name.</summary>
    public const string ScopeInvalid = "scope-invalid";

    /// <summary>A port that people rarely write; none is filled in.</summary>
    public const string ScopePort = "scope-port";

    /// <summary>A path that leads through a symbolic link: images are looked up by the path it leads to.</summary>
    public const string ScopeSymlink = "scope-symlink";

    /// <summary>A scope that lets everything in, inside one that asks for signatures.</summary>
    public const string ScopeOpens = "scope-opens";

    /// <summary>The default, or all of a registry transport, lets everything in.</summary>
    public const string DefaultAccepts = "default-accepts";

    /// <summary>A requirement that nothing can meet.</summary>
    public const string RequirementImpossible = "requirement-impossible";

    /// <summary>A requirement that changes nothing beside the others.</summary>
    public const string RequirementIdle = "requirement-idle";

    /// <summary>An identity that no signature of such images can have.</summary>
    public const string IdentityImpossible = "identity-impossible";

    /// <summary>An identity that cosign does not write by itself.</summary>
    public const string IdentityCosign = "identity-cosign";

    /// <summary>A key file that is missing or cannot be read.</summary>
    public const string KeyUnreadable = "key-unreadable";

    /// <summary>A key file named from the current directory.</summary>
    public const string KeyRelative = "key-relative";

    /// <summary>A key file without a key.</summary>
    public const string KeyNone = "key-none";

    /// <summary>A file that holds a secret key.</summary>
    public const string KeySecret = "key-secret";

    /// <summary>A key that has expired.</summary>
    public const string KeyExpired = "key-expired";

    /// <summary>A key that expires within thirty days.</summary>
    public const string KeyExpiresSoon = "key-expires-soon";

    /// <summary>A key that its owner withdrew.</summary>
    public const string KeyRevoked = "key-revoked";

    /// <summary>A key whose signatures do not count.</summary>
    public const string KeyUnusable = "key-unusable";

    /// <summary><c>signedBy</c> without a signature store in registries.d.</summary>
    public const string LookasideMissing = "lookaside-missing";

    /// <summary>A mirror without a signature store.</summary>
    public const string LookasideMirror = "lookaside-mirror";

    /// <summary><c>sigstoreSigned</c> where registries.d does not let attachments be read.</summary>
    public const string AttachmentsOff = "attachments-off";

    /// <summary>A file that is not read because another one is.</summary>
    public const string FileShadowed = "file-shadowed";

    /// <summary>registries.conf in its first format, which podman 6 and newer CRI-O refuse.</summary>
    public const string RegistriesOldFormat = "registries-old-format";

    /// <summary>registries.d or registries.conf cannot be read.</summary>
    public const string Configuration = "configuration";
}
