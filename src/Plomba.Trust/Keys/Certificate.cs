using System.Buffers.Binary;
using System.Text;
using Plomba.Trust.OpenPgp;

namespace Plomba.Trust.Keys;

/// <summary>
/// A primary key with what it says about itself, verified: signatures of others, and what does not verify, is dropped.
/// Questions that depend on the time take it. Immutable, thread-safe.
/// </summary>
internal sealed class Certificate
{
    private readonly IReadOnlyList<PgpSignature> _direct;

    private Certificate(KeyBlock block)
    {
        Block = block;
        Fingerprint = Fingerprint.From(Primary.Fingerprint);
        var signatures = block.Signatures;
        _direct = [.. signatures.Where(s => s.Type == SignatureTypes.DirectKey && IsOwn(s, Primary.Hashed))];
        UserIds = [.. block.UserIds.Select(u => new UserId(this, u))];
        IsRevoked = signatures.Any(s => s.Type == SignatureTypes.KeyRevocation && Revokes(s));
        Subkeys = [.. block.Subkeys.Select(s => new Subkey(this, s))];
    }

    public KeyBlock Block { get; }

    public Fingerprint Fingerprint { get; }

    public PublicKey Primary => Block.Primary;

    public IReadOnlyList<UserId> UserIds { get; }

    public IReadOnlyList<Subkey> Subkeys { get; }

    /// <summary>For whatever reason and whenever: who revokes a key wants nothing by it to count.</summary>
    public bool IsRevoked { get; }

    /// <summary>One certificate a primary key, in the order met.</summary>
    public static IReadOnlyList<Certificate> Merge(IEnumerable<KeyBlock> blocks) =>
        [.. blocks.GroupBy(b => Convert.ToHexString(b.Primary.Fingerprint), StringComparer.Ordinal).Select(g => new Certificate(KeyBlock.Join(g)))];

    /// <summary>
    /// Whether the key may be imported: it has vouched for one of its names, and is not from the future. Revoked and
    /// expired keys are imported too, so that they are known for what they are.
    /// </summary>
    public bool IsSelfSigned(DateTimeOffset now) => Primary.Created <= now && UserIds.Any(u => u.Certifications.Count > 0);

    /// <summary>When the primary key expires, as its newest self-signatures say; null: never.</summary>
    public DateTimeOffset? Expires(DateTimeOffset now)
    {
        // As GnuPG: a direct-key signature that sets an expiry goes before the names, of which the newest that sets one counts.
        var lifetime = Newest(_direct, now)?.KeyLifetime
            ?? UserIds.Select(u => u.Live(now)).Where(s => s?.KeyLifetime is not null).MaxBy(s => s!.Created)?.KeyLifetime;
        return lifetime is { } time ? Primary.Created + time : null;
    }

    /// <summary>What the primary key may be used for; null: its self-signatures do not say.</summary>
    public KeyUsage? Usage(DateTimeOffset now) =>
        Newest(_direct, now)?.Usage
        ?? UserIds.Select(u => u.Live(now)).Where(s => s?.Usage is not null).MaxBy(s => s!.Created)?.Usage;

    /// <summary>Why nothing that hangs on this key counts; null when it is in order.</summary>
    public KeyProblem? Problem(DateTimeOffset now)
    {
        if (IsRevoked)
            return new KeyProblem(SignatureReason.Revoked, Language.Text.Say($"key {Fingerprint} is revoked"));
        if (Primary.Created > now)
            return new KeyProblem(SignatureReason.Expired, Language.Text.Say($"key {Fingerprint} is from the future ({Primary.Created:u})"));
        if (Expires(now) is { } expiry && expiry <= now)
            return new KeyProblem(SignatureReason.Expired, Language.Text.Say($"key {Fingerprint} expired on {expiry:u}"));
        if (UserIds.All(u => u.Live(now) is null))
            return new KeyProblem(SignatureReason.Key, Language.Text.Say($"key {Fingerprint} has no name that it vouches for now"));
        return Primary.Weakness is { } weakness ? new KeyProblem(SignatureReason.Weak, Language.Text.Say($"key {Fingerprint} is too weak: {weakness}")) : null;
    }

