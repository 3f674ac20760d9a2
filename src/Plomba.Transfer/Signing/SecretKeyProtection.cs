using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace Plomba.Transfer.Signing;

/// <summary>
/// Writes a secret key packet (RFC 4880 §5.5.3): AES-256 under a passphrase stretched by 16 MiB of SHA-256. The
/// library's own writer stretches by 64 KiB of SHA-1, which a thief of the file would guess through in no time.
/// </summary>
internal static class SecretKeyProtection
{
    // (16 + 0) << (14 + 6) bytes are hashed.
    private const int Count = 0xE0;
    private const int BlockLength = 16;

    public static byte[] Protect(NewKeyPair pair, string passphrase)
    {
        using var output = new MemoryStream();
        using (var bcpg = new BcpgOutputStream(output))
            bcpg.WritePacket(passphrase.Length == 0 ? Open(pair) : Locked(pair, passphrase));
        return output.ToArray();
    }

    private static SecretKeyPacket Open(NewKeyPair pair)
    {
        var checksum = (ushort)pair.Secret.Sum(b => b);
        return new SecretKeyPacket(
            pair.Public.PrivateKey.PublicKeyPacket,
            SymmetricKeyAlgorithmTag.Null,
            SecretKeyPacket.UsageNone,
            null,
            null,
            [.. pair.Secret, (byte)(checksum >> 8), (byte)checksum]);
    }

    private static SecretKeyPacket Locked(NewKeyPair pair, string passphrase)
    {
        var s2k = new S2k(HashAlgorithmTag.Sha256, RandomNumberGenerator.GetBytes(8), Count);
        var key = PgpUtilities.MakeKeyFromPassPhraseUtf8(SymmetricKeyAlgorithmTag.Aes256, s2k, passphrase.ToCharArray());
        var iv = RandomNumberGenerator.GetBytes(BlockLength);
        var cipher = new BufferedBlockCipher(new CfbBlockCipher(new AesEngine(), BlockLength * 8));
        cipher.Init(forEncryption: true, new ParametersWithIV(key, iv));
        byte[] clear = [.. pair.Secret, .. Sha1(pair.Secret)];
        var encrypted = cipher.DoFinal(clear);
        return new SecretKeyPacket(pair.Public.PrivateKey.PublicKeyPacket, SymmetricKeyAlgorithmTag.Aes256, SecretKeyPacket.UsageSha1, s2k, iv, encrypted);
    }

#pragma warning disable CA5350 // The format's integrity check is SHA-1 inside the encryption.
    private static byte[] Sha1(byte[] secret) => SHA1.HashData(secret);
#pragma warning restore CA5350
}
