using System.Text;
using Plomba.Files;
using Plomba.Site.Checking;
using Plomba.Testing;

namespace Plomba.Site.Tests.Checking;

public sealed class KeyFileTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _work = new();
    private readonly GpgHome _gpg = new();

    [Fact]
    public async Task A_key_file_that_holds_its_key_is_found_in_order()
    {
        SkipWithoutGpg();
        var (fingerprint, file) = await NewKeyAsync();
        Put(file);

        Assert.Empty(Check(fingerprint, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void A_missing_key_file_is_a_mistake_at_its_key()
    {
        var error = Assert.Single(Check("0123456789ABCDEF0123456789ABCDEF01234567", DateTimeOffset.UnixEpoch));

        Assert.Equal((FindingSeverity.Error, FindingCode.KeyFile, 8), (error.Severity, error.Code, error.Line));
        Assert.Contains(_work.Combine("keys", "k.pgp"), error.Text, StringComparison.Ordinal);
        Assert.Contains("not there", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_in_the_file_is_a_mistake_and_its_fingerprint_is_named()
    {
        SkipWithoutGpg();
        var (fingerprint, file) = await NewKeyAsync();
        Put(file);

        var error = Assert.Single(Check("0123456789ABCDEF0123456789ABCDEF01234567", DateTimeOffset.UnixEpoch));

        Assert.Equal(FindingCode.KeyDiffers, error.Code);
        Assert.Contains(fingerprint, error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_keys_garbage_and_a_secret_key_are_mistakes()
    {
        SkipWithoutGpg();
        var (fingerprint, file) = await NewKeyAsync();
        var (_, other) = await NewKeyAsync();
        var secret = (await _gpg.GpgAsync("--batch", "--armor", "--export-secret-keys", fingerprint)).Output;

        foreach (var content in new[] { [.. file, .. other], "no key"u8.ToArray(), [], file[..(file.Length / 2)], secret })
        {
            Put(content);
            Assert.Equal(FindingCode.KeyFile, Assert.Single(Check(fingerprint, DateTimeOffset.UnixEpoch)).Code);
        }
    }

    [Fact]
    public async Task An_expired_key_and_one_that_expires_soon_are_warnings()
    {
        SkipWithoutGpg();
        var (fingerprint, file) = await NewKeyAsync("100d");
        Put(file);

        Assert.Empty(Check(fingerprint, DateTimeOffset.UnixEpoch));
        var soon = Assert.Single(Check(fingerprint, TimeProvider.System.GetUtcNow().AddDays(50)));
        var expired = Assert.Single(Check(fingerprint, TimeProvider.System.GetUtcNow().AddDays(101)));

        Assert.Equal((FindingSeverity.Warning, FindingCode.KeyExpires), (soon.Severity, soon.Code));
        Assert.Equal((FindingSeverity.Warning, FindingCode.KeyExpired), (expired.Severity, expired.Code));
        Assert.Contains("nothing is accepted in alt", expired.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signing_subkey_that_expires_under_a_primary_key_that_does_not_is_a_warning()
    {
        SkipWithoutGpg();
        string[] unlock = ["--batch", "--pinentry-mode", "loopback", "--passphrase", ""];
        await _gpg.GpgAsync([.. unlock, "--quick-gen-key", "K <k@example.org>", "ed25519", "cert", "never"]);
        var fingerprint = (await _gpg.FingerprintsAsync("k@example.org"))[0];
        await _gpg.GpgAsync([.. unlock, "--quick-add-key", fingerprint, "ed25519", "sign", "100d"]);
        Put(await _gpg.ExportAsync(fingerprint));

        Assert.Empty(Check(fingerprint, DateTimeOffset.UnixEpoch));
        Assert.Equal(FindingCode.KeyExpires, Assert.Single(Check(fingerprint, TimeProvider.System.GetUtcNow().AddDays(50))).Code);
        Assert.Equal(FindingCode.KeyExpired, Assert.Single(Check(fingerprint, TimeProvider.System.GetUtcNow().AddDays(101))).Code);
    }

    private static void SkipWithoutGpg() => Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");

    private async Task<(string Fingerprint, byte[] File)> NewKeyAsync(string expires = "2y")
    {
        var fingerprint = await _gpg.CreateKeyAsync($"K {Guid.NewGuid():N} <k@example.org>", "ed25519", expires);
        return (fingerprint, await _gpg.ExportAsync(fingerprint));
    }

    private void Put(byte[] content)
    {
        DurableFile.CreateDirectory(_work.Combine("keys"));
        DurableFile.Write(_work.Combine("keys", "k.pgp"), content);
    }

    // The Unix epoch stands for now: keys of this test are younger than that.
    private IReadOnlyList<SiteFinding> Check(string fingerprint, DateTimeOffset at)
    {
        var text = Sites.Minimal + $"""
            [keys]
            directory = "{_work.Combine("keys")}"
            [[key]]
            name = "k"
            fingerprint = "{fingerprint}"
            [[namespace]]
            name = "alt"
            makers = ["m"]
            keys = ["k"]
            """;
        var now = at == DateTimeOffset.UnixEpoch ? TimeProvider.System.GetUtcNow() : at;
        return SiteCheck.WithKeyFiles(SiteFile.Parse(Encoding.UTF8.GetBytes(text), "/s"), now).Findings;
    }

    public async ValueTask DisposeAsync()
    {
        await _gpg.DisposeAsync();
        _work.Dispose();
    }
}
