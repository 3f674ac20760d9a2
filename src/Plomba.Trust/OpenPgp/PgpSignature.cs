using System.Buffers.Binary;
using System.Text;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Math;

namespace Plomba.Trust.OpenPgp;

/// <summary>
/// A signature packet of version 3 or 4, read but not verified. What may decide something is taken from the hashed
/// area alone; issuer hints and embedded signatures, which prove themselves, from both.
/// </summary>
internal sealed class PgpSignature
{
    private readonly SignatureSubpacket[] _hashed;
    private readonly SignatureSubpacket[] _unhashed;
    private readonly SignaturePacket _packet;

    private PgpSignature(SignaturePacket packet, ReadOnlyMemory<byte> body)
    {
        _packet = packet;
        _hashed = packet.GetHashedSubPackets() ?? [];
        _unhashed = packet.GetUnhashedSubPackets() ?? [];
        Trailer = packet.Version == SignaturePacket.Version3 ? body.Slice(2, 5) : TrailerOf(body);
        Created = packet.Version == SignaturePacket.Version3
            ? DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(body.Span[3..]))
            : Seconds(SignatureSubpacketTag.CreationTime) is { } seconds
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : throw new OpenPgpException(Text.Say("signature without a creation time"));
    }

    /// <summary>Reads a signature packet's body.</summary>
    /// <exception cref="OpenPgpException">It is malformed, or of another version.</exception>
    public static PgpSignature Read(ReadOnlyMemory<byte> body)
    {
        if (body.Span is not [3 or 4, ..])
            throw new OpenPgpException(body.IsEmpty ? Text.Say("empty signature packet") : Text.Say($"signature of version {body.Span[0]} is not supported"));
        return OpenPgpException.Guard(Text.Say("malformed signature"), () => new PgpSignature(SignaturePacket.FromByteArray(body.ToArray()), body));
    }

    public int Type => _packet.SignatureType;

    public PublicKeyAlgorithmTag KeyAlgorithm => _packet.KeyAlgorithm;

    public HashAlgorithmTag HashAlgorithm => _packet.HashAlgorithm;

    /// <summary>What is hashed after the signed things.</summary>
    public ReadOnlyMemory<byte> Trailer { get; }

    /// <summary>The numbers of the signature proper.</summary>
    public BigInteger[] Numbers => [.. (_packet.GetSignature() ?? throw new OpenPgpException(Text.Say("signature without numbers"))).Select(n => n.Value)];

    public DateTimeOffset Created { get; }

    /// <summary>When the signature itself stops counting; null: never.</summary>
    public DateTimeOffset? Expires => Seconds(SignatureSubpacketTag.ExpireTime) is { } seconds and > 0 ? Created.AddSeconds(seconds) : null;

    /// <summary>How long after its creation the key expires, as this self-signature says; null: it does not say, or never.</summary>
    public TimeSpan? KeyLifetime => Seconds(SignatureSubpacketTag.KeyExpireTime) is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>What the key may be used for, as this self-signature says; null: it does not say.</summary>
    public KeyUsage? Usage => Hashed(SignatureSubpacketTag.KeyFlags) is { } flags ? (KeyUsage)(flags is [var first, ..] ? first : 0) : null;

    /// <summary>The keys that may revoke this one.</summary>
    public IEnumerable<byte[]> DesignatedRevokers => _hashed
        .Where(s => s.SubpacketType == SignatureSubpacketTag.RevocationKey && s.GetData().Length == 22)
        .Select(s => s.GetData()[2..]);

    /// <summary>Signatures inside this one: the back-signature of a subkey.</summary>
    public IEnumerable<byte[]> Embedded => _hashed.Concat(_unhashed)
        .Where(s => s.SubpacketType == SignatureSubpacketTag.EmbeddedSignature)
        .Select(s => s.GetData());

    /// <summary>
    /// A subpacket or notation that is critical and not understood here makes the signature worthless (RFC 4880 §5.2.3.1,
    /// §5.2.3.16). One that is not hashed too, as GnuPG has it: anybody can put it there, and can spoil a signature anyway.
    /// </summary>
    public string? UnknownCritical
    {
        get
        {
            foreach (var subpacket in _hashed.Concat(_unhashed).Where(s => s.IsCritical()))
            {
                if (subpacket.SubpacketType == SignatureSubpacketTag.NotationData)
                    return Text.Say($"critical notation {NotationName(subpacket.GetData())}");
                if (!Understood.Contains(subpacket.SubpacketType))
                    return Text.Say($"critical subpacket {(int)subpacket.SubpacketType}");
            }

            return null;
        }
    }

    /// <summary>The 16 hex digits of the key that says it signed; null: it does not say.</summary>
    public string? IssuerKeyId => IssuerFingerprint is { } fingerprint
        ? Convert.ToHexString(fingerprint)[^16..]
        : KeyId is { } id ? id.ToString("X16", null) : null;

    /// <summary>
    /// Whether the key of this version 4 fingerprint says that it signed. As for GnuPG the key id must be there; a
    /// fingerprint beside it must be the same key's.
    /// </summary>
    public bool IsIssuedBy(ReadOnlySpan<byte> fingerprint) =>
        KeyId == BinaryPrimitives.ReadInt64BigEndian(fingerprint[12..]) && (IssuerFingerprint is not { } issuer || fingerprint.SequenceEqual(issuer));

    /// <summary>Whether it names this key in any way: enough for what takes rights away.</summary>
    public bool Names(ReadOnlySpan<byte> fingerprint) =>
        KeyId == BinaryPrimitives.ReadInt64BigEndian(fingerprint[12..]) || (IssuerFingerprint is { } issuer && fingerprint.SequenceEqual(issuer));

    private long? KeyId => _packet.Version == SignaturePacket.Version3 ? _packet.KeyId
        : Any(SignatureSubpacketTag.IssuerKeyId) is { Length: 8 } id ? BinaryPrimitives.ReadInt64BigEndian(id) : null;

    /// <summary>The issuer's full version 4 fingerprint, where it is given.</summary>
    public byte[]? IssuerFingerprint => Any(SignatureSubpacketTag.IssuerFingerprint) is [4, .. { Length: 20 } fingerprint] ? fingerprint : null;

    /// <summary>Whether it was made after <paramref name="key"/>, not later than <paramref name="now"/>, and has not expired.</summary>
    public bool IsLive(DateTimeOffset key, DateTimeOffset now) => Created >= key && Created <= now && !(Expires <= now);

    private byte[]? Hashed(SignatureSubpacketTag type) => _hashed.FirstOrDefault(s => s.SubpacketType == type)?.GetData();

    private byte[]? Any(SignatureSubpacketTag type) =>
        Hashed(type) ?? _unhashed.FirstOrDefault(s => s.SubpacketType == type)?.GetData();

    private uint? Seconds(SignatureSubpacketTag type) => Hashed(type) switch
    {
        null => null,
        { Length: 4 } data => BinaryPrimitives.ReadUInt32BigEndian(data),
        _ => throw new OpenPgpException(Text.Say($"subpacket {(int)type} of a wrong length")),
    };

    private static string NotationName(byte[] data)
    {
        var length = data.Length < 8 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(4));
        return length > 0 && 8 + length <= data.Length ? Encoding.Latin1.GetString(data, 8, length) : Text.Say("without a name");
    }

    // Version 4: everything up to the end of the hashed area, then 0x04 0xFF and its length.
    private static ReadOnlyMemory<byte> TrailerOf(ReadOnlyMemory<byte> body)
    {
        var length = 6 + BinaryPrimitives.ReadUInt16BigEndian(body.Span[4..]);
        var trailer = new byte[length + 6];
        body[..length].CopyTo(trailer);
        trailer[length] = 4;
        trailer[length + 1] = 0xFF;
        BinaryPrimitives.WriteInt32BigEndian(trailer.AsSpan(length + 2), length);
        return trailer;
    }

    private static readonly HashSet<SignatureSubpacketTag> Understood =
    [
        SignatureSubpacketTag.CreationTime, SignatureSubpacketTag.ExpireTime, SignatureSubpacketTag.Exportable,
        SignatureSubpacketTag.Revocable, SignatureSubpacketTag.KeyExpireTime, SignatureSubpacketTag.PreferredSymmetricAlgorithms,
        SignatureSubpacketTag.RevocationKey, SignatureSubpacketTag.IssuerKeyId, SignatureSubpacketTag.PreferredHashAlgorithms,
        SignatureSubpacketTag.PreferredCompressionAlgorithms, SignatureSubpacketTag.KeyServerPreferences,
        SignatureSubpacketTag.PreferredKeyServer, SignatureSubpacketTag.PrimaryUserId, SignatureSubpacketTag.PolicyUrl,
        SignatureSubpacketTag.KeyFlags, SignatureSubpacketTag.SignerUserId, SignatureSubpacketTag.RevocationReason,
        SignatureSubpacketTag.Features, SignatureSubpacketTag.EmbeddedSignature, SignatureSubpacketTag.IssuerFingerprint,
    ];
}

/// <summary>Key flags (RFC 4880 §5.2.3.21); a key without flags may do what its algorithm can.</summary>
[Flags]
internal enum KeyUsage
{
    None = 0,
    Certify = 1,
    Sign = 2,
    EncryptCommunication = 4,
    EncryptStorage = 8,
    Authenticate = 32,
}
