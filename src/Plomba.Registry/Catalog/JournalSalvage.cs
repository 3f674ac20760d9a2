using System.Buffers.Text;
using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>
/// Continues an index (or a snapshot of one) with whatever of a damaged journal still follows it. Damage that lies before
/// what the index holds loses nothing; damage after it does, and is refused.
/// </summary>
internal static class JournalSalvage
{
    /// <summary>Applies every entry after the position of <paramref name="index"/>.</summary>
    /// <exception cref="JournalDamagedException">Acknowledged entries are neither in the index nor readable in the journal.</exception>
    public static JournalPosition Run(IReadOnlyList<JournalSegment> segments, SqliteDatabase index, CancellationToken cancellation)
    {
        var position = CatalogIndex.Position(index);
        var changes = new IndexChanges(index);
        index.Execute("BEGIN");
        try
        {
            foreach (var segment in segments)
                position = Continue(segment, position, segment == segments[^1], changes, cancellation);
            CatalogIndex.SetPosition(index, position);
            index.Execute("COMMIT");
            return position;
        }
        catch
        {
            index.Execute("ROLLBACK");
            throw;
        }
    }

    private static JournalPosition Continue(
        JournalSegment segment, JournalPosition position, bool isLast, IndexChanges changes, CancellationToken cancellation)
    {
        var sequence = segment.First - 1;
        long number = 0;
        foreach (var line in JournalLines.Read(segment.Path, cancellation))
        {
            number++;
            if (!line.IsWhole && isLast)
                break;
            var text = line.Text;
            if (JournalFormat.CheckHash(text.Span) is not null)
            {
                // Which entry this was, its place tells; bytes that do not even begin like one are no entries, unless
                // nothing can stand here but what follows the index.
                var isEntry = text.Span.StartsWith("{\"seq\":"u8);
                if (sequence >= position.Sequence)
                    Refuse(segment.Path, number, position, sequence + 1);
                sequence += isEntry ? 1 : 0;
                continue;
            }

            sequence = SequenceOf(text.Span);
            if (sequence <= position.Sequence)
                continue;
            if (sequence != position.Sequence + 1 || !string.Equals(JournalFormat.PreviousHashOf(text.Span), position.Hash, StringComparison.Ordinal))
                Refuse(segment.Path, number, position, sequence);
            changes.Apply(Read(segment.Path, number, text));
            position = new JournalPosition(sequence, JournalFormat.HashOf(text.Span));
        }

        return position;
    }

    private static JournalEntry Read(string path, long line, ReadOnlyMemory<byte> text)
    {
        try
        {
            return JournalFormat.Read(text);
        }
        catch (FormatException e)
        {
            throw new JournalDamagedException(path, line, e.Message);
        }
    }

    private static void Refuse(string path, long line, JournalPosition have, long sequence) => throw new JournalDamagedException(
        path,
        line,
        Text.Say($"entry {sequence} follows the damage, and index and snapshots end with entry {have.Sequence}: put this file back from a backup, then run `plomba catalog rebuild` again"));

    // {"seq":123,… : the line's own hash is right, so that this is what was written.
    private static long SequenceOf(ReadOnlySpan<byte> line) =>
        line.StartsWith("{\"seq\":"u8) && Utf8Parser.TryParse(line[7..], out long sequence, out _) ? sequence : 0;
}
