using Plomba.Registry.Blobs;
using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>The journal as it was found at start.</summary>
/// <param name="Segments">Its files, in order.</param>
/// <param name="End">The last whole entry.</param>
/// <param name="LastLength">Bytes of the last file up to that entry.</param>
internal sealed record JournalExtent(IReadOnlyList<JournalSegment> Segments, JournalPosition End, long LastLength);

/// <summary>
/// Checks the whole chain at start: the last file in full, a sealed one only when its stamp is not the one it had when it
/// was last found right.
/// </summary>
internal static class JournalCheck
{
    /// <summary>Finds the journal's extent; records the stamps of what it read in <paramref name="index"/>.</summary>
    /// <exception cref="JournalDamagedException">What is wrong, by file and line.</exception>
    public static JournalExtent Run(string directory, SqliteDatabase index)
    {
        var segments = JournalSegment.List(directory);
        if (segments.Count == 0)
            return new JournalExtent(segments, JournalPosition.Start, 0);
        var position = JournalReplay.Before(segments[0]);
        for (var i = 0; i < segments.Count - 1; i++)
            position = Known(index, segments[i], position) ?? CheckSealed(index, segments[i], position);
        var (end, length) = JournalReader.Check(segments[^1], position, isLast: true);
        return new JournalExtent(segments, end, length);
    }

    private static JournalPosition? Known(SqliteDatabase index, JournalSegment segment, JournalPosition before)
    {
        if (segment.First != before.Sequence + 1 || FileStamp.Of(segment.Path) is not { } stamp)
            return null;
        var row = index.Prepare("SELECT last, hash FROM segment WHERE first = ? AND size = ? AND modified = ? AND changed = ? AND inode = ?")
            .Bind(segment.First).Bind(stamp.Size).Bind(stamp.Modified).Bind(stamp.Changed).Bind((long)stamp.Inode);
        JournalPosition? known = row.Step() ? new JournalPosition(row.Long(0), row.Text(1)) : null;
        row.Reset();
        return known;
    }

    private static JournalPosition CheckSealed(SqliteDatabase index, JournalSegment segment, JournalPosition before)
    {
        var stamp = FileStamp.Of(segment.Path) ?? throw new JournalDamagedException(segment.Path, 0, Text.Say("it is gone"));
        var (end, _) = JournalReader.Check(segment, before, isLast: false);
        index.Prepare("INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?, ?, ?)")
            .Bind(segment.First).Bind(end.Sequence).Bind(end.Hash)
            .Bind(stamp.Size).Bind(stamp.Modified).Bind(stamp.Changed).Bind((long)stamp.Inode).Run();
        return end;
    }
}
