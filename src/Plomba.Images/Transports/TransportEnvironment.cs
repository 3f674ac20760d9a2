using System.Diagnostics.CodeAnalysis;

namespace Plomba.Images.Transports;

/// <summary>
/// Makes a path absolute, clean and free of symbolic links; the last component may be missing, but not be a dangling
/// link. <paramref name="error"/> says in the operating system's manner what failed (<c>lstat P: no such file or directory</c>).
/// </summary>
public delegate bool PathResolver(
    string path,
    [NotNullWhen(true)] out string? resolved,
    [NotNullWhen(false)] out string? error);

/// <summary>What the meaning of an image name depends on beside its text. This library does no input or output itself.</summary>
/// <param name="ResolvePath">How paths become policy identities.</param>
/// <param name="DefaultStore">The local store a <c>containers-storage:</c> name without <c>[…]</c> means.</param>
public sealed record TransportEnvironment(PathResolver ResolvePath, StoreLocation DefaultStore)
{
    /// <summary>Where no paths are to be looked at: names of images in registries can be read, names with a path are refused.</summary>
    public static TransportEnvironment WithoutPaths { get; } = new(Refuse, StoreLocation.System);

    private static bool Refuse(string path, [NotNullWhen(true)] out string? resolved, [NotNullWhen(false)] out string? error)
    {
        (resolved, error) = (null, Text.Say($"{path}: paths are not looked at here"));
        return false;
    }
}

/// <summary>A containers/storage store.</summary>
/// <param name="Driver">The graph driver, <c>overlay</c>.</param>
/// <param name="GraphRoot">Absolute path of the images.</param>
/// <param name="RunRoot">Absolute path of the run-time state.</param>
/// <param name="Options">Driver options joined by commas; empty for none.</param>
public sealed record StoreLocation(string Driver, string GraphRoot, string RunRoot, string Options)
{
    /// <summary>The store podman uses for root when nothing is configured.</summary>
    public static StoreLocation System { get; } =
        new("overlay", "/var/lib/containers/storage", "/run/containers/storage", "");
}
