using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Plomba.Trust.Tests.SimpleSigning;

/// <summary>
/// Writes OpenPGP keys and signatures byte by byte, as no program would make them: any flags, dates, hashes, versions and
/// subpackets. RSA, since every verifier knows that.
/// </summary>
[SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "Weak signatures must be refused.")]
[SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "Weak signatures must be refused.")]
internal sealed class MadeKey
{
    public const byte Md5 = 1, Sha1 = 2, Sha256 = 8, Sha512 = 10;

    private readonly RSA _rsa;

    public MadeKey(uint created, int bits = 2048, byte version = 4, byte algorithm = 1)
    {
        _rsa = RSA.Create(bits);
        Created = created;
        Algorithm = algorithm;
        var numbers = _rsa.ExportParameters(false);
        Body = [version, .. Number(created), algorithm, .. Mpi(numbers.Modulus!), .. Mpi(numbers.Exponent!)];
        Hashed = [0x99, (byte)(Body.Length >> 8), (byte)Body.Length, .. Body];
        Fingerprint = SHA1.HashData(Hashed);
    }

    public uint Created { get; }

    public byte Algorithm { get; }

    public byte[] Body { get; }

    /// <summary>What a signature over the key hashes.</summary>
    public byte[] Hashed { get; }

    public byte[] Fingerprint { get; }

    public byte[] AsPrimary => Packet(6, Body);

    public byte[] AsSubkey => Packet(14, Body);

    /// <summary>A version 4 signature packet's body.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="signed">What it is over.</param>
    /// <param name="hashed">Subpackets in its protected part.</param>
    /// <param name="unhashed">Subpackets in the other.</param>
    /// <param name="hash">The hash algorithm.</param>
    public byte[] Sign(byte type, byte[] signed, byte[] hashed, byte[]? unhashed = null, byte hash = Sha256)
    {
        unhashed ??= [];
        byte[] head = [4, type, Algorithm, hash, (byte)(hashed.Length >> 8), (byte)hashed.Length, .. hashed];
        byte[] all = [.. signed, .. head, 4, 0xff, .. Number((uint)head.Length)];
        var digest = Digest(hash, all);
        return [.. head, (byte)(unhashed.Length >> 8), (byte)unhashed.Length, .. unhashed, digest[0], digest[1], .. Mpi(_rsa.SignHash(digest, NameOf(hash), RSASignaturePadding.Pkcs1))];
    }

    /// <summary>A version 3 signature packet's body over content.</summary>
    public byte[] SignOld(byte[] content, uint at, byte hash = Sha256)
    {
        var digest = Digest(hash, [.. content, 0, .. Number(at)]);
        return [3, 5, 0, .. Number(at), .. Fingerprint[^8..], Algorithm, hash, digest[0], digest[1], .. Mpi(_rsa.SignHash(digest, NameOf(hash), RSASignaturePadding.Pkcs1))];
    }

    /// <summary>Date and issuer, as every signature has them, and more.</summary>
    public byte[] Subpackets(uint at, params byte[][] more) => [.. Subpacket(2, Number(at)), .. Subpacket(33, [4, .. Fingerprint]), .. Subpacket(16, Fingerprint[^8..]), .. more.SelectMany(m => m)];

    public byte[] Name(string name, uint at, byte[]? more = null, byte hash = Sha256, byte type = 0x13)
    {
        var raw = Encoding.UTF8.GetBytes(name);
        return [.. Packet(13, raw), .. Packet(2, Sign(type, OverName(raw), Subpackets(at, more ?? Flags(3)), hash: hash))];
    }

    public byte[] OverName(byte[] raw) => [.. Hashed, 0xb4, .. Number((uint)raw.Length), .. raw];

    public byte[] Over(MadeKey subkey) => [.. Hashed, .. subkey.Hashed];

    public static byte[] Flags(byte flags) => Subpacket(27, [flags]);

    public static byte[] KeyLifetime(uint seconds) => Subpacket(9, Number(seconds));

    public static byte[] Lifetime(uint seconds) => Subpacket(3, Number(seconds));

    public static byte[] Embedded(byte[] signature) => Subpacket(32, signature);

    public static byte[] Notation(string name, bool isCritical = false) =>
        Subpacket(20, [0x80, 0, 0, 0, 0, (byte)name.Length, 0, 1, .. Encoding.ASCII.GetBytes(name), (byte)'x'], isCritical);

    public static byte[] Subpacket(byte type, byte[] data, bool isCritical = false)
    {
        var length = data.Length + 1;
        byte[] header = length < 192 ? [(byte)length] : [(byte)((length - 192 >> 8) + 192), (byte)(length - 192)];
        return [.. header, (byte)(type | (isCritical ? 0x80 : 0)), .. data];
    }

    public static byte[] Packet(byte tag, byte[] body) => [(byte)(0xc0 | tag), 0xff, .. Number((uint)body.Length), .. body];

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Mpi(byte[] number)
    {
        var bare = number.AsSpan().TrimStart((byte)0).ToArray();
        var bits = bare.Length * 8 - (bare.Length == 0 ? 0 : byte.LeadingZeroCount(bare[0]));
        return [(byte)(bits >> 8), (byte)bits, .. bare];
    }

    private static byte[] Digest(byte hash, byte[] content) => hash switch
    {
        Md5 => MD5.HashData(content),
        Sha1 => SHA1.HashData(content),
        Sha512 => SHA512.HashData(content),
        _ => SHA256.HashData(content),
    };

    private static HashAlgorithmName NameOf(byte hash) => hash switch
    {
        Md5 => HashAlgorithmName.MD5,
        Sha1 => HashAlgorithmName.SHA1,
        Sha512 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };
}
