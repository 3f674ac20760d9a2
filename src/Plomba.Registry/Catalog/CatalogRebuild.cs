using Plomba.Files;
using Plomba.Registry.Blobs;
using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>How <see cref="CatalogRebuild.RunAsync"/> went.</summary>
public abstract record CatalogRebuildResult
{
    private CatalogRebuildResult()
    {
    }

    /// <summary>The index is new, and writes are possible again.</summary>
    /// <param name="Entries">The number of the last entry.</param>
    /// <param name="Repositories">Repositories in the index.</param>
    /// <param name="Manifests">Manifests in the index.</param>
    /// <param name="Signatures">Signatures in the index.</param>
    /// <param name="MissingBlobs">Blobs and manifests the index names that have no file of the right size; pushing them again heals that.</param>
    /// <param name="SetAside">Where a damaged journal was moved; null when it was whole.</param>
    public sealed record Rebuilt(long Entries, long Repositories, long Manifests, long Signatures, long MissingBlobs, string? SetAside) : CatalogRebuildResult;

    /// <summary>A server is using the data directory.</summary>
    public sealed record InUse(string Directory) : CatalogRebuildResult;

    /// <summary>The data directory is missing or cannot be written.</summary>
    public sealed record NotWritable(string Directory, string Reason) : CatalogRebuildResult;

    /// <summary>Acknowledged entries cannot be read anywhere; nothing was changed. The message names file and line.</summary>
    public sealed record Damaged(string Message) : CatalogRebuildResult;
}

/// <summary>
/// Makes the index again from the journal. When the journal is damaged, everything it lost must be in the index or in a
/// snapshot: these become the new beginning, and the damaged journal is set aside in quarantine.
/// </summary>
public static class CatalogRebuild
{
    /// <summary>Rebuilds the catalog of a data directory that no server is using.</summary>
    /// <param name="directory">The data directory, which must exist.</param>
    /// <param name="time">For the entry that records a journal set aside.</param>
    /// <param name="progress">Told the number of the last applied entry from time to time.</param>
    /// <param name="cancellation">Gives up; what was there stands.</param>
    public static async Task<CatalogRebuildResult> RunAsync(
        string directory, TimeProvider time, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        if (!Directory.Exists(directory))
            return new CatalogRebuildResult.NotWritable(directory, Text.Say("there is no such directory"));
        var paths = new CatalogPaths(directory);
        if (!Directory.Exists(paths.Journal) && !Directory.Exists(paths.Snapshots) && !File.Exists(paths.Index))
            return new CatalogRebuildResult.NotWritable(paths.Data, Text.Say("it is no data directory: it has no journal, no snapshots and no index"));
        var (held, refusal) = DataLock.Take(paths);
        if (held is null)
        {
            return refusal is CatalogOpening.NotWritable { Reason: var reason }
                ? new CatalogRebuildResult.NotWritable(paths.Data, reason)
                : new CatalogRebuildResult.InUse(paths.Data);
        }

        using (held)
        {
            try
            {
                return await Task.Run(() => Run(paths, time, progress, cancellation), cancellation);
            }
            catch (JournalDamagedException e)
            {
                return new CatalogRebuildResult.Damaged(e.Message);
            }
        }
    }

    private static CatalogRebuildResult.Rebuilt Run(CatalogPaths paths, TimeProvider time, IProgress<long>? progress, CancellationToken cancellation)
    {
        var setAside = PrepareDamaged(paths, time, cancellation) is { } damage ? SetAside(paths, time, damage) : null;
        if (setAside is null)
            IndexRebuild.Run(paths, useSnapshot: false, progress, cancellation);
        var index = CatalogIndex.OpenWriter(paths.Index);
        try
        {
            return new CatalogRebuildResult.Rebuilt(
                CatalogIndex.Position(index).Sequence,
                IndexQueries.Count(index, "repository"),
                IndexQueries.Count(index, "manifest"),
                IndexQueries.Count(index, "signature"),
                IndexQueries.Contents(index).LongCount(c => FileStamp.Of(new BlobPaths(paths.Data).Of(c.Digest))?.Size != c.Size),
                setAside);
        }
        finally
        {
            IndexFile.Close(paths, index);
        }
    }

