namespace Plomba.Trust.Keys;

/// <summary>OpenPGP key files that were read before.</summary>
internal static class KeyRingCache
{
    private static readonly ContentCache<KeyRing> Rings = new();

    public static KeyRing Get(ReadOnlyMemory<byte> bytes)
    {
        var name = ContentCache<KeyRing>.NameOf(bytes.Span);
        return Rings.TryGet(name, out var ring) ? ring : Rings.Keep(name, KeyRing.ReadUncached(bytes.ToArray()));
    }
}
