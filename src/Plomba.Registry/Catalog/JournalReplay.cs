using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>Applies the journal to an index.</summary>
internal static class JournalReplay
{
    private const int EntriesPerTransaction = 10_000;

    /// <summary>
    /// What stands before a segment. For the first of all that is the beginning, or, when an older journal was set
    /// aside, the entry its first line continues.
    /// </summary>
    public static JournalPosition Before(JournalSegment segment)
    {
        if (segment.First == 1)
            return JournalPosition.Start;
        using var reader = new StreamReader(segment.Path, new FileStreamOptions { Share = FileShare.ReadWrite });
        var line = System.Text.Encoding.UTF8.GetBytes(reader.ReadLine() ?? "");
        return JournalFormat.PreviousHashOf(line) is { } hash
            ? new JournalPosition(segment.First - 1, hash)
            : throw new JournalDamagedException(segment.Path, 1, Text.Say("it is no journal entry"));
    }

    /// <summary>Applies everything after the position of <paramref name="index"/>; where it stands then.</summary>
    /// <exception cref="JournalDamagedException">
    /// The journal is damaged, or does not continue what the index holds. What came before the damage is applied.
    /// </exception>
    public static JournalPosition Run(
        IReadOnlyList<JournalSegment> segments, SqliteDatabase index, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        var from = CatalogIndex.Position(index);
        if (segments.Count == 0)
            return from.Sequence == 0 ? from : throw new JournalDamagedException(index.Path, 0, Text.Say($"it knows of entry {from.Sequence}, and the journal is empty"));
        var needed = segments.Where((_, i) => i == segments.Count - 1 || segments[i + 1].First > from.Sequence).ToList();
        var position = needed[0].First == from.Sequence + 1 ? from : Before(needed[0]);
        if (position.Sequence > from.Sequence)
            throw new JournalDamagedException(needed[0].Path, 0, Text.Say($"entries {from.Sequence + 1} to {position.Sequence} are missing before it"));
        var step = new Step(index, from, progress);
        index.Execute("BEGIN");
        try
        {
            for (var i = 0; i < needed.Count; i++)
                (position, _) = JournalReader.Check(needed[i], position, isLast: i == needed.Count - 1, step.Apply, cancellation);
        }
        catch (SqliteException)
        {
            index.Execute("ROLLBACK");
            throw;
        }
        catch (Exception e) when (e is JournalDamagedException or OperationCanceledException)
        {
            step.Finish();
            throw;
        }

        step.Finish();

        return position.Sequence >= from.Sequence
            ? position
            : throw new JournalDamagedException(needed[^1].Path, 0, Text.Say($"it ends with entry {position.Sequence}, and the index knows of entry {from.Sequence}"));
    }

    private sealed class Step(SqliteDatabase index, JournalPosition from, IProgress<long>? progress)
    {
        private readonly IndexChanges _changes = new(index);
        private JournalPosition? _applied;

        public void Apply(long sequence, ReadOnlyMemory<byte> line)
        {
            var hash = JournalFormat.HashOf(line.Span);
            if (sequence == from.Sequence && !string.Equals(hash, from.Hash, StringComparison.Ordinal))
                throw new FormatException(Text.Say("it is not the entry the index holds under this number"));
            if (sequence <= from.Sequence)
                return;
            var entry = JournalFormat.Read(line);
            if (entry.Sequence != sequence)
                throw new FormatException(Text.Say($"it says it is entry {entry.Sequence} and stands in the place of entry {sequence}"));
            _changes.Apply(entry);
            _applied = new JournalPosition(sequence, hash);
            if (sequence % EntriesPerTransaction != 0)
                return;
            Finish();
            index.Execute("BEGIN");
            progress?.Report(sequence);
        }

        public void Finish()
        {
            CatalogIndex.SetPosition(index, _applied ?? from);
            index.Execute("COMMIT");
        }
    }
}
