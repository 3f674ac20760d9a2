namespace Plomba.Images.Transports;

/// <summary>What <c>oci:</c> and <c>oci-archive:</c> share.</summary>
internal static class OciNames
{
    /// <summary>Cuts <c>path[:image]</c> at the first colon; the image is empty when there is none.</summary>
    public static (string Path, string Image) Split(string rest) =>
        rest.Split(':', 2) is [var path, var image] ? (path, image) : (rest, "");

    /// <summary>
    /// Whether an image name is empty or letters and digits joined by one of <c>- . _ : @ +</c>, <c>--</c> or <c>/</c>
    /// (OCI image spec, annotations.md).
    /// </summary>
    public static bool IsValid(string image)
    {
        for (var i = 0; i < image.Length; i++)
        {
            if (char.IsAsciiLetterOrDigit(image[i]))
                continue;
            if (i == 0 || !char.IsAsciiLetterOrDigit(image[i - 1]) || image[i] is not ('-' or '.' or '_' or ':' or '@' or '+' or '/'))
                return false;
            if (image.AsSpan(i).StartsWith("--"))
                i++;
            if (i + 1 == image.Length || !char.IsAsciiLetterOrDigit(image[i + 1]))
                return false;
        }

        return true;
    }

    /// <summary>The path itself, then its parents: the image inside is not part of the identity.</summary>
    public static IReadOnlyList<string> Namespaces(string resolved) =>
        resolved == "/" ? [] : [resolved, .. PolicyScopes.Parents(resolved)];

    public static string? CheckScope(string scope) =>
        !scope.StartsWith('/') ? Text.Say($"Invalid scope {scope}: must be an absolute path")
        : scope == "/" ? Text.Say("Invalid scope \"/\": Use the generic default scope \"\"")
        : PolicyScopes.Clean(scope) is var clean && clean != scope
            ? Text.Say($"Invalid scope {scope}: Uses non-canonical path format, perhaps try with path {clean}")
        : null;
}
