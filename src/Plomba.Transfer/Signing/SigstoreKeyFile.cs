using System.Text;
using Plomba.Files;
using Plomba.Trust.Sigstore;

namespace Plomba.Transfer.Signing;

/// <summary>Key files in the form of cosign's: one private key, encrypted with a passphrase that may be empty.</summary>
public static class SigstoreKeyFile
{
    /// <summary>Writes a key to a new file, mode 0600; an existing one is never overwritten.</summary>
    /// <returns>The path.</returns>
    public static KeyResult<string> Create(string path, SigstoreSecretKey key, string passphrase)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (Path.Exists(path))
            return new KeyTrouble(Text.Say($"{path} exists, and a key is never overwritten"), Text.Say("Name another file with --file."));
        try
        {
            DurableFile.Write(path, Encoding.ASCII.GetBytes(key.Write(Encoding.UTF8.GetBytes(passphrase))), DurableFile.PrivateMode);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new KeyTrouble($"{path}: {FileTrouble.Of(e)}");
        }
    }

    /// <summary>Reads a key file; the passphrase is asked for only when the key has one.</summary>
    /// <returns>The key; the caller disposes it.</returns>
    public static KeyResult<SigstoreSecretKey> Open(string path, Passphrase passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        if (!SecretKeyFile.Read(path).TryGet(out var bytes, out var trouble))
            return trouble;
        if (SigstoreSecretKey.TryRead(bytes, [], out var key, out var why))
            return key;
        if (!why.StartsWith(Text.Say("decrypt: encrypted: decryption failed"), StringComparison.Ordinal))
            return new KeyTrouble(Text.Say($"{path}: no such key file: {why}"), Text.Say("Such files are made with: plomba key new --type sigstore, or --type tuf for an administrator."));
        if (!passphrase.Read(path).TryGet(out var text, out trouble))
            return trouble;
        return SigstoreSecretKey.TryRead(bytes, Encoding.UTF8.GetBytes(text), out key, out _)
            ? key
            : new KeyTrouble(Text.Say($"{path}: the passphrase is wrong"));
    }
}
