using System.Numerics;
using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;

namespace Plomba.Trust.OpenPgp;

/// <summary>
/// RSASSA-PKCS1-v1_5 verification (RFC 8017 §8.2.2) for the hashes that System.Security.Cryptography does not offer with
/// RSA: the whole encoded message is built and compared, nothing is parsed.
/// </summary>
internal static class Pkcs1
{
    public static bool Verify(RSAParameters key, HashAlgorithmTag hash, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        if (Prefix(hash) is not { } prefix || signature.Length != key.Modulus!.Length || key.Modulus.Length < prefix.Length + digest.Length + 11)
            return false;
        var modulus = Number(key.Modulus);
        var number = Number(signature);
        if (number >= modulus)
            return false;
        var encoded = new byte[key.Modulus.Length];
        var raised = BigInteger.ModPow(number, Number(key.Exponent!), modulus).ToByteArray(isUnsigned: true, isBigEndian: true);
        raised.CopyTo(encoded, encoded.Length - raised.Length);

        var expected = new byte[encoded.Length];
        expected.AsSpan().Fill(0xFF);
        expected[0] = 0;
        expected[1] = 1;
        digest.CopyTo(expected.AsSpan(expected.Length - digest.Length));
        prefix.CopyTo(expected.AsSpan(expected.Length - digest.Length - prefix.Length));
        expected[^(digest.Length + prefix.Length + 1)] = 0;
        return encoded.AsSpan().SequenceEqual(expected);
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    // DigestInfo up to the digest (RFC 4880 §5.2.2).
    private static byte[]? Prefix(HashAlgorithmTag hash) => hash switch
    {
        HashAlgorithmTag.Sha224 => [0x30, 0x2D, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04, 0x05, 0x00, 0x04, 0x1C],
        HashAlgorithmTag.RipeMD160 => [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x24, 0x03, 0x02, 0x01, 0x05, 0x00, 0x04, 0x14],
        HashAlgorithmTag.MD5 => [0x30, 0x20, 0x30, 0x0C, 0x06, 0x08, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x05, 0x05, 0x00, 0x04, 0x10],
        _ => null,
    };
}
