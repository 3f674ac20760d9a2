using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>Makes the index again from the journal, and from a snapshot where the journal begins later or may be skipped.</summary>
internal static class IndexRebuild
{
    /// <summary>Fills a new index and puts it in place. The caller holds the data lock, and nobody has the index open.</summary>
    /// <param name="paths">The data directory.</param>
    /// <param name="useSnapshot">Start from the newest snapshot, if there is one; false reads the whole journal if it is there.</param>
    /// <param name="progress">Told the number of the last entry from time to time.</param>
    /// <param name="cancellation">Gives up; the old index, if any, stands.</param>
    /// <exception cref="JournalDamagedException">The journal is damaged; the old index, if any, stands.</exception>
    public static JournalPosition Run(CatalogPaths paths, bool useSnapshot, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        var segments = JournalSegment.List(paths.Journal);
        var isWhole = segments.Count == 0 || segments[0].First == 1;
        Discard(paths);
        JournalPosition end;
        using (var index = Begin(paths, useSnapshot || !isWhole))
            end = JournalReplay.Run(segments, index, progress, cancellation);
        IndexFile.Replace(paths);
        return end;
    }

    /// <summary>Removes what an interrupted attempt left.</summary>
    public static void Discard(CatalogPaths paths)
    {
        foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm", "-journal"])
            File.Delete(paths.NewIndex + suffix);
    }

    private static SqliteDatabase Begin(CatalogPaths paths, bool useSnapshot)
    {
        if (!useSnapshot || new Snapshots(paths.Snapshots).Restore(paths.NewIndex) is null)
        {
            Discard(paths);
            return CatalogIndex.Create(paths.NewIndex, JournalPosition.Start);
        }

        var index = new SqliteDatabase(paths.NewIndex, writable: true);
        index.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
        return index;
    }
}
