using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>Read connections with their prepared statements, kept for reuse; as many as there are readers at a time.</summary>
internal sealed class IndexReaders(string path) : IDisposable
{
    private const int Kept = 8;

    private readonly SqliteDatabase?[] _idle = new SqliteDatabase?[Kept];
    private int _rented;
    private volatile bool _closed;

    /// <summary>Takes a connection for one thread; it must be given back, or discarded when it failed.</summary>
    /// <exception cref="StorageException">The index is being made again, or the catalog is closed.</exception>
    public SqliteDatabase Rent()
    {
        Interlocked.Increment(ref _rented);
        if (_closed)
        {
            Interlocked.Decrement(ref _rented);
            throw new StorageException(StorageFailure.Unavailable, "the index is being made again or the server is stopping: try again in a moment");
        }

        for (var i = 0; i < Kept; i++)
        {
            if (_idle[i] is not null && Interlocked.Exchange(ref _idle[i], null) is { } database)
                return database;
        }

        try
        {
            return CatalogIndex.OpenReader(path);
        }
        catch
        {
            Interlocked.Decrement(ref _rented);
            throw;
        }
    }

    /// <summary>Gives a connection back.</summary>
    public void Return(SqliteDatabase database)
    {
        var kept = false;
        for (var i = 0; i < Kept && !kept; i++)
            kept = Interlocked.CompareExchange(ref _idle[i], database, null) is null;
        if (!kept)
            database.Dispose();
        Interlocked.Decrement(ref _rented);
    }

    /// <summary>Closes a connection that failed.</summary>
    public void Discard(SqliteDatabase database)
    {
        database.Dispose();
        Interlocked.Decrement(ref _rented);
    }

    /// <summary>Refuses new readers, waits for those that read, and closes all connections.</summary>
    public void Dispose()
    {
        _closed = true;
        var spin = new SpinWait();
        while (Volatile.Read(ref _rented) > 0)
            spin.SpinOnce();
        foreach (ref var slot in _idle.AsSpan())
            Interlocked.Exchange(ref slot, null)?.Dispose();
    }
}
