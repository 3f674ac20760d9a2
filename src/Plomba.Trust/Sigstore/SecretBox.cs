using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace Plomba.Trust.Sigstore;

/// <summary>NaCl's secretbox, XSalsa20-Poly1305: the tag stands before the ciphertext, as in NaCl.</summary>
internal static class SecretBox
{
    public const int KeyLength = 32;
    public const int NonceLength = 24;
    private const int TagLength = 16;

    public static byte[] Seal(ReadOnlySpan<byte> content, byte[] key, byte[] nonce)
    {
        var cipher = Start(key, nonce, out var authentication);
        var box = new byte[TagLength + content.Length];
        cipher.ProcessBytes(content, box.AsSpan(TagLength));
        Tag(authentication, box.AsSpan(TagLength)).CopyTo(box, 0);
        return box;
    }

    /// <summary>Null when the key is wrong or the box was changed.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> box, byte[] key, byte[] nonce)
    {
        if (box.Length < TagLength)
            return null;
        var cipher = Start(key, nonce, out var authentication);
        if (!CryptographicOperations.FixedTimeEquals(Tag(authentication, box[TagLength..]), box[..TagLength]))
            return null;
        var content = new byte[box.Length - TagLength];
        cipher.ProcessBytes(box[TagLength..], content);
        return content;
    }

    // The first 32 bytes of the key stream authenticate, the rest encrypts.
    private static XSalsa20Engine Start(byte[] key, byte[] nonce, out byte[] authentication)
    {
        var cipher = new XSalsa20Engine();
        cipher.Init(forEncryption: true, new ParametersWithIV(new KeyParameter(key), nonce));
        authentication = new byte[KeyLength];
        cipher.ProcessBytes(new byte[KeyLength], authentication);
        return cipher;
    }

    private static byte[] Tag(byte[] key, ReadOnlySpan<byte> ciphertext)
    {
        var mac = new Poly1305();
        mac.Init(new KeyParameter(key));
        mac.BlockUpdate(ciphertext);
        var tag = new byte[TagLength];
        mac.DoFinal(tag, 0);
        return tag;
    }
}
