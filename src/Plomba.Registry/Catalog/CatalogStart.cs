using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>Brings journal and index together at start.</summary>
/// <param name="Index">Open for the writer.</param>
/// <param name="Journal">Open for appending; null: writes are refused.</param>
/// <param name="Refusal">Why writes are refused; null: they are not.</param>
/// <param name="Rebuilt">Why the index had to be made again; null: it had not.</param>
/// <param name="NeedsSnapshot">The journal does not begin with the first entry, and no snapshot holds what is before it.</param>
internal sealed record CatalogStart(SqliteDatabase Index, Journal? Journal, string? Refusal, string? Rebuilt, bool NeedsSnapshot)
{
    /// <summary>Opens both; the caller holds the data lock.</summary>
    /// <exception cref="JournalDamagedException">The index is missing or damaged, and the journal is too: no answer would be safe.</exception>
    public static CatalogStart Run(CatalogPaths paths, long segmentSize, CancellationToken cancellation)
    {
        var (index, reason) = IndexFile.TryOpen(paths);
        if (index is null)
            return Join(paths, MakeAgain(paths, cancellation), reason, segmentSize, cancellation);
        try
        {
            return Join(paths, index, rebuilt: null, segmentSize, cancellation);
        }
        catch (SqliteException e)
        {
            // Sound in structure, but not what the journal made it: its log was lost after a crash, or it is another's.
            return Join(paths, MakeAgain(paths, cancellation), e.Message, segmentSize, cancellation);
        }
    }

    /// <summary>The text for administrators.</summary>
    public static string Refuse(JournalDamagedException e) =>
        $"the journal is damaged: {e.Message}. Images are served, nothing is written until `plomba catalog rebuild` has run (stop the server first)";

    private static bool LacksBeginning(CatalogPaths paths) =>
        JournalSegment.List(paths.Journal) is [{ First: > 1 } first, ..] && new Snapshots(paths.Snapshots).NewestSequence < first.First - 1;

    private static SqliteDatabase MakeAgain(CatalogPaths paths, CancellationToken cancellation)
    {
        IndexRebuild.Run(paths, useSnapshot: true, cancellation: cancellation);
        return CatalogIndex.OpenWriter(paths.Index);
    }

    private static CatalogStart Join(CatalogPaths paths, SqliteDatabase index, string? rebuilt, long segmentSize, CancellationToken cancellation)
    {
        try
        {
            var journal = Open(paths, index, segmentSize, cancellation);
            return new CatalogStart(index, journal, Refusal: null, rebuilt, LacksBeginning(paths));
        }
        catch (JournalDamagedException e)
        {
            return new CatalogStart(index, Journal: null, Refuse(e), rebuilt, NeedsSnapshot: false);
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    private static Journal Open(CatalogPaths paths, SqliteDatabase index, long segmentSize, CancellationToken cancellation)
    {
        JournalExtent extent;
        try
        {
            extent = JournalCheck.Run(paths.Journal, index);
        }
        catch (JournalDamagedException)
        {
            // What stands before the damage is acknowledged and must be served all the same.
            CatchUp(JournalSegment.List(paths.Journal), index);
            throw;
        }

        if (extent.End != CatalogIndex.Position(index))
            JournalReplay.Run(extent.Segments, index, cancellation: cancellation);
        return new Journal(paths.Journal, extent.Segments.Count == 0 ? null : extent.Segments[^1], extent.LastLength, extent.End, segmentSize);
    }

    private static void CatchUp(IReadOnlyList<JournalSegment> segments, SqliteDatabase index)
    {
        try
        {
            JournalReplay.Run(segments, index);
        }
        catch (JournalDamagedException)
        {
            // Known already.
        }
    }
}
