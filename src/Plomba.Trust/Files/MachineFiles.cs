using Plomba.Files;

namespace Plomba.Trust.Files;

/// <summary>The files of this machine, as this process may see them.</summary>
public sealed class MachineFiles : ITrustFiles
{
    /// <summary>The only one needed: it has no state.</summary>
    public static MachineFiles Instance { get; } = new();

    private MachineFiles()
    {
    }

    /// <inheritdoc/>
    public FileReading Read(string path, int limit)
    {
        try
        {
            if (Directory.Exists(path))
                return FileReading.IsDirectory(path);
            return RegularFile.ReadUpTo(path, limit) is { } bytes
                ? FileReading.Of(bytes)
                : FileReading.Unreadable(Text.Say($"read {path}: exceeded maximum allowed size of {limit} bytes"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return FileReading.Missing(path);
        }
        catch (UnauthorizedAccessException)
        {
            return FileReading.Unreadable(Text.Say($"open {path}: permission denied"));
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            return FileReading.Unreadable(Text.Say($"open {path}: {FileTrouble.Of(e)}"));
        }
    }

    /// <inheritdoc/>
    public bool Exists(string path) => Path.Exists(path);

    /// <inheritdoc/>
    public DirectoryReading List(string path)
    {
        try
        {
            return Directory.Exists(path) || File.Exists(path)
                ? DirectoryReading.Of(Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName)!)
                : DirectoryReading.Missing(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return DirectoryReading.Missing(path);
        }
        catch (UnauthorizedAccessException)
        {
            return DirectoryReading.Unreadable(Text.Say($"open {path}: permission denied"));
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return DirectoryReading.Unreadable(Text.Say($"open {path}: {FileTrouble.Of(e)}"));
        }
    }
}
