using System.Text;
using Plomba.Trust.Files;

namespace Plomba.Trust.Tests;

/// <summary>Files that exist only in a test. What was not added is missing.</summary>
internal sealed class HandedFiles : ITrustFiles
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);

    /// <summary>Every path that was read, in order.</summary>
    public List<string> Opened { get; } = [];

    public HandedFiles Add(string path, string text) => Add(path, Encoding.UTF8.GetBytes(text));

    public HandedFiles Add(string path, byte[] content)
    {
        _files[path] = content;
        return AddDirectory(Path.GetDirectoryName(path)!);
    }

    public HandedFiles AddDirectory(string path)
    {
        _directories.Add(path);
        return this;
    }

    public bool Exists(string path) => _files.ContainsKey(path) || _directories.Contains(path);

    public FileReading Read(string path, int limit)
    {
        Opened.Add(path);
        return _files.TryGetValue(path, out var content) ? FileReading.Of(content) : FileReading.Missing(path);
    }

    public DirectoryReading List(string path) => _directories.Contains(path)
        ? DirectoryReading.Of(_files.Keys.Where(f => Path.GetDirectoryName(f) == path).Select(f => Path.GetFileName(f)!))
        : DirectoryReading.Missing(path);
}