    /// <summary>Why the primary key may not sign content itself; null when it may.</summary>
    public KeyProblem? SigningProblem(DateTimeOffset now)
    {
        if (Problem(now) is { } problem)
            return problem;
        return Primary.CanSign && Usage(now)?.HasFlag(KeyUsage.Sign) != false
            ? null
            : new KeyProblem(SignatureReason.Key, Language.Text.Say($"key {Fingerprint} is not for signing"));
    }

    /// <summary>Whether the signature is the primary key's own over the parts, by an algorithm that does for that.</summary>
    public bool IsOwn(PgpSignature signature, params ReadOnlySpan<ReadOnlyMemory<byte>> parts) =>
        HashAlgorithms.IsGoodForSelfSignatures(signature.HashAlgorithm)
        && signature.UnknownCritical is null
        && signature.IsIssuedBy(Primary.Fingerprint)
        && Primary.Verifies(signature, parts);

    /// <summary>A revocation counts with any hash and any critical subpackets, as long as it is the key's own.</summary>
    public bool IsOwnRevocation(PgpSignature signature, params ReadOnlySpan<ReadOnlyMemory<byte>> parts) =>
        signature.Names(Primary.Fingerprint) && (Primary.Verifies(signature, parts) || !IsKnown(signature));

    /// <summary>The newest of the signatures that count at that time.</summary>
    public PgpSignature? Newest(IEnumerable<PgpSignature> signatures, DateTimeOffset now) =>
        signatures.Where(s => s.IsLive(Primary.Created, now)).MaxBy(s => s.Created);

    // The revoker that the key itself designated is believed unseen: its key is rarely at hand.
    private bool Revokes(PgpSignature signature) =>
        IsOwnRevocation(signature, Primary.Hashed)
        || _direct.Concat(UserIds.SelectMany(u => u.Certifications)).SelectMany(s => s.DesignatedRevokers).Any(r => signature.Names(r));

    // What cannot be checked for want of an algorithm is taken for true.
    private bool IsKnown(PgpSignature signature) => Primary.CanSign && HashAlgorithms.Compute(signature.HashAlgorithm) is not null;
}

/// <summary>Why a key does not count, in one word and in a sentence.</summary>
internal sealed record KeyProblem(SignatureReason Reason, string Message);

/// <summary>A name of a key and what the key itself says about it.</summary>
internal sealed class UserId
{
    private readonly Certificate _certificate;
    private readonly IReadOnlyList<PgpSignature> _revocations;

    public UserId(Certificate certificate, UserIdBlock block)
    {
        _certificate = certificate;
        Text = Encoding.UTF8.GetString(block.Raw);
        var hashed = Prefixed(block.Raw);
        Certifications = [.. block.Signatures.Where(s => SignatureTypes.IsCertification(s.Type) && certificate.IsOwn(s, certificate.Primary.Hashed, hashed))];
        _revocations = [.. block.Signatures.Where(s =>
            s.Type == SignatureTypes.CertificationRevocation && certificate.IsOwnRevocation(s, certificate.Primary.Hashed, hashed))];
    }

    /// <summary>As the owner wrote it; bytes that are not UTF-8 are replaced.</summary>
    public string Text { get; }

    /// <summary>The key's own certifications of this name that verify.</summary>
    public IReadOnlyList<PgpSignature> Certifications { get; }

    /// <summary>The newest self-certification, unless it was revoked at the same time or later; null: the name does not count.</summary>
    public PgpSignature? Live(DateTimeOffset now)
    {
        var newest = _certificate.Newest(Certifications, now);
        return newest is null || _revocations.Any(r => r.Created >= newest.Created) ? null : newest;
    }

    private static byte[] Prefixed(byte[] raw)
    {
        var hashed = new byte[5 + raw.Length];
        hashed[0] = 0xB4;
        BinaryPrimitives.WriteInt32BigEndian(hashed.AsSpan(1), raw.Length);
        raw.CopyTo(hashed, 5);
        return hashed;
    }
}

