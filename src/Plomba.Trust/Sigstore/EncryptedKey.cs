using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Org.BouncyCastle.Crypto.Generators;
using Plomba.Trust.Json;

namespace Plomba.Trust.Sigstore;

/// <summary>The JSON in which cosign and podman keep an encrypted private key: scrypt, then secretbox (TRUST.md §7.6).</summary>
internal static class EncryptedKey
{
    private const string Kdf = "scrypt";
    private const string Cipher = "nacl/secretbox";
    private const int SaltLength = 32;

    // What every version of the library reads; from 2^16 on, those of 2023 and before refuse the file.
    private const int Cost = 1 << 15;
    private const int BlockSize = 8;
    private const int Parallelism = 1;

    /// <summary>The content; false with the reference's words.</summary>
    public static bool TryDecrypt(
        ReadOnlySpan<byte> json, ReadOnlySpan<byte> passphrase, [NotNullWhen(true)] out byte[]? content, [NotNullWhen(false)] out string? error)
    {
        content = null;
        try
        {
            if (JsonTreeReader.Read(json, out var mistake) is not { } root)
                error = mistake!.Message;
            else
                content = Decrypt(LenientObject.Of(root), passphrase.ToArray(), out error);
        }
        catch (FormatException e)
        {
            error = e.Message;
        }

        return content is not null;
    }

    public static byte[] Encrypt(ReadOnlySpan<byte> content, ReadOnlySpan<byte> passphrase)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var nonce = RandomNumberGenerator.GetBytes(SecretBox.NonceLength);
        var key = SCrypt.Generate(passphrase.ToArray(), salt, Cost, BlockSize, Parallelism, SecretBox.KeyLength);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("kdf");
            writer.WriteString("name", Kdf);
            writer.WriteStartObject("params");
            writer.WriteNumber("N", Cost);
            writer.WriteNumber("r", BlockSize);
            writer.WriteNumber("p", Parallelism);
            writer.WriteEndObject();
            writer.WriteBase64String("salt", salt);
            writer.WriteEndObject();
            writer.WriteStartObject("cipher");
            writer.WriteString("name", Cipher);
            writer.WriteBase64String("nonce", nonce);
            writer.WriteEndObject();
            writer.WriteBase64String("ciphertext", SecretBox.Seal(content, key, nonce));
            writer.WriteEndObject();
        }

        CryptographicOperations.ZeroMemory(key);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[]? Decrypt(LenientObject file, byte[] passphrase, out string? error)
    {
        var kdf = file.Child("kdf");
        var cipher = file.Child("cipher");
        var parameters = kdf?.Child("params");
        var nonce = cipher?.Base64("nonce") ?? [];
        // Any other cost would let a file decide how much memory is spent on it.
        var isSupported = parameters?.Integer("N") is 1 << 15 or 1 << 16 or 1 << 17
            && parameters.Integer("r") == BlockSize && parameters.Integer("p") == Parallelism;
        error = kdf?.Text("name") != Kdf ? Text.Say($"encrypted: unknown kdf name {QuotedText.Of(kdf?.Text("name") ?? "")}")
            : cipher?.Text("name") != Cipher ? Text.Say($"encrypted: unknown cipher name {QuotedText.Of(cipher?.Text("name") ?? "")}")
            : !isSupported ? Text.Say("unsupported scrypt parameters")
            : nonce.Length != SecretBox.NonceLength ? Text.Say("encrypted: incorrect nonce size")
            : null;
        if (error is not null)
            return null;
        var key = SCrypt.Generate(passphrase, kdf!.Base64("salt"), (int)parameters!.Integer("N")!, BlockSize, Parallelism, SecretBox.KeyLength);
        var content = SecretBox.Open(file.Base64("ciphertext"), key, nonce);
        CryptographicOperations.ZeroMemory(key);
        error = content is null ? Text.Say("encrypted: decryption failed") : null;
        return content;
    }
}
