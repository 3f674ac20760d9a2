using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Plomba.Trust.Keys;

/// <summary>
/// What key files were taken apart into, by their content: they are read anew for every decision (they may have changed),
/// but understood only once. Nothing that depends on the time may be kept. Thread-safe.
/// </summary>
internal sealed class ContentCache<T>
    where T : class
{
    private const int Capacity = 256;
    private readonly ConcurrentDictionary<string, T> _kept = new(StringComparer.Ordinal);

    /// <summary>What a content is kept under.</summary>
    public static string NameOf(ReadOnlySpan<byte> content) => Convert.ToHexString(SHA256.HashData(content));

    public bool TryGet(string name, [NotNullWhen(true)] out T? value) => _kept.TryGetValue(name, out value);

    /// <summary>Keeps a value; what another thread kept meanwhile counts.</summary>
    public T Keep(string name, T value)
    {
        // Full: start over. Simpler than ages, and a site has few key files.
        if (_kept.Count >= Capacity)
            _kept.Clear();
        return _kept.GetOrAdd(name, value);
    }
}
