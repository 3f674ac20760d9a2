using System.Text;
using Plomba.Files;
using Plomba.Testing;
using Plomba.Trust.Keys;

namespace Plomba.Trust.Tests.Keys;

public sealed class KeyFileTests : IAsyncDisposable
{
    private readonly GpgHome _gpg = new();

    public KeyFileTests() => Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");

    [Fact]
    public async Task One_public_key_is_described_in_full()
    {
        var fingerprint = await _gpg.CreateKeyAsync("Алёна <alt@example.com>", "rsa3072", "2y");
        await _gpg.GpgAsync("--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-add-key", fingerprint, "cv25519", "encr", "1y");

        var key = Read(await _gpg.ExportAsync(fingerprint)).Key;

        Assert.Equal(fingerprint, key.Fingerprint.Text);
        Assert.Equal("Алёна <alt@example.com>", key.Name);
        Assert.Equal("rsa3072", key.Algorithm);
        Assert.Equal(TimeSpan.FromDays(730), key.Expires - key.Created);
        Assert.False(key.IsRevoked);
        Assert.True(key.CanSign, key.SigningProblem);
        Assert.Equal([key.Fingerprint], key.SigningKeys);
        var subkey = Assert.Single(key.Subkeys);
        Assert.Equal(("cv25519", "encrypt"), (subkey.Algorithm, Assert.Single(subkey.Usage)));
        Assert.NotNull(subkey.SigningProblem);
    }

    [Fact]
    public async Task A_signing_subkey_is_preferred_to_the_primary_key()
    {
        var fingerprint = await _gpg.CreateKeyAsync("Alt <alt@example.com>", "ed25519");
        await _gpg.GpgAsync("--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-add-key", fingerprint, "rsa2048", "sign", "never");
        Assert.Equal([.. (await _gpg.FingerprintsAsync(fingerprint)).Reverse()], Read(await _gpg.ExportAsync(fingerprint)).Key.SigningKeys.Select(k => k.Text));
    }

    [Fact]
    public async Task A_primary_key_that_only_certifies_signs_until_its_last_signing_subkey_expires()
    {
        string[] unlock = ["--batch", "--pinentry-mode", "loopback", "--passphrase", ""];
        await _gpg.GpgAsync([.. unlock, "--quick-gen-key", "Alt <alt@example.com>", "ed25519", "cert", "never"]);
        var fingerprint = (await _gpg.FingerprintsAsync("alt@example.com"))[0];
        foreach (var lifetime in new[] { "20d", "40d" })
            await _gpg.GpgAsync([.. unlock, "--quick-add-key", fingerprint, "ed25519", "sign", lifetime]);
        await _gpg.GpgAsync([.. unlock, "--quick-add-key", fingerprint, "cv25519", "encr", "10d"]);
        var file = await _gpg.ExportAsync(fingerprint);

        foreach (var day in new[] { 1, 30, 50 })
        {
            var key = Read(file, TimeProvider.System.GetUtcNow().AddDays(day)).Key;
            Assert.Null(key.Expires);
            Assert.Equal(40, (key.SigningEnds - key.Created)?.TotalDays ?? 0, tolerance: 0.01);
            Assert.Equal(day < 40, key.CanSign);
            if (!key.CanSign)
                Assert.Contains("expired", key.SigningProblem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_revoked_key_is_read_and_told_as_revoked()
    {
        var fingerprint = await _gpg.CreateKeyAsync("Alt <alt@example.com>", "ed25519");
        await _gpg.RevokeAsync(fingerprint);
        var key = Read(await _gpg.ExportAsync(fingerprint)).Key;
        Assert.True(key.IsRevoked);
        Assert.Contains("revoked", key.SigningProblem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_key_is_refused()
    {
        var fingerprint = await _gpg.CreateKeyAsync("Alt <alt@example.com>", "ed25519");
        var secret = (await _gpg.GpgAsync("--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--armor", "--export-secret-keys", fingerprint)).Output;
        Assert.Contains("secret key", Refuse(secret), StringComparison.Ordinal);
        Assert.True(PublicHalf.TryTake(secret, out var half, out _));
        Assert.Equal(fingerprint, Read(half).Key.Fingerprint.Text);
    }

    [Fact]
    public async Task Two_keys_in_one_file_are_refused_with_their_fingerprints()
    {
        var first = await _gpg.CreateKeyAsync("One <one@example.com>", "ed25519");
        var second = await _gpg.CreateKeyAsync("Two <two@example.com>", "ed25519");
        var refused = Refuse([.. await _gpg.ExportAsync(first), .. await _gpg.ExportAsync(second)]);
        Assert.Contains(first, refused, StringComparison.Ordinal);
        Assert.Contains(second, refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_from_the_future_is_refused()
    {
        var fingerprint = await _gpg.CreateKeyAsync("Alt <alt@example.com>", "ed25519");
        var bytes = await _gpg.ExportAsync(fingerprint);
        Assert.False(KeyFile.TryRead(bytes, TimeProvider.System.GetUtcNow().AddDays(-1), out _, out var error));
        Assert.Contains("future", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa2048")]
    [InlineData("nistp256")]
    public async Task Damage_anywhere_is_found_and_never_an_exception(string algorithm)
    {
        var fingerprint = await _gpg.CreateKeyAsync("Alt <alt@example.com>", algorithm);
        var bytes = (await _gpg.GpgAsync("--batch", "--export", fingerprint)).Output;
        for (var i = 0; i < bytes.Length; i++)
        {
            Assert.False(KeyFile.TryRead(bytes.AsMemory(0, i), TimeProvider.System.GetUtcNow(), out _, out _), $"cut at {i}");
            for (var bit = 0; bit < 8; bit++)
            {
                var changed = bytes.ToArray();
                changed[i] ^= (byte)(1 << bit);
                // Unhashed hints and the hash's first bytes decide nothing; another key it never becomes.
                if (KeyFile.TryRead(changed, TimeProvider.System.GetUtcNow(), out var file, out _))
                    Assert.Equal(fingerprint, file.Key.Fingerprint.Text);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>not found</html>")]
    [InlineData("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----\n")]
    [InlineData("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n!!!!\n-----END PGP PUBLIC KEY BLOCK-----\n")]
    [InlineData("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n")]
    public void What_is_no_key_is_refused(string text) => Assert.StartsWith("no OpenPGP public key", Refuse(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);

    [Fact]
    public void A_key_of_another_version_is_refused_by_name() =>
        Assert.Contains("version 6", Refuse([0xC6, 3, 6, 0, 0]), StringComparison.Ordinal);

    public ValueTask DisposeAsync() => _gpg.DisposeAsync();

    private static KeyFile Read(byte[] bytes, DateTimeOffset? now = null)
    {
        Assert.True(KeyFile.TryRead(bytes, now ?? TimeProvider.System.GetUtcNow(), out var file, out var error), error);
        return file;
    }

    private static string Refuse(byte[] bytes)
    {
        Assert.False(KeyFile.TryRead(bytes, TimeProvider.System.GetUtcNow(), out _, out var error));
        return error;
    }
}
