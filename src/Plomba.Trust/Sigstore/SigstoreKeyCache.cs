using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// Key files are read anew for every decision (they may have changed), but imported only once: by content. What cannot be
/// used as a key is not kept.
/// </summary>
internal static class SigstoreKeyCache
{
    private const int Capacity = 256;
    private static readonly ConcurrentDictionary<string, SigstoreKey> Keys = new(StringComparer.Ordinal);

    public static bool TryGet(ReadOnlySpan<byte> pem, [NotNullWhen(true)] out SigstoreKey? key, [NotNullWhen(false)] out string? error)
    {
        error = null;
        var name = Convert.ToHexString(SHA256.HashData(pem));
        if (Keys.TryGetValue(name, out key))
            return true;
        if (!SigstoreKey.TryReadPemUncached(pem, out key, out error))
            return false;
        // Full: start over. Simpler than ages, and a site has few key files.
        if (Keys.Count >= Capacity)
            Keys.Clear();
        key = Keys.GetOrAdd(name, key);
        return true;
    }
}
