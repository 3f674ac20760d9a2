using System.Diagnostics.CodeAnalysis;

namespace Plomba.Files;

/// <summary>
/// Makes paths absolute, clean and free of symbolic links, as policies for images in directories name them (TRUST.md §2).
/// The answer holds for the moment it was asked; it is for comparing, not for opening.
/// </summary>
public static class RealPath
{
    // As many as the kernel follows before it gives up with ELOOP.
    private const int MaximumLinks = 40;

    /// <summary>
    /// Resolves <paramref name="path"/> against the current directory. Every component must exist, except that the last
    /// may be missing (not a dangling link). <paramref name="error"/> names the component that failed.
    /// </summary>
    public static bool TryResolve(string path, [NotNullWhen(true)] out string? resolved, [NotNullWhen(false)] out string? error) =>
        TryResolve(path, Environment.CurrentDirectory, out resolved, out error);

    /// <summary>As the other overload, with relative paths meant from <paramref name="directory"/>, which is absolute.</summary>
    public static bool TryResolve(
        string path, string directory, [NotNullWhen(true)] out string? resolved, [NotNullWhen(false)] out string? error)
    {
        resolved = null;
        error = path.Contains('\0', StringComparison.Ordinal) ? Text.Say("a path cannot hold a NUL character") : null;
        if (error is not null)
            return false;

        // ".." is applied to the text before links are followed: policies must mean here what they mean to podman.
        var clean = Path.GetFullPath(path, directory);
        if (LeavesMissingDirectory(path, directory, out error))
            return false;
        if (Path.Exists(clean))
            return TryFollow(clean, out resolved, out error);
        if (!TryFollow(Path.GetDirectoryName(clean) ?? "/", out var parent, out error))
            return false;
        error = Directory.Exists(parent) ? null : Text.Say($"lstat {clean}: not a directory");
        resolved = error is null ? Path.Join(parent, Path.GetFileName(clean)) : null;
        return resolved is not null;
    }

    // "missing/.." and "missing/." name something only as texts.
    private static bool LeavesMissingDirectory(string path, string directory, [NotNullWhen(true)] out string? error)
    {
        error = null;
        if (Path.GetFileName(path) is ".." or ".")
        {
            var left = Path.GetFullPath(Path.GetDirectoryName(path) ?? "", directory);
            error = Directory.Exists(left) ? null : Text.Say($"lstat {left}: no such file or directory");
        }

        return error is not null;
    }

    private static bool TryFollow(string path, [NotNullWhen(true)] out string? resolved, [NotNullWhen(false)] out string? error)
    {
        var pending = new Stack<string>(Components(path).Reverse());
        var done = "/";
        var links = 0;
        error = null;
        while (error is null && pending.TryPop(out var component))
        {
            if (component == "..")
            {
                done = Path.GetDirectoryName(done) ?? "/";
                continue;
            }

            var next = Path.Join(done, component);
            if (!Path.Exists(next))
            {
                error = Text.Say($"lstat {next}: no such file or directory");
            }
            else if (new FileInfo(next).LinkTarget is not { } target)
            {
                done = next;
            }
            else if (++links > MaximumLinks)
            {
                error = Text.Say($"{path}: too many symbolic links");
            }
            else
            {
                done = Path.IsPathRooted(target) ? "/" : done;
                foreach (var part in Components(target).Reverse())
                    pending.Push(part);
            }
        }

        resolved = error is null ? done : null;
        return resolved is not null;
    }

    private static IEnumerable<string> Components(string path) => path.Split('/').Where(part => part is not ("" or "."));
}
