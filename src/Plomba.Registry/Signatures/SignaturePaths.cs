using System.Globalization;
using Plomba.Images;
using Plomba.Registry.Api;

namespace Plomba.Registry.Signatures;

/// <summary>
/// The paths of the lookaside (TRUST.md §5.3), <c>NAME@ALG=HEX/signature-N</c>, as they stand in URLs and below a maker's inbox.
/// </summary>
internal static class SignaturePaths
{
    private const string FilePrefix = "signature-";

    /// <summary>
    /// Reads a URL's path. A base with a trailing slash makes clients send <c>//</c>: runs of slashes count as one. Everything else that is
    /// no such path is not there (404): clients take any other answer for a broken store.
    /// </summary>
    public static Route ParseLookaside(string path)
    {
        var rest = path.AsSpan("/sigstore".Length).TrimStart('/').ToString();
        while (rest.Contains("//", StringComparison.Ordinal))
            rest = rest.Replace("//", "/", StringComparison.Ordinal);
        return TryParse(rest, out var repository, out var digest, out var number)
            ? new Route(RouteKind.LookasideSignature) { Repository = repository, Digest = digest, Number = number }
            : Router.Refuse(ApiError.NoSuchEndpoint);
    }

    /// <summary>Reads <c>/keys/</c> and <c>/keys/FILE</c>, given without <c>/keys/</c>.</summary>
    public static Route ParseKey(string file)
    {
        if (file.Length == 0)
            return new Route(RouteKind.Keys);
        return KeyDirectory.IsFileName(file)
            ? new Route(RouteKind.KeyFile) { File = file }
            : Router.Refuse(ApiError.NoSuchEndpoint);
    }

    /// <summary>Reads <c>NAME@ALG=HEX/signature-N</c>.</summary>
    public static bool TryParse(string path, out RepositoryName repository, out Digest digest, out int number)
    {
        number = 0;
        (repository, digest) = (default, default);
        var slash = path.LastIndexOf('/');
        return slash > 0
            && TryParseDirectory(path[..slash], out repository, out digest)
            && TryParseFile(path.AsSpan(slash + 1), out number);
    }

    /// <summary>Reads <c>NAME@ALG=HEX</c>.</summary>
    public static bool TryParseDirectory(string path, out RepositoryName repository, out Digest digest)
    {
        (repository, digest) = (default, default);
        var at = path.IndexOf('@', StringComparison.Ordinal);
        var equals = path.LastIndexOf('=');
        return at > 0 && equals > at
            && RepositoryName.TryParse(path[..at], out repository)
            && Digest.TryParse($"{path[(at + 1)..equals]}:{path[(equals + 1)..]}", out digest);
    }

    /// <summary>Reads <c>signature-N</c>, N from 1 on, without leading zeros.</summary>
    public static bool TryParseFile(ReadOnlySpan<char> name, out int number)
    {
        number = 0;
        return name.StartsWith(FilePrefix, StringComparison.Ordinal)
            && name[FilePrefix.Length..] is ['1' or '2' or '3' or '4' or '5' or '6' or '7' or '8' or '9', ..] digits
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The directory of a manifest's signatures, relative to a lookaside.</summary>
    public static string DirectoryOf(RepositoryName repository, Digest digest) => $"{repository}@{digest.Algorithm}={digest.Hex}";

    /// <summary>The file of signature <paramref name="number"/>.</summary>
    public static string FileName(int number) => string.Create(CultureInfo.InvariantCulture, $"{FilePrefix}{number}");
}
