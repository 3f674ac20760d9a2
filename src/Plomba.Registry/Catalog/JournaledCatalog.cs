using Microsoft.Extensions.Logging;
using Plomba.Images;
using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>
/// The embedded catalog: journal files and an SQLite index in the data directory, for one server process (flock).
/// A missing, damaged or late index is made again by itself, at start and while running.
/// </summary>
public sealed partial class JournaledCatalog : ICatalog
{
    private readonly CatalogPaths _paths;
    private readonly DataLock _lock;
    private readonly ILogger _log;
    private readonly CatalogWriter _writer;
    private volatile IndexReaders _readers;
    private int _healing;
    private Task _snapshot = Task.CompletedTask;
    private bool _closed;

    private JournaledCatalog(CatalogPaths paths, DataLock held, CatalogStart start, TimeProvider time, ILogger log)
    {
        _paths = paths;
        _lock = held;
        _log = log;
        _readers = new IndexReaders(paths.Index);
        _writer = new CatalogWriter(start.Index, start.Journal, start.Refusal, time, WriteFailed, BeginSnapshot);
        if (start.NeedsSnapshot)
            BeginSnapshot();
    }

    /// <inheritdoc/>
    public string? WritesRefused => _writer.Refusal;

    /// <summary>Opens the catalog of a data directory, and makes an empty one on first use.</summary>
    /// <param name="options">Where.</param>
    /// <param name="time">The clock of the journal.</param>
    /// <param name="log">Told of repairs and damage.</param>
    /// <param name="cancellation">Gives up a long rebuild.</param>
    public static async Task<CatalogOpening> OpenAsync(
        CatalogOptions options, TimeProvider time, ILogger<JournaledCatalog> log, CancellationToken cancellation = default)
    {
        var paths = new CatalogPaths(options.Directory);
        var (held, refusal) = DataLock.Take(paths);
        if (held is null)
            return refusal!;
        try
        {
            var start = await Task.Run(() => CatalogStart.Run(paths, options.SegmentSize, cancellation), cancellation);
            // On first use the index is made too, and nobody needs to be told.
            if (start.Rebuilt is { } why && CatalogIndex.Position(start.Index).Sequence > 0)
                LogRebuilt(log, why);
            if (start.Refusal is { } damage)
                LogRefusing(log, damage);
            return new CatalogOpening.Opened(new JournaledCatalog(paths, held, start, time, log));
        }
        catch (JournalDamagedException e)
        {
            held.Dispose();
            return new CatalogOpening.Damaged(Text.Say($"the index cannot be used and the journal is damaged: {e.Message}. Run `plomba catalog rebuild`, or restore the file from a backup"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held.Dispose();
            return new CatalogOpening.NotWritable(paths.Data, e.Message);
        }
    }

    /// <inheritdoc/>
    public ManifestRecord? FindManifest(RepositoryName repository, Digest digest) =>
        Read((repository, digest), static (index, q) => IndexQueries.FindManifest(index, q.repository, q.digest));

    /// <inheritdoc/>
    public ManifestRecord? FindManifest(RepositoryName repository, Tag tag) =>
        Read((repository, tag), static (index, q) => IndexQueries.FindManifest(index, q.repository, q.tag));

    /// <inheritdoc/>
    public IReadOnlyList<Tag> ListTags(RepositoryName repository, Tag? last, int limit) =>
        limit <= 0 ? [] : Read((repository, last, limit), static (index, q) => IndexQueries.ListTags(index, q.repository, q.last, q.limit));

    /// <inheritdoc/>
    public bool RepositoryExists(RepositoryName repository) => Read(repository, static (index, q) => IndexQueries.RepositoryExists(index, q));

    /// <inheritdoc/>
    public IReadOnlyList<RepositoryName> ListRepositories(RepositoryName? last, int limit) =>
        limit <= 0 ? [] : Read((last, limit), static (index, q) => IndexQueries.ListRepositories(index, q.last, q.limit));

    /// <inheritdoc/>
    public ReferrerPage ListReferrers(RepositoryName repository, Digest subject, string? artifactType = null, long after = 0) =>
        Read((repository, subject, artifactType, after), static (index, q) => IndexQueries.ListReferrers(index, q.repository, q.subject, q.artifactType, q.after));

    /// <inheritdoc/>
    public long? BlobSize(RepositoryName repository, Digest digest) =>
        Read((repository, digest), static (index, q) => IndexQueries.BlobSize(index, q.repository, q.digest));

    /// <inheritdoc/>
    public IReadOnlyList<RepositoryName> RepositoriesLinking(Digest digest, int limit) =>
        limit <= 0 ? [] : Read((digest, limit), static (index, q) => IndexQueries.RepositoriesLinking(index, q.digest, q.limit));

    /// <inheritdoc/>
    public IReadOnlyList<StoredSignature> ListSignatures(RepositoryName repository, Digest manifest) =>
        Read((repository, manifest), static (index, q) => IndexQueries.ListSignatures(index, q.repository, q.manifest));

    /// <inheritdoc/>
    public Task<PutManifestResult> PutManifestAsync(PutManifest manifest, CancellationToken cancellation = default) =>
        _writer.WriteAsync(manifest.Actor, index => CatalogDecisions.Put(index, manifest), cancellation);

    /// <inheritdoc/>
    public Task LinkBlobAsync(RepositoryName repository, Digest digest, long size, Actor actor, CancellationToken cancellation = default) =>
        _writer.WriteAsync(actor, index => CatalogDecisions.Link(index, repository, digest, size), cancellation);

    /// <inheritdoc/>
    public Task<UnlinkResult> UnlinkBlobAsync(RepositoryName repository, Digest digest, Actor actor, CancellationToken cancellation = default) =>
        _writer.WriteAsync(actor, index => CatalogDecisions.Unlink(index, repository, digest), cancellation);

    /// <inheritdoc/>
    public Task<bool> DeleteTagAsync(RepositoryName repository, Tag tag, Actor actor, CancellationToken cancellation = default) =>
        _writer.WriteAsync(actor, index => CatalogDecisions.DeleteTag(index, repository, tag), cancellation);

    /// <inheritdoc/>
    public Task<bool> DeleteManifestAsync(RepositoryName repository, Digest digest, Actor actor, CancellationToken cancellation = default) =>
        _writer.WriteAsync(actor, index => CatalogDecisions.DeleteManifest(index, repository, digest), cancellation);

    /// <inheritdoc/>
    public Task<AddSignatureResult> AddSignatureAsync(AddSignature signature, CancellationToken cancellation = default) =>
        _writer.WriteAsync(signature.Actor, index => CatalogDecisions.Add(index, signature), cancellation);

    /// <summary>Finishes queued writes, closes everything and gives the lock back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed)
            return;
        _closed = true;
        var index = await Task.Run(_writer.Stop);
        await _snapshot;
        _readers.Dispose();
        IndexFile.Close(_paths, index);
        _writer.Dispose();
        _lock.Dispose();
    }

    private T Read<TQuestion, T>(TQuestion question, Func<SqliteDatabase, TQuestion, T> ask)
    {
        var readers = _readers;
        SqliteDatabase? index = null;
        try
        {
            index = readers.Rent();
            var answer = ask(index, question);
            readers.Return(index);
            return answer;
        }
        catch (Exception e) when (e is SqliteException or FormatException or System.Text.Json.JsonException)
        {
            if (index is not null)
                readers.Discard(index);
            if (e is SqliteException { IsDamage: false })
                throw new StorageException(StorageFailure.Broken, $"the index could not be read: {e.Message}", e);
            Heal(e.Message);
            throw new StorageException(StorageFailure.Unavailable, $"the index could not be read and is made again: {e.Message}", e);
        }
    }

    private void WriteFailed(Exception e)
    {
        LogWriteFailed(_log, e.Message);
        if (e is SqliteException { IsDamage: true })
            Heal(e.Message);
    }

    private void Heal(string reason)
    {
        if (_closed || Interlocked.Exchange(ref _healing, 1) != 0)
            return;
        LogRebuilt(_log, reason);
        _writer.BetweenBatches(MakeIndexAgain);
    }

    private void MakeIndexAgain()
    {
        _readers.Dispose();
        _writer.Release();
        try
        {
            if (IndexRebuild.Run(_paths, useSnapshot: true) is var end && _writer.End is { } written && end != written)
                throw new JournalDamagedException(_paths.Journal, 0, "it does not end with the entry that was written last");
            _writer.Reopen(CatalogIndex.OpenWriter(_paths.Index));
            _readers = new IndexReaders(_paths.Index);
        }
        catch (JournalDamagedException e)
        {
            GiveUp(CatalogStart.Refuse(e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp($"the index is damaged and cannot be made again ({e.Message}): restart the server when the cause is gone");
        }
        finally
        {
            Interlocked.Exchange(ref _healing, 0);
        }
    }

    private void GiveUp(string reason)
    {
        LogRefusing(_log, reason);
        _writer.Refuse(reason);
    }

    // Called by the constructor, then only by the writer's thread.
    private void BeginSnapshot()
    {
        if (_snapshot.IsCompleted)
            _snapshot = Task.Run(MakeSnapshot);
    }

    private void MakeSnapshot()
    {
        try
        {
            using var reader = new SqliteDatabase(_paths.Index, writable: false);
            new Snapshots(_paths.Snapshots).Make(reader);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The journal is whole without it; a rebuild takes longer.
            LogNoSnapshot(_log, e.Message);
        }
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Warning, Message = "The index was not usable ({Reason}) and is made again from the journal")]
    private static partial void LogRebuilt(ILogger log, string reason);

    [LoggerMessage(EventId = 121, Level = LogLevel.Critical, Message = "Writes are refused: {Reason}")]
    private static partial void LogRefusing(ILogger log, string reason);

    [LoggerMessage(EventId = 122, Level = LogLevel.Error, Message = "A change was not recorded, and its client told so: {Reason}")]
    private static partial void LogWriteFailed(ILogger log, string reason);

    [LoggerMessage(EventId = 123, Level = LogLevel.Warning, Message = "No snapshot of the index was made: {Reason}")]
    private static partial void LogNoSnapshot(ILogger log, string reason);
}
