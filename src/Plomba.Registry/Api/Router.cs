using Plomba.Images;
using Plomba.Registry.Blobs;
using Plomba.Registry.Signatures;
using Plomba.Registry.TrustBundle;

namespace Plomba.Registry.Api;

/// <summary>
/// Reads paths. Repository names contain slashes, so a path is read from its end. Everything in it becomes a checked value here,
/// before any of it touches a path, a URL or the database. The path is percent-decoded once (by Kestrel) and never again.
/// </summary>
internal static class Router
{
    /// <summary>Where the token service answers; stands in the realm.</summary>
    public const string TokenPath = "/auth/token";

    private const int MaximumPath = 1024;

    /// <summary>What <paramref name="path"/> names.</summary>
    public static Route Parse(string path)
    {
        if (path.Length > MaximumPath)
            return Refuse(ApiError.NoSuchEndpoint);
        if (path.StartsWith("/v2/", StringComparison.Ordinal))
            return path.Length == 4 ? new Route(RouteKind.Base) : ParseDistribution(path.AsSpan(4));
        if (path.StartsWith("/sigstore/", StringComparison.Ordinal))
            return SignaturePaths.ParseLookaside(path);
        if (path.StartsWith("/extensions/v2/", StringComparison.Ordinal))
            return ParseExtension(path.AsSpan(15));
        if (path.StartsWith("/keys/", StringComparison.Ordinal))
            return SignaturePaths.ParseKey(path[6..]);
        if (path.StartsWith("/trust/", StringComparison.Ordinal))
            return TrustPaths.Parse(path[7..]);
        return path switch
        {
            "/v2" => new Route(RouteKind.Base),
            "/keys" => new Route(RouteKind.Keys),
            "/healthz" => new Route(RouteKind.Health),
            "/readyz" => new Route(RouteKind.Readiness),
            TokenPath => new Route(RouteKind.Token),
            _ => Refuse(ApiError.NoSuchEndpoint),
        };
    }

    /// <summary>A route that leads nowhere.</summary>
    public static Route Refuse(ApiError error) => new(RouteKind.None) { Error = error };

    private static Route ParseDistribution(ReadOnlySpan<char> path)
    {
        if (path is "_catalog")
            return new Route(RouteKind.Repositories);
        if (!CutLast(path, out var rest, out var last) || !CutLast(rest, out var name, out var kind))
            return Refuse(ApiError.NoSuchEndpoint);
        // .../blobs/uploads/ID and .../blobs/uploads/ have one component more than .../blobs/DIGEST.
        if (kind is "uploads" && CutLast(name, out var uploadName, out var blobs) && blobs is "blobs")
            return ParseUpload(uploadName, last);
        return kind switch
        {
            "manifests" => ParseManifest(name, last.ToString()),
            "blobs" when last is "uploads" => Named(name, new Route(RouteKind.Uploads)),
            "blobs" => WithDigest(name, last, RouteKind.Blob),
            "referrers" => WithDigest(name, last, RouteKind.Referrers),
            "tags" when last is "list" => Named(name, new Route(RouteKind.Tags)),
            _ => Refuse(ApiError.NoSuchEndpoint),
        };
    }

    private static Route ParseUpload(ReadOnlySpan<char> name, ReadOnlySpan<char> id)
    {
        if (id.IsEmpty)
            return Named(name, new Route(RouteKind.Uploads));
        return UploadId.TryParse(id.ToString(), out var upload)
            ? Named(name, new Route(RouteKind.Upload) { Upload = upload })
            : Refuse(ApiError.UploadUnknown);
    }

    private static Route ParseManifest(ReadOnlySpan<char> name, string reference)
    {
        // A tag has no colon and a digest has one.
        if (reference.Contains(':', StringComparison.Ordinal))
            return WithDigest(name, reference, RouteKind.ManifestByDigest);
        return Tag.TryParse(reference, out var tag)
            ? Named(name, new Route(RouteKind.ManifestByTag) { Tag = tag })
            : Named(name, new Route(RouteKind.ManifestByNothing));
    }

    private static Route ParseExtension(ReadOnlySpan<char> path) =>
        CutLast(path, out var rest, out var digest) && CutLast(rest, out var name, out var kind) && kind is "signatures"
            ? WithDigest(name, digest, RouteKind.ExtensionSignatures)
            : Refuse(ApiError.NoSuchEndpoint);

    private static Route WithDigest(ReadOnlySpan<char> name, ReadOnlySpan<char> text, RouteKind kind) =>
        Digest.TryParse(text.ToString(), out var digest)
            ? Named(name, new Route(kind) { Digest = digest })
            : Refuse(ApiError.DigestInvalid);

    private static Route Named(ReadOnlySpan<char> name, Route route) =>
        RepositoryName.TryParse(name.ToString(), out var repository)
            ? route with { Repository = repository }
            : Refuse(ApiError.NameInvalid);

    private static bool CutLast(ReadOnlySpan<char> path, out ReadOnlySpan<char> rest, out ReadOnlySpan<char> last)
    {
        var slash = path.LastIndexOf('/');
        rest = slash < 0 ? path : path[..slash];
        last = slash < 0 ? default : path[(slash + 1)..];
        return slash > 0;
    }
}
