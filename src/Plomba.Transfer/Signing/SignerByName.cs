using Plomba.Trust.Keys;

namespace Plomba.Transfer.Signing;

/// <summary>
/// Finds the secret key that <c>--sign-by KEY</c> means: a key file that exists, a fingerprint, or a user id that matches
/// exactly one secret key of the GnuPG home. A key that could sign nothing that counts is refused here, with the reason.
/// </summary>
/// <param name="gpgHome">The GnuPG home; null: GnuPG's own choice.</param>
/// <param name="passphrase">For key files; its file also for GnuPG, which otherwise asks through pinentry.</param>
/// <param name="clock">Decides what has expired, and dates signatures by key files.</param>
public sealed class SignerByName(string? gpgHome, Passphrase passphrase, TimeProvider clock)
{
    /// <summary>The signer for <paramref name="name"/>.</summary>
    public async Task<KeyResult<ISigner>> FindAsync(string name, CancellationToken cancellation)
    {
        if (File.Exists(name))
            return KeyFileSigner.Open(name, passphrase, clock);
        if (name.Contains('/', StringComparison.Ordinal))
            return new KeyTrouble(Text.Say($"{name}: no such key file"));
        var home = new GpgHome(gpgHome, clock);
        if (!(await home.FindAsync(name, secretOnly: true, cancellation)).TryGet(out var found, out var trouble))
            return trouble;
        if (Refuse(found.Key) is { } refused)
            return refused;
        return (await home.ExportAsync(found.Key.Fingerprint, cancellation)).TryGet(out var publicKey, out trouble)
            ? KeyResult.Of<ISigner>(new GpgSigner(home, found.Key, publicKey, passphrase.File, clock))
            : trouble;
    }

    /// <summary>Why nothing signed by the key would count; null: it would.</summary>
    internal static KeyTrouble? Refuse(KeyInfo key) => key.SigningProblem is { } problem
        ? new KeyTrouble(Text.Say($"nothing signed by key {key.Fingerprint} ({key.Name}) would count: {problem}"), Text.Say("Sign with another key, or make one: plomba key new."))
        : null;
}
