using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// The platform's objects for one public key. Making one costs more than verifying with it, and one is not for two threads
/// at once: each is lent to one at a time. Thread-safe.
/// </summary>
internal sealed class KeyPool<T>
    where T : AsymmetricAlgorithm
{
    private readonly ConcurrentBag<T> _idle;
    private readonly Func<T> _create;

    /// <summary>A pool that holds <paramref name="first"/>.</summary>
    public KeyPool(T first, Func<T> create) => (_idle, _create) = ([first], create);

    /// <summary>One for the caller alone.</summary>
    public T Take() => _idle.TryTake(out var key) ? key : _create();

    /// <summary>Gives it back; who fails in between leaves it to the garbage collector.</summary>
    public void Return(T key) => _idle.Add(key);
}
