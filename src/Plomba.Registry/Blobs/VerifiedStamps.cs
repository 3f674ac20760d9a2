using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Plomba.Images;
using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Blobs;

/// <summary>
/// Remembers with which stamp each blob was last verified. Only a cache: what is forgotten is hashed once more. Lately
/// used stamps are in memory, all of them in a small database that is written in the background.
/// </summary>
internal sealed partial class VerifiedStamps : IDisposable
{
    private const int MostInMemory = 50_000;
    private const int MostUnwritten = 10_000;

    private readonly ConcurrentDictionary<Digest, FileStamp> _recent = new();
    private readonly ConcurrentDictionary<Digest, FileStamp?> _unwritten = new();
    private readonly Lock _databaseLock = new();
    private readonly string _path;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private SqliteDatabase? _database;

    public VerifiedStamps(string path, TimeProvider time, ILogger log)
    {
        _path = path;
        _log = log;
        _database = Open();
        _timer = time.CreateTimer(_ => Write(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Whether the blob was verified when it had exactly this stamp.</summary>
    public bool IsVerified(Digest digest, FileStamp stamp)
    {
        // The number of names does not touch the content: adopting by hard link must not cost a hash.
        stamp = stamp with { Links = 0 };
        if (_recent.TryGetValue(digest, out var known))
            return known == stamp;
        if (_unwritten.TryGetValue(digest, out var pending))
            return pending == stamp;
        if (Find(digest) is not { } found)
            return false;
        Keep(digest, found);
        return found == stamp;
    }

    /// <summary>Records a verification.</summary>
    public void Record(Digest digest, FileStamp stamp)
    {
        stamp = stamp with { Links = 0 };
        Keep(digest, stamp);
        _unwritten[digest] = stamp;
        if (_unwritten.Count > MostUnwritten)
            Write();
    }

    /// <summary>Forgets a blob that is gone.</summary>
    public void Forget(Digest digest)
    {
        _unwritten[digest] = null;
        _recent.TryRemove(digest, out _);
    }

    /// <summary>Writes what is new and closes the database.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Write();
        lock (_databaseLock)
        {
            _database?.Dispose();
            _database = null;
        }
    }

    private void Keep(Digest digest, FileStamp stamp)
    {
        if (_recent.Count >= MostInMemory)
            _recent.Clear();
        _recent[digest] = stamp;
    }

    private SqliteDatabase? Open()
    {
        for (var attempt = 0; ; attempt++)
        {
            SqliteDatabase? database = null;
            try
            {
                database = new SqliteDatabase(_path, writable: true);
                database.Execute("""
                    PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
                    CREATE TABLE IF NOT EXISTS stamp (digest TEXT PRIMARY KEY, size INTEGER, modified INTEGER, changed INTEGER, inode INTEGER) WITHOUT ROWID;
                    """);
                return database;
            }
            catch (SqliteException e)
            {
                database?.Dispose();
                if (attempt > 0)
                {
                    LogUnusable(_log, _path, e.Message);
                    return null;
                }

                File.Delete(_path);
                File.Delete(_path + "-wal");
                File.Delete(_path + "-shm");
            }
        }
    }

    private FileStamp? Find(Digest digest)
    {
        lock (_databaseLock)
        {
            if (_database is null)
                return null;
            try
            {
                var row = _database.Prepare("SELECT size, modified, changed, inode FROM stamp WHERE digest = ?").Bind(digest.Text);
                FileStamp? found = row.Step() ? new FileStamp(row.Long(0), row.Long(1), row.Long(2), (ulong)row.Long(3), 0) : null;
                row.Reset();
                return found;
            }
            catch (SqliteException e)
            {
                GiveUp(e);
                return null;
            }
        }
    }

    private void Write()
    {
        lock (_databaseLock)
        {
            if (_database is null)
            {
                _unwritten.Clear();
                return;
            }

            if (_unwritten.IsEmpty)
                return;
            try
            {
                Write(_database);
            }
            catch (SqliteException e)
            {
                GiveUp(e);
            }
        }
    }

    private void Write(SqliteDatabase database)
    {
        var entries = _unwritten.ToArray();
        database.Execute("BEGIN");
        foreach (var (digest, entry) in entries)
        {
            if (entry is { } stamp)
                database.Prepare("INSERT OR REPLACE INTO stamp VALUES (?, ?, ?, ?, ?)")
                    .Bind(digest.Text).Bind(stamp.Size).Bind(stamp.Modified).Bind(stamp.Changed).Bind((long)stamp.Inode).Run();
            else
                database.Prepare("DELETE FROM stamp WHERE digest = ?").Bind(digest.Text).Run();
        }

        database.Execute("COMMIT");
        foreach (var entry in entries)
            _unwritten.TryRemove(entry);
    }

    private void GiveUp(SqliteException e)
    {
        // Without the cache every blob is hashed once more per run; wrong answers it cannot cause.
        LogUnusable(_log, _path, e.Message);
        _database?.Dispose();
        _database = null;
        _unwritten.Clear();
    }

    [LoggerMessage(EventId = 110, Level = LogLevel.Warning, Message = "{Path} is not usable ({Reason}): blobs are verified anew in every run")]
    private static partial void LogUnusable(ILogger log, string path, string reason);
}
