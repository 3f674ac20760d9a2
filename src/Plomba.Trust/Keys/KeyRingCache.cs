using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Plomba.Trust.Keys;

/// <summary>
/// Key files are read anew for every decision (they may have changed), but taken apart only once: by content. Holds
/// nothing that depends on the time.
/// </summary>
internal static class KeyRingCache
{
    private const int Capacity = 256;
    private static readonly ConcurrentDictionary<string, KeyRing> Rings = new(StringComparer.Ordinal);

    public static KeyRing Get(ReadOnlyMemory<byte> bytes)
    {
        var key = Convert.ToHexString(SHA256.HashData(bytes.Span));
        if (Rings.TryGetValue(key, out var ring))
            return ring;
        // Full: start over. Simpler than ages, and a site has few key files.
        if (Rings.Count >= Capacity)
            Rings.Clear();
        return Rings.GetOrAdd(key, KeyRing.ReadUncached(bytes.ToArray()));
    }
}
