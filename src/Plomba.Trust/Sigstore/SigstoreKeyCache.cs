using System.Diagnostics.CodeAnalysis;
using Plomba.Trust.Keys;

namespace Plomba.Trust.Sigstore;

/// <summary>Sigstore key files that were read before. What cannot be used as a key is not kept.</summary>
internal static class SigstoreKeyCache
{
    private static readonly ContentCache<SigstoreKey> Keys = new();

    public static bool TryGet(ReadOnlySpan<byte> pem, [NotNullWhen(true)] out SigstoreKey? key, [NotNullWhen(false)] out string? error)
    {
        error = null;
        var name = ContentCache<SigstoreKey>.NameOf(pem);
        if (Keys.TryGet(name, out key))
            return true;
        if (!SigstoreKey.TryReadPemUncached(pem, out key, out error))
            return false;
        key = Keys.Keep(name, key);
        return true;
    }
}
