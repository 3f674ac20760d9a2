using System.Collections.Immutable;

namespace Plomba.Trust.Files;

/// <summary>
/// The files that a decision rests on: policy, configuration, keys. A seam, so that decisions are pure: tests and the
/// registry's gate hand in bytes, the command line <see cref="MachineFiles"/>. Thread-safe.
/// </summary>
public interface ITrustFiles
{
    /// <summary>The whole file, or why it cannot be had. Never throws for what a file system can answer.</summary>
    /// <param name="path">As configured; relative ones mean the current directory.</param>
    /// <param name="limit">Longest content accepted, in bytes.</param>
    FileReading Read(string path, int limit);

    /// <summary>
    /// Whether something has that name and may be looked at: the reference takes the first place that exists in this
    /// sense, and passes over one behind a directory that it may not enter.
    /// </summary>
    bool Exists(string path);

    /// <summary>The names (not paths) of everything in a directory, sorted by code point, or why they cannot be had.</summary>
    DirectoryReading List(string path);
}

/// <summary>What reading a file gave.</summary>
/// <param name="Bytes">The content; empty unless <paramref name="Problem"/> is <see cref="FileProblem.None"/>.</param>
/// <param name="Problem">Whether there is content.</param>
/// <param name="Message">In the reference's words, such as <c>open /x: no such file or directory</c>; empty when there is content.</param>
public sealed record FileReading(ReadOnlyMemory<byte> Bytes, FileProblem Problem, string Message)
{
    /// <summary>Whether there is content.</summary>
    public bool IsRead => Problem == FileProblem.None;

    /// <summary>Content.</summary>
    public static FileReading Of(ReadOnlyMemory<byte> bytes) => new(bytes, FileProblem.None, "");

    /// <summary>There is no such file.</summary>
    public static FileReading Missing(string path) => new(default, FileProblem.Missing, Text.Say($"open {path}: no such file or directory"));

    /// <summary>It is a directory.</summary>
    public static FileReading IsDirectory(string path) => new(default, FileProblem.Directory, Text.Say($"read {path}: is a directory"));

    /// <summary>There is one, but it cannot be read.</summary>
    public static FileReading Unreadable(string message) => new(default, FileProblem.Unreadable, message);
}

/// <summary>What listing a directory gave.</summary>
/// <param name="Names">Sorted by code point; empty unless there is a directory.</param>
/// <param name="Problem">Whether there is one.</param>
/// <param name="Message">In the reference's words; empty when there is a directory.</param>
public sealed record DirectoryReading(ImmutableArray<string> Names, FileProblem Problem, string Message)
{
    /// <summary>The directory's entries.</summary>
    public static DirectoryReading Of(IEnumerable<string> names) => new([.. names.Order(StringComparer.Ordinal)], FileProblem.None, "");

    /// <summary>There is no such directory.</summary>
    public static DirectoryReading Missing(string path) => new([], FileProblem.Missing, Text.Say($"open {path}: no such file or directory"));

    /// <summary>There is one, but it cannot be read.</summary>
    public static DirectoryReading Unreadable(string message) => new([], FileProblem.Unreadable, message);
}

/// <summary>Why there is no content.</summary>
public enum FileProblem
{
    /// <summary>There is.</summary>
    None,

    /// <summary>Nothing has that name.</summary>
    Missing,

    /// <summary>It is a directory, where a file was asked for.</summary>
    Directory,

    /// <summary>Permission, size or a failing disk.</summary>
    Unreadable,
}