    /// <summary>
    /// For a damaged journal: a new index with everything that was acknowledged, a snapshot of it, and the first line of a
    /// new journal, all beside the old ones. The entry of that line; null when the journal is whole.
    /// </summary>
    private static JournalEntry? PrepareDamaged(CatalogPaths paths, TimeProvider time, CancellationToken cancellation)
    {
        var snapshots = new Snapshots(paths.Snapshots);
        var current = IndexFile.TryOpen(paths).Index;
        try
        {
            var known = Math.Max(snapshots.NewestSequence, current is null ? 0 : CatalogIndex.Position(current).Sequence);
            if (FindDamage(paths, known, cancellation) is not { } damage)
                return null;
            IndexRebuild.Discard(paths);
            using var index = CopyBest(paths, snapshots, current);
            var end = JournalSalvage.Run(JournalSegment.List(paths.Journal), index, cancellation);
            if (end.Sequence < known)
                throw new JournalDamagedException(paths.Index, 0, Text.Say($"entry {known} was known and cannot be read any more ({damage.Message})"));
            var entry = new JournalEntry(end.Sequence + 1, time.GetUtcNow(), default, new CatalogEvent.JournalSetAside(damage.Message));
            NewJournal(paths, index, entry, end.Hash);
            return entry;
        }
        finally
        {
            // Left as it was found: if all this fails, a server can still read it.
            if (current is not null)
                IndexFile.Close(paths, current);
        }
    }

    /// <summary>What is wrong with the journal; one that is right line by line, but ends before what is known, has lost its end.</summary>
    private static JournalDamagedException? FindDamage(CatalogPaths paths, long known, CancellationToken cancellation)
    {
        try
        {
            var segments = JournalSegment.List(paths.Journal);
            var position = segments.Count == 0 ? JournalPosition.Start : JournalReplay.Before(segments[0]);
            for (var i = 0; i < segments.Count; i++)
                (position, _) = JournalReader.Check(segments[i], position, isLast: i == segments.Count - 1, entry: null, cancellation);
            return position.Sequence >= known
                ? null
                : new JournalDamagedException(paths.Journal, 0, Text.Say($"it ends with entry {position.Sequence}, and entry {known} was acknowledged"));
        }
        catch (JournalDamagedException e)
        {
            return e;
        }
    }

    /// <summary>Puts the prepared files in place. A snapshot holds everything, so that an interrupted attempt can be repeated.</summary>
    private static string SetAside(CatalogPaths paths, TimeProvider time, JournalEntry first)
    {
        var place = paths.QuarantineOfJournal(time.GetUtcNow());
        DurableFile.CreateDirectory(place, DurableFile.PrivateDirectoryMode);
        foreach (var segment in JournalSegment.List(paths.Journal))
            DurableFile.Publish(segment.Path, Path.Combine(place, Path.GetFileName(segment.Path)));
        DurableFile.Publish(paths.NewJournal, Path.Combine(paths.Journal, JournalSegment.NameOf(first.Sequence)));
        IndexFile.Replace(paths);
        return place;
    }

    private static void NewJournal(CatalogPaths paths, SqliteDatabase index, JournalEntry entry, string previousHash)
    {
        var line = new System.Buffers.ArrayBufferWriter<byte>();
        var position = new JournalPosition(entry.Sequence, JournalFormat.Write(line, entry, previousHash));
        CatalogIndex.SetPosition(index, position);
        new Snapshots(paths.Snapshots).Make(index);
        DurableFile.Write(paths.NewJournal, line.WrittenSpan, DurableFile.PrivateMode);
    }

    /// <summary>A copy of the index or of the newest snapshot, whichever holds more.</summary>
    private static SqliteDatabase CopyBest(CatalogPaths paths, Snapshots snapshots, SqliteDatabase? current)
    {
        if (current is not null && CatalogIndex.Position(current).Sequence >= snapshots.NewestSequence)
            CatalogIndex.CopyTo(current, paths.NewIndex);
        else if (snapshots.Restore(paths.NewIndex) is null)
            CatalogIndex.Create(paths.NewIndex, JournalPosition.Start).Dispose();
        return new SqliteDatabase(paths.NewIndex, writable: true);
    }
}
