using Plomba.Images;
using Plomba.Images.Transports;

namespace Plomba.Trust.Policy.Linting;

/// <summary>What is wrong with a scope.</summary>
/// <param name="IsError">It can never match; else it matches less than people think.</param>
/// <param name="Id">One of <see cref="PolicyFindingId"/>.</param>
/// <param name="Text">Why, and what to write instead.</param>
internal sealed record ScopeProblem(bool IsError, string Id, string Text);

/// <summary>Whether a scope can match any image (TRUST.md §2, §3.3). What a policy may not hold at all is the reader's affair.</summary>
internal static class ScopeCheck
{
    /// <summary>What is wrong; null: nothing, or the transport is not looked into.</summary>
    /// <param name="transport">The transport it stands under.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="resolve">Resolves symbolic links of paths on this machine.</param>
    public static ScopeProblem? Find(string transport, string scope, PathResolver resolve)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(resolve);
        if (scope.Length == 0)
            return null;
        return transport switch
        {
            "docker" or "atomic" or "docker-daemon" => OfName(scope),
            "dir" or "oci" or "oci-archive" or "sif" => resolve(scope, out var resolved, out _) && resolved != scope
                ? new ScopeProblem(true, PolicyFindingId.ScopeSymlink, Text.Say($"{QuotedText.Of(scope)} leads through a symbolic link and never matches: write {QuotedText.Of(resolved)}"))
                : null,
            _ => null,
        };
    }

    private static ScopeProblem? OfName(string scope)
    {
        if (scope.Contains("://", StringComparison.Ordinal))
            return Never(scope, PolicyFindingId.ScopeInvalid, Text.Say($"write it without {QuotedText.Of(scope[..(scope.IndexOf("://", StringComparison.Ordinal) + 3)])}"));
        if (scope.EndsWith('/'))
            return Never(scope, PolicyFindingId.ScopeTrailingSlash, Text.Say($"write {QuotedText.Of(scope.TrimEnd('/'))}"));
        if (scope.Contains('*', StringComparison.Ordinal))
        {
            return scope.StartsWith("*.", StringComparison.Ordinal) && IsHost("a" + scope[1..]) && !scope.Contains(':', StringComparison.Ordinal)
                ? null
                : Never(scope, PolicyFindingId.ScopeWildcard, Text.Say("only *.DOMAIN is looked for, without port, path or tag"));
        }

        return scope.Contains('/', StringComparison.Ordinal) ? OfRepository(scope) : OfHost(scope);
    }

    private static ScopeProblem? OfHost(string scope)
    {
        if (IsHost(scope))
            return OfHostPart(scope, scope);
        return ImageReference.TryParse(scope, out var expanded)
            ? Short(scope, expanded)
            : Never(scope, PolicyFindingId.ScopeInvalid, Text.Say("no image has such a name"));
    }

    private static ScopeProblem? OfRepository(string scope)
    {
        if (ImageReference.TryParse(scope, out var reference))
        {
            if (reference is { Tag: not null, Digest: not null })
                return Never(scope, PolicyFindingId.ScopeInvalid, Text.Say("a name with both a tag and a digest is refused before it is looked up"));
            // docker.io/NAME is a namespace there, but no image.
            var isNamespace = reference is { Domain: ImageReference.DefaultDomain, IsNameOnly: true } && scope.StartsWith("docker.io/", StringComparison.Ordinal);
            return reference.Text == scope || isNamespace ? OfHostPart(scope, reference.Domain) : Short(scope, reference);
        }

        return ImageReference.TryParse(Lower(scope), out _)
            ? Never(scope, PolicyFindingId.ScopeCase, Text.Say($"repositories are lower case: write {QuotedText.Of(Lower(scope))}"))
            : Never(scope, PolicyFindingId.ScopeInvalid, Text.Say("no image has such a name"));
    }

    private static ScopeProblem? OfHostPart(string scope, string host)
    {
        if (host.Any(char.IsAsciiLetterUpper))
            return new ScopeProblem(false, PolicyFindingId.ScopeCase, Text.Say($"{QuotedText.Of(scope)} matches only names written with {QuotedText.Of(host)} in just this case"));
        return host.Split(':') is [var name, "443" or "80"]
            ? new ScopeProblem(false, PolicyFindingId.ScopePort, Text.Say($"{QuotedText.Of(scope)} matches only names written with this port, not those of {QuotedText.Of(name)}"))
            : null;
    }

    private static ScopeProblem Short(string scope, ImageReference expanded) =>
        Never(scope, PolicyFindingId.ScopeShortName, Text.Say($"names are completed before they are looked up: write {QuotedText.Of(expanded.Text)}"));

    private static ScopeProblem Never(string scope, string id, string why) => new(true, id, Language.Text.Say($"{QuotedText.Of(scope)} never matches: {why}"));

    // The repository in lower case; the host is left as it is.
    private static string Lower(string scope)
    {
        var slash = scope.IndexOf('/', StringComparison.Ordinal);
        return ImageReference.HasRegistry(scope) ? scope[..slash] + scope[slash..].ToLowerInvariant() : scope.ToLowerInvariant();
    }

    private static bool IsHost(string text) => ImageReference.TryParse(text + "/a/b", out var reference) && reference.Domain == text;
}
