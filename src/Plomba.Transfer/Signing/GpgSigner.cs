using Plomba.Trust.Keys;

namespace Plomba.Transfer.Signing;

/// <summary>Signs through <c>gpg</c>: with its agent, pinentry or smartcard.</summary>
internal sealed class GpgSigner(GpgHome home, KeyInfo key, byte[] publicKey, string? passphraseFile, TimeProvider clock) : ISigner
{
    public KeyInfo Key => key;

    public ReadOnlyMemory<byte> PublicKey => publicKey;

    public async Task<KeyResult<byte[]>> SignAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var passphrase = PassphraseArguments(passphraseFile);
        // The user's gpg.conf may prefer a hash that nobody accepts any more.
        var signed = await home.RunAsync(
            [.. passphrase, "--yes", "--no-armor", "--no-textmode", "--digest-algo", "SHA512", "--local-user", key.Fingerprint.Text, "--output", "-", "--sign"], content, cancellation);
        return signed.TryGet(out var result, out var trouble)
            ? SelfCheck.Verify(this, result.Output, content, clock)
            : new KeyTrouble(Text.Say($"key {key.Fingerprint} did not sign: {trouble.Message}"), trouble.Hint);
    }

    /// <summary>gpg reads the first line of the file itself; without one its agent asks.</summary>
    public static string[] PassphraseArguments(string? file) =>
        file is null ? [] : ["--pinentry-mode", "loopback", "--passphrase-file", Path.GetFullPath(file)];
}