/// <summary>A subkey and how its primary key binds it.</summary>
internal sealed class Subkey
{
    // One is there for it; each costs a verification.
    private const int MaximumBackSignatures = 4;

    private readonly Certificate _certificate;
    private readonly IReadOnlyList<PgpSignature> _bindings;

    public Subkey(Certificate certificate, SubkeyBlock block)
    {
        _certificate = certificate;
        Key = block.Key;
        Fingerprint = Fingerprint.From(Key.Fingerprint);
        _bindings = [.. block.Signatures.Where(s =>
            s.Type == SignatureTypes.SubkeyBinding && certificate.IsOwn(s, certificate.Primary.Hashed, Key.Hashed))];
        IsRevoked = block.Signatures.Any(s =>
            s.Type == SignatureTypes.SubkeyRevocation && certificate.IsOwnRevocation(s, certificate.Primary.Hashed, Key.Hashed));
    }

    public PublicKey Key { get; }

    public Fingerprint Fingerprint { get; }

    /// <summary>A revocation holds for ever, also against a binding made after it.</summary>
    public bool IsRevoked { get; }

    /// <summary>The newest binding that counts; null: the subkey does not belong to the primary key.</summary>
    public PgpSignature? Binding(DateTimeOffset now) => _bindings.Where(s => s.IsLive(Key.Created, now)).MaxBy(s => s.Created);

    /// <summary>When it expires, as its newest binding says; null: never by itself.</summary>
    public DateTimeOffset? Expires(DateTimeOffset now) => Binding(now)?.KeyLifetime is { } lifetime ? Key.Created + lifetime : null;

    /// <summary>What it may be used for, as its newest binding says; null: it does not say.</summary>
    public KeyUsage? Usage(DateTimeOffset now) => Binding(now)?.Usage;

    /// <summary>Why it may not sign content; null when it may.</summary>
    public KeyProblem? SigningProblem(DateTimeOffset now)
    {
        if (_certificate.Problem(now) is { } problem)
            return problem;
        if (IsRevoked)
            return new KeyProblem(SignatureReason.Revoked, Language.Text.Say($"subkey {Fingerprint} is revoked"));
        if (Key.Created > now)
            return new KeyProblem(SignatureReason.Expired, Language.Text.Say($"subkey {Fingerprint} is from the future ({Key.Created:u})"));
        if (Binding(now) is not { } binding)
            return new KeyProblem(SignatureReason.Key, Language.Text.Say($"subkey {Fingerprint} is not bound to key {_certificate.Fingerprint}"));
        if (Expires(now) is { } expiry && expiry <= now)
            return new KeyProblem(SignatureReason.Expired, Language.Text.Say($"subkey {Fingerprint} expired on {expiry:u}"));
        if (!Key.CanSign || binding.Usage?.HasFlag(KeyUsage.Sign) == false)
            return new KeyProblem(SignatureReason.Key, Language.Text.Say($"subkey {Fingerprint} is not for signing"));
        if (!IsBackSigned(binding))
            return new KeyProblem(SignatureReason.Key, Language.Text.Say($"subkey {Fingerprint} did not sign its binding to key {_certificate.Fingerprint}"));
        return Key.Weakness is { } weakness ? new KeyProblem(SignatureReason.Weak, Language.Text.Say($"subkey {Fingerprint} is too weak: {weakness}")) : null;
    }

    // Else anyone could claim another's signing subkey, and with it the signatures made by it.
    private bool IsBackSigned(PgpSignature binding) => binding.Embedded.Take(MaximumBackSignatures).Any(bytes =>
    {
        try
        {
            var back = PgpSignature.Read(bytes);
            return back.Type == SignatureTypes.BackSignature
                && back.UnknownCritical is null
                && HashAlgorithms.IsGoodForSelfSignatures(back.HashAlgorithm)
                && Key.Verifies(back, _certificate.Primary.Hashed, Key.Hashed);
        }
        catch (OpenPgpException)
        {
            return false;
        }
    });
}
