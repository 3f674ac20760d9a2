using System.Text;
using Plomba.Files;
using Plomba.Trust.Sigstore;

namespace Plomba.Transfer.Signing;

/// <summary>A sigstore key pair that was made.</summary>
/// <param name="Key">The public key.</param>
/// <param name="SecretFile">The encrypted private key.</param>
/// <param name="PublicFile">The public key, for policies.</param>
public sealed record SigstoreKeyPair(SigstoreKeyInfo Key, string SecretFile, string PublicFile)
{
    /// <summary>
    /// Makes an ECDSA P-256 pair as <c>cosign generate-key-pair</c> and <c>skopeo generate-sigstore-key</c> do:
    /// <c>PREFIX.key</c>, encrypted, and <c>PREFIX.pub</c> (TRUST.md §7.6). An existing file is never overwritten.
    /// </summary>
    /// <param name="prefix">Path of both files without their extensions.</param>
    /// <param name="passphrase">Asked for the passphrase of the file it is given; the format encrypts under an empty one, too.</param>
    public static KeyResult<SigstoreKeyPair> Create(string prefix, Func<string, string> passphrase)
    {
        var (secretFile, publicFile) = ($"{prefix}.key", $"{prefix}.pub");
        if (new[] { secretFile, publicFile }.FirstOrDefault(Path.Exists) is { } existing)
            return new KeyTrouble(Text.Say($"{existing} exists, and a key is never overwritten"), Text.Say("Name another prefix with --file."));
        using var key = SigstoreSecretKey.Create();
        if (!SigstoreKeyFile.Create(secretFile, key, passphrase(secretFile)).TryGet(out _, out var trouble))
            return trouble;
        try
        {
            DurableFile.Write(publicFile, Encoding.ASCII.GetBytes(key.PublicKeyPem));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new KeyTrouble($"{publicFile}: {FileTrouble.Of(e)}");
        }

        return new SigstoreKeyPair(key.PublicKey.Info, secretFile, publicFile);
    }
}
