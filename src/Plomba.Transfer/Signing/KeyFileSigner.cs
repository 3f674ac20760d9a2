using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Plomba.Trust.Keys;

namespace Plomba.Transfer.Signing;

/// <summary>Signs with a secret key from a file: for machines and tests, where no agent is wanted.</summary>
internal sealed class KeyFileSigner : ISigner
{
    private readonly string _path;
    private readonly PgpSecretKey _secret;
    private readonly byte[] _publicKey;
    private readonly Passphrase _passphrase;
    private readonly TimeProvider _clock;
    private readonly Lock _unlocking = new();
    private PgpPrivateKey? _unlocked;

    private KeyFileSigner(string path, KeyInfo key, PgpSecretKey secret, byte[] publicKey, Passphrase passphrase, TimeProvider clock)
    {
        (_path, Key, _secret, _publicKey, _passphrase, _clock) = (path, key, secret, publicKey, passphrase, clock);
    }

    public KeyInfo Key { get; }

    public ReadOnlyMemory<byte> PublicKey => _publicKey;

    /// <summary>Reads the file; the passphrase is asked for when the first signature is made.</summary>
    public static KeyResult<ISigner> Open(string path, Passphrase passphrase, TimeProvider clock)
    {
        if (!SecretKeyFile.Read(path).TryGet(out var bytes, out var trouble))
            return trouble;
        var ring = KeyRing.Read(bytes);
        var keys = ring.Describe(clock.GetUtcNow());
        if (!ring.HasSecrets || ring.Damage is not null || keys is not [var key])
        {
            return new KeyTrouble(
                $"{path}: {(ring.Damage is { } damage ? Text.Say($"no OpenPGP key: {damage}") : !ring.HasSecrets ? Text.Say("it holds no secret key") : Text.Say($"{keys.Count} usable keys in one file, exactly one is wanted"))}");
        }

        if (SignerByName.Refuse(key) is { } refused)
            return refused;
        if (!PublicHalf.TryTake(bytes, out var publicKey, out var error))
            return new KeyTrouble($"{path}: {error}");
        return FindSecret(bytes, key) is { } secret
            ? KeyResult.Of<ISigner>(new KeyFileSigner(path, key, secret, publicKey, passphrase, clock))
            : new KeyTrouble(Text.Say($"{path}: of the keys that may sign it holds only stubs"), Text.Say("The secret part is elsewhere (an agent, a smartcard): sign through gpg, by the fingerprint."));
    }

    public async Task<KeyResult<byte[]>> SignAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
        // Unlocking is slow by design.
        await Task.Run(() => Sign(content), cancellation);

    private KeyResult<byte[]> Sign(ReadOnlyMemory<byte> content) => Unlock().TryGet(out var key, out var trouble)
        ? SelfCheck.Verify(this, InlineMessageWriter.Sign(key, _secret.PublicKey, content, _clock.GetUtcNow()), content, _clock)
        : trouble;

    private KeyResult<PgpPrivateKey> Unlock()
    {
        lock (_unlocking)
        {
            if (_unlocked is not null)
                return _unlocked;
            var passphrase = "";
            if (_secret.S2kUsage != SecretKeyPacket.UsageNone && !_passphrase.Read(_path).TryGet(out passphrase, out var trouble))
                return trouble;
            try
            {
                _unlocked = _secret.ExtractPrivateKeyUtf8(passphrase.ToCharArray());
                return _unlocked;
            }
            catch (PgpException)
            {
                return new KeyTrouble(Text.Say($"{_path}: the passphrase is wrong, or the file is damaged"));
            }
        }
    }

    private static PgpSecretKey? FindSecret(ReadOnlyMemory<byte> bytes, KeyInfo key)
    {
        using var stream = PgpUtilities.GetDecoderStream(new MemoryStream(bytes.ToArray()));
        var secrets = new PgpSecretKeyRingBundle(stream).GetKeyRings().SelectMany(r => r.GetSecretKeys()).Where(s => !s.IsPrivateKeyEmpty).ToList();
        return key.SigningKeys
            .Select(f => secrets.Find(s => Convert.ToHexString(s.GetFingerprint()) == f.Text))
            .FirstOrDefault(s => s is not null);
    }
}
