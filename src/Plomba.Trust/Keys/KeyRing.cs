namespace Plomba.Trust.Keys;

/// <summary>
/// The keys of one or several key files, with all that their own signatures say about them already verified; only the
/// clock is still open (TRUST.md §4.3). Secret keys count as their public halves and are not kept. Immutable, thread-safe.
/// </summary>
public sealed class KeyRing
{
    private KeyRing(IReadOnlyList<Certificate> certificates, bool hasSecrets, string? damage)
    {
        Certificates = certificates;
        HasSecrets = hasSecrets;
        Damage = damage;
    }

    /// <summary>Longest key file that is read, in bytes.</summary>
    public const int MaximumLength = 4 * 1024 * 1024;

    /// <summary>
    /// Why the bytes could not be read to their end; the keys before that place are there, as GnuPG does it. Null: all was
    /// read. Who takes a key up for the first time refuses a damaged file; who verifies goes on with what there is.
    /// </summary>
    public string? Damage { get; }

    /// <summary>Whether the bytes held a secret key: such a file is never published.</summary>
    public bool HasSecrets { get; }

    internal IReadOnlyList<Certificate> Certificates { get; }

    /// <summary>
    /// Reads armored or binary keys, as many as there are. Never fails: what is no key contributes none, see
    /// <see cref="Damage"/>. The same bytes read again come from a cache.
    /// </summary>
    public static KeyRing Read(ReadOnlyMemory<byte> bytes) => KeyRingCache.Get(bytes);

    /// <summary>What people want to know about each key that may be imported, at the time <paramref name="now"/>.</summary>
    public IReadOnlyList<KeyInfo> Describe(DateTimeOffset now) =>
        [.. Certificates.Where(c => c.IsSelfSigned(now)).Select(c => KeyInfo.Of(c, now))];

    internal static KeyRing ReadUncached(ReadOnlyMemory<byte> bytes)
    {
        var reader = new KeyRingReader();
        reader.Read(bytes);
        return new KeyRing(Certificate.Merge(reader.Blocks), reader.HasSecrets, reader.Damage);
    }

    /// <summary>
    /// All keys of several rings; what they know of the same key (a revocation, above all) comes together.
    /// </summary>
    internal static IReadOnlyList<Certificate> Union(IReadOnlyList<KeyRing> rings) => rings.Count == 1
        ? rings[0].Certificates
        : Certificate.Merge(rings.SelectMany(r => r.Certificates).Select(c => c.Block));
}
