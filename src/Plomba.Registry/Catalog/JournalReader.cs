using System.Globalization;

namespace Plomba.Registry.Catalog;

/// <summary>Where in the chain something stands: the number of an entry and its hash.</summary>
internal readonly record struct JournalPosition(long Sequence, string Hash)
{
    /// <summary>Before the first entry.</summary>
    public static JournalPosition Start { get; } = new(0, JournalFormat.Genesis);
}

/// <summary>A file of the journal, named by the number of its first entry.</summary>
internal readonly record struct JournalSegment(long First, string Path)
{
    /// <summary>The file's name for that first entry.</summary>
    public static string NameOf(long first) => $"{first.ToString("D20", CultureInfo.InvariantCulture)}.jsonl";

    /// <summary>The segments of a directory, in order; other files are passed over.</summary>
    public static IReadOnlyList<JournalSegment> List(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, "*.jsonl")
            .Select(path => new JournalSegment(Number(System.IO.Path.GetFileNameWithoutExtension(path)), path))
            .Where(segment => segment.First > 0)
            .OrderBy(segment => segment.First),
    ];

    private static long Number(string name) =>
        name.Length == 20 && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>The journal is not what was written.</summary>
internal sealed class JournalDamagedException(string path, long line, string reason)
    : IOException(line > 0 ? $"{path}, line {line}: {reason}" : $"{path}: {reason}");

/// <summary>Reads and checks journal files.</summary>
internal static class JournalReader
{
    /// <summary>
    /// Checks a segment from <paramref name="before"/> (the entry before its first) on.
    /// </summary>
    /// <param name="segment">The file.</param>
    /// <param name="before">The end of the segment before it.</param>
    /// <param name="isLast">Only the last segment may end in a torn line.</param>
    /// <param name="entry">Called for each line, after it was checked, with the entry's number.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The last entry's position and the length of the file up to its end: what follows is torn.</returns>
    /// <exception cref="JournalDamagedException">The first thing that is wrong.</exception>
    public static (JournalPosition End, long Length) Check(
        JournalSegment segment,
        JournalPosition before,
        bool isLast,
        Action<long, ReadOnlyMemory<byte>>? entry = null,
        CancellationToken cancellation = default)
    {
        if (segment.First != before.Sequence + 1)
            throw new JournalDamagedException(segment.Path, 0, Text.Say($"entries {before.Sequence + 1} to {segment.First - 1} are missing before it"));
        var position = before;
        long number = 0, length = 0;
        foreach (var line in JournalLines.Read(segment.Path, cancellation))
        {
            number++;
            if (!line.IsWhole)
                return isLast ? (position, length) : throw new JournalDamagedException(segment.Path, number, Text.Say("it is cut off, and more entries follow"));
            if (JournalFormat.Check(line.Text.Span, position.Hash) is { } reason)
                throw new JournalDamagedException(segment.Path, number, reason);
            position = new JournalPosition(position.Sequence + 1, JournalFormat.HashOf(line.Text.Span));
            if (entry is not null)
                Report(entry, position.Sequence, line.Text, segment.Path, number);
            length += line.Text.Length + 1;
        }

        return (position, length);
    }

    private static void Report(Action<long, ReadOnlyMemory<byte>> entry, long sequence, ReadOnlyMemory<byte> text, string path, long line)
    {
        try
        {
            entry(sequence, text);
        }
        catch (FormatException e)
        {
            throw new JournalDamagedException(path, line, e.Message);
        }
    }
}
