using System.Text;
using Plomba.Trust.Keys;

namespace Plomba.Transfer.Signing;

/// <summary>Makes a key in a GnuPG home. The passphrase comes through pinentry, or from a file that gpg reads itself.</summary>
public static class GpgKeyCreation
{
    /// <summary>Makes the key.</summary>
    /// <param name="home">Where; created when it is named and missing.</param>
    /// <param name="key">What.</param>
    /// <param name="passphraseFile">Its first line is the passphrase, empty for none; null: pinentry asks.</param>
    /// <param name="cancellation">Stops gpg.</param>
    public static async Task<KeyResult<MadeKey>> CreateAsync(GpgHome home, NewKey key, string? passphraseFile, CancellationToken cancellation)
    {
        home.CreateDirectory();
        var arguments = GpgSigner.PassphraseArguments(passphraseFile);
        var parameters = Encoding.UTF8.GetBytes(key.GpgParameters());
        var made = await home.RunAsync([.. arguments, "--status-fd", "1", "--generate-key"], parameters, cancellation);
        if (!made.TryGet(out var result, out var trouble))
            return new KeyTrouble(Text.Say($"no key was made: {trouble.Message}"), trouble.Hint);
        if (Created(result.Text) is not { } fingerprint)
            return new KeyTrouble(Text.Say("gpg did not say which key it made"));
        return (await home.FindAsync(fingerprint.Text, secretOnly: true, cancellation)).TryGet(out var found, out trouble)
            ? new MadeKey(found.Key, null, await RevocationAsync(home, fingerprint, cancellation))
            : trouble;
    }

    // [GNUPG:] KEY_CREATED P 0123…
    private static Fingerprint? Created(string status) => status.Split('\n')
        .Select(l => l.Split(' '))
        .Where(w => w is ["[GNUPG:]", "KEY_CREATED", _, _, ..])
        .Select(w => Fingerprint.TryParse(w[3].Trim(), out var fingerprint) ? fingerprint : (Fingerprint?)null)
        .FirstOrDefault();

    private static async Task<string?> RevocationAsync(GpgHome home, Fingerprint key, CancellationToken cancellation)
    {
        var path = await home.DirectoryAsync(cancellation) is { } directory ? Path.Combine(directory, "openpgp-revocs.d", $"{key}.rev") : null;
        return File.Exists(path) ? path : null;
    }
}
