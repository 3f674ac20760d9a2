using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>A change that waits for the writer: decided inside the transaction, completed when it is durable.</summary>
internal abstract class PendingWrite(Actor actor, CancellationToken cancellation)
{
    /// <summary>Who asked.</summary>
    public Actor Actor { get; } = actor;

    /// <summary>Whether nobody waits any more; only looked at before the decision.</summary>
    public bool IsCancelled => cancellation.IsCancellationRequested;

    /// <summary>Looks at the index and fixes the result; the event to record, or null when nothing changes.</summary>
    public abstract CatalogEvent? Decide(SqliteDatabase index);

    /// <summary>Tells the caller the result.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that it did not happen.</summary>
    public abstract void Fail(Exception reason);

    /// <summary>Tells the caller that it was not tried.</summary>
    public abstract void Cancel();
}

/// <inheritdoc/>
internal sealed class PendingWrite<T>(Actor actor, Func<SqliteDatabase, (T Result, CatalogEvent? Event)> decide, CancellationToken cancellation)
    : PendingWrite(actor, cancellation)
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationToken _cancellation = cancellation;
    private T? _result;

    /// <summary>Ends with the result, or with the reason why nothing happened.</summary>
    public Task<T> Task => _source.Task;

    /// <inheritdoc/>
    public override CatalogEvent? Decide(SqliteDatabase index)
    {
        (_result, var what) = decide(index);
        return what;
    }

    /// <inheritdoc/>
    public override void Complete() => _source.TrySetResult(_result!);

    /// <inheritdoc/>
    public override void Fail(Exception reason) => _source.TrySetException(reason);

    /// <inheritdoc/>
    public override void Cancel() => _source.TrySetCanceled(_cancellation);
}

/// <summary>No write, but something the writer's thread does between two batches.</summary>
internal sealed class Interlude(Action work) : PendingWrite(default, CancellationToken.None)
{
    /// <summary>Does it.</summary>
    public void Work() => work();

    /// <inheritdoc/>
    public override CatalogEvent? Decide(SqliteDatabase index) => null;

    /// <inheritdoc/>
    public override void Complete()
    {
    }

    /// <inheritdoc/>
    public override void Fail(Exception reason)
    {
    }

    /// <inheritdoc/>
    public override void Cancel()
    {
    }
}
