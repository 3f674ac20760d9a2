using System.Collections.Concurrent;

namespace Plomba.Registry.Blobs;

/// <summary>
/// Hash states of uploads between two requests, so that a chunk does not cost hashing all chunks before it. Only a
/// cache: a missing state is derived from the bytes on disk.
/// </summary>
internal sealed class RunningHashes : IDisposable
{
    private const int Most = 256;
    private readonly ConcurrentDictionary<UploadId, RunningHash> _states = new();

    /// <summary>Takes the state of an upload out; null when there is none for exactly that length.</summary>
    public RunningHash? Take(UploadId id, long length)
    {
        if (!_states.TryRemove(id, out var state))
            return null;
        if (state.Length == length)
            return state;
        state.Dispose();
        return null;
    }

    /// <summary>Keeps a state for the next request.</summary>
    public void Keep(UploadId id, RunningHash state)
    {
        if (_states.Count >= Most)
            Clear();
        if (!_states.TryAdd(id, state))
            state.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private void Clear()
    {
        foreach (var id in _states.Keys)
        {
            if (_states.TryRemove(id, out var state))
                state.Dispose();
        }
    }
}
