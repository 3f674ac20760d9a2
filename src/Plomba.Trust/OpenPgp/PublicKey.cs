using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;

namespace Plomba.Trust.OpenPgp;

/// <summary>One version 4 public key or subkey: its material and nothing about whether it may be trusted. Thread-safe.</summary>
[SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "A version 4 fingerprint is defined as SHA-1.")]
internal sealed class PublicKey
{
    private readonly ISignatureAlgorithm? _algorithm;
    private readonly PublicKeyPacket _packet;

    private PublicKey(PublicKeyPacket packet, ReadOnlyMemory<byte> body)
    {
        _packet = packet;
        Hashed = Prefixed(body);
        Fingerprint = SHA1.HashData(Hashed.Span);
        Created = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(body.Span[1..]));
        (_algorithm, Algorithm, Weakness) = SignatureAlgorithms.Of(packet.Algorithm, packet.Key);
    }

    /// <summary>Reads the body of a public or secret key packet; of a secret one only the public part is kept.</summary>
    /// <exception cref="OpenPgpException">Malformed, or another version than 4.</exception>
    public static PublicKey Read(RawPacket packet) => OpenPgpException.Guard(Text.Say("malformed key"), () =>
    {
        if (packet.Body.Span is not [4, ..])
            throw new OpenPgpException(packet.Body.IsEmpty ? Text.Say("empty key packet") : Text.Say($"key of version {packet.Body.Span[0]} is not supported, only version 4 is"));
        using var input = new BcpgInputStream(new MemoryStream(packet.Framed()));
        return input.ReadPacket() switch
        {
            SecretKeyPacket secret => new PublicKey(secret.PublicKeyPacket, secret.PublicKeyPacket.GetEncodedContents()),
            PublicKeyPacket key => new PublicKey(key, packet.Body),
            _ => throw new OpenPgpException(Text.Say($"packet {(int)packet.Tag} is no key")),
        };
    });

    /// <summary>The 20 bytes of the version 4 fingerprint.</summary>
    public byte[] Fingerprint { get; }

    /// <summary>When the key was made, as it says itself.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>Algorithm and size as GnuPG writes them: <c>rsa3072</c>, <c>ed25519</c>, <c>nistp256</c>.</summary>
    public string Algorithm { get; }

    /// <summary>Why signatures by such a key prove nothing; null when they do.</summary>
    public string? Weakness { get; }

    /// <summary>What goes into a hash over this key: 0x99, length, body.</summary>
    public ReadOnlyMemory<byte> Hashed { get; }

    /// <summary>Whether the algorithm can sign and is known here.</summary>
    public bool CanSign => _algorithm is not null;

    /// <summary>Whether <paramref name="signature"/> is this key's over the parts; says nothing about the key's right to make it.</summary>
    public bool Verifies(PgpSignature signature, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        if (_algorithm is null || !SameAlgorithm(signature.KeyAlgorithm))
            return false;
        if (HashAlgorithms.Compute(signature.HashAlgorithm, [.. parts, signature.Trailer]) is not { } hash)
            return false;
        try
        {
            return _algorithm.Verify(signature.HashAlgorithm, hash, signature.Numbers);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Numbers that are no key, or no signature, make the mathematics throw in many ways: nothing is proved.
            return false;
        }
    }

    private bool SameAlgorithm(PublicKeyAlgorithmTag algorithm) =>
        algorithm == _packet.Algorithm || (IsRsa(algorithm) && IsRsa(_packet.Algorithm));

    private static bool IsRsa(PublicKeyAlgorithmTag algorithm) => algorithm is PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign;

    private static byte[] Prefixed(ReadOnlyMemory<byte> body)
    {
        if (body.Length > ushort.MaxValue)
            throw new OpenPgpException(Text.Say("key packet of an absurd size"));
        var hashed = new byte[3 + body.Length];
        hashed[0] = 0x99;
        BinaryPrimitives.WriteUInt16BigEndian(hashed.AsSpan(1), (ushort)body.Length);
        body.CopyTo(hashed.AsMemory(3));
        return hashed;
    }
}
