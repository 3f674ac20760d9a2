using System.Security.Cryptography;

namespace Plomba.Files;

/// <summary>A directory of mode 0700 with an unpredictable name, removed with everything in it on dispose.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    private readonly bool _keep;

    /// <summary>Creates the directory.</summary>
    /// <param name="parent">Where; null means the system's directory for temporary files (<c>TMPDIR</c>).</param>
    /// <param name="prefix">Start of its name, for people who find it after a crash.</param>
    /// <param name="keep">Leave it on dispose, for people who want to look.</param>
    public TemporaryDirectory(string? parent = null, string prefix = "plomba", bool keep = false)
    {
        _keep = keep;
        Path = System.IO.Path.Combine(parent ?? System.IO.Path.GetTempPath(), $"{prefix}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Absolute path of the directory.</summary>
    public string Path { get; }

    /// <summary>The path of something below the directory.</summary>
    public string Combine(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Removes the directory; what cannot be removed (a mount, another user's file) stays and is no error.</summary>
    public void Dispose()
    {
        if (_keep)
            return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing depends on it being gone.
        }
    }
}
