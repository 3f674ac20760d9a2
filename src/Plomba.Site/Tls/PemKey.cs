using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Plomba.Site.Tls;

/// <summary>EC private keys in PEM files, encrypted or not.</summary>
internal static class PemKey
{
    private const int Iterations = 600_000;

    /// <summary>The key in PKCS #8; encrypted (AES-256) with the passphrase unless that is empty.</summary>
    public static string Write(ECDsa key, string passphrase) =>
        (passphrase.Length == 0
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations))) + "\n";

    /// <summary>Reads a key; false with one line of why not.</summary>
    /// <param name="pem">The file's text.</param>
    /// <param name="passphrase">Asked only when the key is encrypted; gives null when nobody answers.</param>
    /// <param name="key">To be disposed of by the caller.</param>
    /// <param name="why">One line; never the passphrase.</param>
    public static bool TryRead(string pem, Func<string?> passphrase, [NotNullWhen(true)] out ECDsa? key, [NotNullWhen(false)] out string? why)
    {
        key = null;
        why = null;
        var read = ECDsa.Create();
        try
        {
            if (!IsEncrypted(pem))
                read.ImportFromPem(pem);
            else if (passphrase() is { } secret)
                read.ImportFromEncryptedPem(pem, secret);
            else
                why = Text.Say("the key is encrypted and there is no passphrase for it");
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            why = IsEncrypted(pem) ? Text.Say("the passphrase is not that of the key") : Text.Say("the key file holds no EC private key in PEM");
        }

        if (why is null)
            key = read;
        else
            read.Dispose();
        return why is null;
    }

    /// <summary>Whether a passphrase is needed.</summary>
    public static bool IsEncrypted(string pem) =>
        PemEncoding.TryFind(pem, out var fields) && pem[fields.Label] == "ENCRYPTED PRIVATE KEY";
}
