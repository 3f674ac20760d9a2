using Plomba.Images;
using Plomba.Registry.Blobs;

namespace Plomba.Registry.Api;

/// <summary>What a path names.</summary>
internal enum RouteKind
{
    /// <summary>Nothing; <see cref="Route.Error"/> says why.</summary>
    None,

    /// <summary><c>/v2/</c></summary>
    Base,

    /// <summary><c>/v2/_catalog</c></summary>
    Repositories,

    /// <summary><c>/v2/NAME/tags/list</c></summary>
    Tags,

    /// <summary><c>/v2/NAME/manifests/DIGEST</c></summary>
    ManifestByDigest,

    /// <summary><c>/v2/NAME/manifests/TAG</c></summary>
    ManifestByTag,

    /// <summary><c>/v2/NAME/manifests/…</c> with something that is neither.</summary>
    ManifestByNothing,

    /// <summary><c>/v2/NAME/blobs/DIGEST</c></summary>
    Blob,

    /// <summary><c>/v2/NAME/blobs/uploads/</c></summary>
    Uploads,

    /// <summary><c>/v2/NAME/blobs/uploads/ID</c></summary>
    Upload,

    /// <summary><c>/v2/NAME/referrers/DIGEST</c></summary>
    Referrers,

    /// <summary><c>/extensions/v2/NAME/signatures/DIGEST</c></summary>
    ExtensionSignatures,

    /// <summary><c>/sigstore/NAME@ALG=HEX/signature-N</c></summary>
    LookasideSignature,

    /// <summary><c>/keys/</c></summary>
    Keys,

    /// <summary><c>/keys/FILE</c></summary>
    KeyFile,

    /// <summary><c>/trust/FILE</c></summary>
    TrustFile,

    /// <summary><c>/healthz</c></summary>
    Health,

    /// <summary><c>/readyz</c></summary>
    Readiness,

    /// <summary>The token service.</summary>
    Token,
}

/// <summary>A path in parsed form: past this point there are no bare names, digests, tags or ids.</summary>
internal readonly record struct Route(RouteKind Kind)
{
    /// <summary>Why the path names nothing; null otherwise.</summary>
    public ApiError? Error { get; init; }

    /// <summary>The repository, where the kind has one.</summary>
    public RepositoryName Repository { get; init; }

    /// <summary>The digest, where the kind has one.</summary>
    public Digest Digest { get; init; }

    /// <summary>The tag of <see cref="RouteKind.ManifestByTag"/>.</summary>
    public Tag Tag { get; init; }

    /// <summary>The id of <see cref="RouteKind.Upload"/>.</summary>
    public UploadId Upload { get; init; }

    /// <summary>Which signature, from 1 on, of <see cref="RouteKind.LookasideSignature"/>.</summary>
    public int Number { get; init; }

    /// <summary>The file of <see cref="RouteKind.KeyFile"/>, one checked path component, or of <see cref="RouteKind.TrustFile"/>, several.</summary>
    public string? File { get; init; }
}
