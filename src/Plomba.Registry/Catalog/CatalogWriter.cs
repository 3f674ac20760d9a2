using System.Buffers;
using System.Collections.Concurrent;
using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>
/// The one writer. What waits when it is free becomes one batch: decided and applied in one transaction of the index,
/// written to the journal with one fsync, then committed, then acknowledged.
/// </summary>
internal sealed class CatalogWriter : IDisposable
{
    private const int MostInBatch = 128;
    private const int UsualBatchSize = 256 * 1024;

    private readonly BlockingCollection<PendingWrite> _queue = [];
    private ArrayBufferWriter<byte> _lines = new(UsualBatchSize);
    private readonly TimeProvider _time;
    private readonly Action<Exception> _failed;
    private readonly Action _segmentFull;
    private readonly Thread _thread;
    private SqliteDatabase _index;
    private IndexChanges _changes;
    private Journal? _journal;

    /// <summary>Starts the writer.</summary>
    /// <param name="index">The writer's connection, which this object owns.</param>
    /// <param name="journal">The journal, which this object owns; null: writes are refused.</param>
    /// <param name="refusal">Why writes are refused.</param>
    /// <param name="time">For the entries.</param>
    /// <param name="failed">Told of every failed batch, on the writer's thread; for the log.</param>
    /// <param name="segmentFull">Told when a segment of the journal is full: time for a snapshot.</param>
    public CatalogWriter(SqliteDatabase index, Journal? journal, string? refusal, TimeProvider time, Action<Exception> failed, Action segmentFull)
    {
        _index = index;
        _changes = new IndexChanges(index);
        _journal = journal;
        Refusal = refusal;
        _time = time;
        _failed = failed;
        _segmentFull = segmentFull;
        _thread = new Thread(Run) { IsBackground = true, Name = "catalog writer" };
        _thread.Start();
    }

    /// <summary>Why writes are refused; null: they are not.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The last entry written; null while writes are refused. Only on the writer's thread.</summary>
    public JournalPosition? End => _journal?.End;

    /// <summary>Queues a write; the task ends when it is durable, or with the reason why it did not happen.</summary>
    public Task<T> WriteAsync<T>(Actor actor, Func<SqliteDatabase, (T Result, CatalogEvent? Event)> decide, CancellationToken cancellation)
    {
        var write = new PendingWrite<T>(actor, decide, cancellation);
        try
        {
            _queue.Add(write, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            write.Fail(new StorageException(StorageFailure.Unavailable, "the server is stopping"));
        }

        return write.Task;
    }

    /// <summary>Has the writer's thread do something between two batches.</summary>
    public void BetweenBatches(Action work)
    {
        try
        {
            _queue.Add(new Interlude(work));
        }
        catch (InvalidOperationException)
        {
            // Stopping: the next start does what is needed.
        }
    }

    /// <summary>Gives up the connection, so that the index file can be replaced. Only on the writer's thread.</summary>
    public void Release() => _index.Dispose();

    /// <summary>Continues on a new index. Only on the writer's thread.</summary>
    public void Reopen(SqliteDatabase index)
    {
        _index = index;
        _changes = new IndexChanges(index);
    }

    /// <summary>Refuses all writes from now on. Only on the writer's thread.</summary>
    public void Refuse(string reason) => Refusal ??= reason;

    /// <summary>Finishes what is queued, and gives the writer's connection back to be closed.</summary>
    public SqliteDatabase Stop()
    {
        _queue.CompleteAdding();
        _thread.Join();
        _journal?.Dispose();
        _journal = null;
        return _index;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop().Dispose();
        _queue.Dispose();
    }

    private void Run()
    {
        var batch = new List<PendingWrite>(MostInBatch);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Clear();
            var next = first;
            do
            {
                if (next is Interlude interlude)
                {
                    Process(batch);
                    batch.Clear();
                    interlude.Work();
                }
                else
                {
                    batch.Add(next);
                }
            }
            while (batch.Count < MostInBatch && _queue.TryTake(out next));
            Process(batch);
        }
    }

    private void Process(List<PendingWrite> batch)
    {
        if (batch.Count == 0)
            return;
        try
        {
            if (Refusal is not null || _journal is null)
                throw new StorageException(StorageFailure.JournalDamaged, Refusal ?? "the catalog is closed");
            Record(batch, _journal);
            foreach (var write in batch)
                write.Complete();
            if (_journal.IsSegmentFull)
                _segmentFull();
        }
        catch (Exception e)
        {
            // Whatever it was, this thread must live: all later writes need it.
            Fail(batch, e);
        }
    }

    private void Record(List<PendingWrite> batch, Journal journal)
    {
        batch.RemoveAll(Cancelled);
        if (_lines.Capacity > 4 * UsualBatchSize)
            _lines = new ArrayBufferWriter<byte>(UsualBatchSize);
        _lines.ResetWrittenCount();
        var before = journal.End;
        var end = before;
        var now = _time.GetUtcNow();
        _index.Execute("BEGIN IMMEDIATE");
        foreach (var write in batch)
        {
            if (write.Decide(_index) is not { } what)
                continue;
            var entry = new JournalEntry(end.Sequence + 1, now, write.Actor, what);
            end = new JournalPosition(entry.Sequence, JournalFormat.Write(_lines, entry, end.Hash));
            _changes.Apply(entry);
        }

        if (end == before)
        {
            _index.Execute("COMMIT");
            return;
        }

        CatalogIndex.SetPosition(_index, end);
        journal.Append(_lines.WrittenSpan, end);
        try
        {
            _index.Execute("COMMIT");
        }
        catch (SqliteException)
        {
            journal.TakeBack(_lines.WrittenCount, before);
            throw;
        }
    }

    private static bool Cancelled(PendingWrite write)
    {
        if (write.IsCancelled)
            write.Cancel();
        return write.IsCancelled;
    }

    private void Fail(List<PendingWrite> batch, Exception e)
    {
        if (e is StorageException { Failure: StorageFailure.JournalDamaged } damaged)
            Refusal ??= damaged.Message;
        RollBack();
        var reason = e switch
        {
            SqliteException { IsFull: true } => new StorageException(StorageFailure.Full, $"no space left for the index: {e.Message}", e),
            IOException io => StorageException.From(io, "the change was not recorded"),
            _ => e,
        };
        foreach (var write in batch)
            write.Fail(reason);
        _failed(e);
    }

    private void RollBack()
    {
        try
        {
            if (_index.InTransaction)
                _index.Execute("ROLLBACK");
        }
        catch (Exception e) when (e is SqliteException or ObjectDisposedException)
        {
            // A damaged index is made again; one that could not be made again is closed.
        }
    }
}
