using Plomba.Registry.Api;
using Plomba.Trust.Tuf;

namespace Plomba.Registry.TrustBundle;

/// <summary>
/// The files of the site's trust bundle, as they are named below <c>/trust/</c> and below <c>&lt;data&gt;/trust</c>: metadata at
/// the top, the files it names in <c>targets/</c>. Nothing else of that directory is served, drafts least of all.
/// </summary>
internal static class TrustPaths
{
    /// <summary>Where the bundle is below the data directory.</summary>
    public const string Directory = "trust";

    private const string Targets = "targets/";

    /// <summary>Reads a path, given without <c>/trust/</c>.</summary>
    public static Route Parse(string path) => TargetPath.TryParse(path, out _) && (IsMetadata(path) || path.StartsWith(Targets, StringComparison.Ordinal))
        ? new Route(RouteKind.TrustFile) { File = path }
        : Router.Refuse(ApiError.NoSuchEndpoint);

    /// <summary>Whether the content under this name never changes: it bears a version, or its hash.</summary>
    public static bool IsImmutable(string path) => path.StartsWith(Targets, StringComparison.Ordinal) || char.IsAsciiDigit(path[0]);

    private static bool IsMetadata(string path) =>
        path.Split('.') is [.., var role, "json"] parts
        && parts.Length is 2 or 3
        && TufRoles.All.Any(r => r.Name() == role)
        && (parts.Length == 2 || parts[0].All(char.IsAsciiDigit));
}
