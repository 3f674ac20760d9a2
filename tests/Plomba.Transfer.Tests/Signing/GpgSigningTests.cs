using System.Text;
using Plomba.Files;
using Plomba.Images;
using Plomba.Transfer.Signing;
using Plomba.Trust.Keys;
using Plomba.Trust.SimpleSigning;
using GpgHome = Plomba.Testing.GpgHome;
using Home = Plomba.Transfer.Signing.GpgHome;

namespace Plomba.Transfer.Tests.Signing;

public sealed class GpgSigningTests : IAsyncDisposable
{
    private const string Reference = "registry.local/alt/alt:latest";
    private readonly GpgHome _gpg = new();
    private readonly TemporaryDirectory _files = new();

    public GpgSigningTests() => Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");

    [Theory]
    [InlineData("Images Developer <dev@example.com>")]
    [InlineData("dev@example.com")]
    [InlineData("images developer")]
    [InlineData(null)]
    public async Task A_secret_key_is_found_by_its_fingerprint_and_by_its_user_id(string? name)
    {
        var key = await _gpg.CreateKeyAsync("Images Developer <dev@example.com>");
        await _gpg.CreateKeyAsync("Other <other@example.com>", "ed25519");
        var signer = await Found(name ?? key.ToLowerInvariant());
        Assert.Equal(key, signer.Key.Fingerprint.Text);
        Assert.True((await signer.SignAsync("{}"u8.ToArray(), default)).TryGet(out _, out var trouble), trouble?.Message);
    }

    [Fact]
    public async Task A_user_id_that_fits_several_keys_is_refused_with_their_fingerprints()
    {
        var first = await _gpg.CreateKeyAsync("One <one@example.com>", "ed25519");
        var second = await _gpg.CreateKeyAsync("Two <two@example.com>", "ed25519");
        var trouble = await NotFound("example.com");
        Assert.Contains(first, trouble.Message, StringComparison.Ordinal);
        Assert.Contains(second, trouble.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody", "no secret key 'nobody'")]
    [InlineData("0123456789012345678901234567890123456789", "no secret key 0123456789012345678901234567890123456789")]
    [InlineData("./no.key", "no such key file")]
    public async Task A_key_that_is_not_there_is_refused(string name, string message) =>
        Assert.Contains(message, (await NotFound(name)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task An_expired_key_is_refused_before_it_signs()
    {
        var key = await _gpg.CreateKeyAsync("Old <old@example.com>", "ed25519", "1y", "20200101T000000");
        Assert.Contains("expired", (await NotFound(key)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passphrase_comes_from_a_file_and_a_wrong_one_is_refused()
    {
        DurableFile.Write(_files.Combine("right"), "тайна\nmore"u8, DurableFile.PrivateMode);
        DurableFile.Write(_files.Combine("wrong"), "guess\n"u8, DurableFile.PrivateMode);
        await Created("Locked", NewKeyAlgorithm.Ed25519, _files.Combine("right"));
        // The agent remembers passphrases; a new one does not.
        await ChildProcess.RunAsync("gpgconf", ["--homedir", _gpg.Path, "--kill", "all"]);

        var refused = await (await Found("Locked", _files.Combine("wrong"))).SignAsync("{}"u8.ToArray(), default);
        Assert.False(refused.TryGet(out _, out var trouble));
        Assert.Equal("The passphrase is wrong.", trouble.Hint);
        Assert.True((await (await Found("Locked", _files.Combine("right"))).SignAsync("{}"u8.ToArray(), default)).TryGet(out _, out trouble), trouble?.Message);
    }

    [Theory]
    [InlineData(NewKeyAlgorithm.Rsa3072, "rsa3072")]
    [InlineData(NewKeyAlgorithm.Ed25519, "ed25519")]
    public async Task A_key_is_made_in_the_home_with_its_revocation_certificate(NewKeyAlgorithm algorithm, string name)
    {
        DurableFile.Write(_files.Combine("empty"), [], DurableFile.PrivateMode);
        var made = await Created("Разработчик образов", algorithm, _files.Combine("empty"));
        Assert.Equal(name, made.Key.Algorithm);
        Assert.Equal(["Разработчик образов <dev@example.com>"], made.Key.UserIds);
        Assert.Equal(NewKey.DefaultLifetime, made.Key.Expires - made.Key.Created);
        Assert.Empty(made.Key.Subkeys);
        Assert.True(File.Exists(made.Revocation));
    }

    [Theory]
    [InlineData("gpg")]
    [InlineData("file, rsa")]
    [InlineData("file, ed25519")]
    public async Task What_we_sign_skopeo_verifies(string kind)
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");
        var manifest = Encoding.UTF8.GetBytes("{\"schemaVersion\":2}");
        var payload = new SignedPayload(Digest.Sha256(manifest), Reference, "plomba", 1458239713).Write();
        var signer = await Found(kind == "gpg" ? await _gpg.CreateKeyAsync("Alt <alt@example.com>") : MakeFile(kind));
        Assert.True((await signer.SignAsync(payload, default)).TryGet(out var message, out var trouble), trouble?.Message);
        Assert.True(StoredBlob.TryRead(message, out _, out _));
        if (kind != "gpg")
            await _gpg.GpgAsync(signer.PublicKey.ToArray(), "--batch", "--import");

        DurableFile.Write(_files.Combine("manifest"), manifest);
        DurableFile.Write(_files.Combine("signature"), message);
        var verified = await ChildProcess.RunAsync(
            "skopeo",
            ["standalone-verify", _files.Combine("manifest"), Reference, signer.Key.Fingerprint.Text, _files.Combine("signature")],
            environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["GNUPGHOME"] = _gpg.Path });

        Assert.True(verified.ExitCode == 0, verified.Errors);
        Assert.Contains($"Signature verified, digest {Digest.Sha256(manifest)}", verified.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_skopeo_signs_we_verify()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");
        var key = await _gpg.CreateKeyAsync("Alt <alt@example.com>");
        DurableFile.Write(_files.Combine("manifest"), "{\"schemaVersion\":2}"u8);
        var signed = await ChildProcess.RunAsync(
            "skopeo",
            ["standalone-sign", _files.Combine("manifest"), Reference, key, "-o", _files.Combine("signature")],
            environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["GNUPGHOME"] = _gpg.Path });
        Assert.True(signed.ExitCode == 0, signed.Errors);

        var keyring = new OpenPgpMechanism(TimeProvider.System).Import([new KeySource("alt", await _gpg.ExportAsync(key))]);
        var check = keyring.Verify(await File.ReadAllBytesAsync(_files.Combine("signature")));

        Assert.True(check.IsGood, check.Message);
        Assert.True(SignedPayload.TryParse(check.Content, out var payload, out _));
        Assert.Equal(Reference, payload.DockerReference);
    }

    [Theory]
    [InlineData("rsa3072", "--export-secret-keys")]
    [InlineData("ed25519", "--export-secret-keys")]
    [InlineData("nistp256", "--export-secret-keys")]
    [InlineData("ed25519", "--export-secret-subkeys")]
    public async Task A_secret_key_exported_by_gpg_is_a_key_file(string algorithm, string export)
    {
        DurableFile.Write(_files.Combine("passphrase"), "тайна"u8, DurableFile.PrivateMode);
        string[] unlock = ["--batch", "--pinentry-mode", "loopback", "--passphrase-file", _files.Combine("passphrase")];
        await _gpg.GpgAsync([.. unlock, "--quick-gen-key", "Alt <alt@example.com>", algorithm, "sign", "1y"]);
        var key = (await _gpg.FingerprintsAsync("alt@example.com"))[0];
        // Of an exported subkey the primary key is a stub: it stays offline.
        if (export == "--export-secret-subkeys")
            await _gpg.GpgAsync([.. unlock, "--quick-add-key", key, "rsa2048", "sign", "1y"]);
        DurableFile.Write(_files.Combine("alt.key"), (await _gpg.GpgAsync([.. unlock, "--armor", export, key])).Output, DurableFile.PrivateMode);

        var signer = await Found(_files.Combine("alt.key"), _files.Combine("passphrase"));

        Assert.Equal(key, signer.Key.Fingerprint.Text);
        Assert.True((await signer.SignAsync("{}"u8.ToArray(), default)).TryGet(out _, out var trouble), trouble?.Message);
    }

    [Fact]
    public async Task An_empty_home_lists_nothing()
    {
        Assert.True((await new Home(_gpg.Path, TimeProvider.System).ListAsync(secretOnly: false, default)).TryGet(out var keys, out var trouble), trouble?.Message);
        Assert.Empty(keys);
    }

    [Fact]
    public async Task A_home_lists_public_and_secret_keys_and_takes_in_new_ones()
    {
        var own = await _gpg.CreateKeyAsync("Own <own@example.com>", "ed25519");
        await using var other = new GpgHome();
        var foreign = await other.CreateKeyAsync("Foreign <foreign@example.com>", "ed25519");
        Assert.True(KeyFile.TryRead(await other.ExportAsync(foreign), TimeProvider.System.GetUtcNow(), out var file, out _));
        var home = new Home(_gpg.Path, TimeProvider.System);

        Assert.True((await home.ImportAsync(file, default)).TryGet(out _, out var trouble), trouble?.Message);
        Assert.True((await home.ListAsync(secretOnly: false, default)).TryGet(out var keys, out trouble), trouble?.Message);

        Assert.Equal([(own, true), (foreign, false)], keys.Select(k => (k.Key.Fingerprint.Text, k.HasSecret)));
    }

    public async ValueTask DisposeAsync()
    {
        _files.Dispose();
        await _gpg.DisposeAsync();
    }

    private Task<KeyResult<ISigner>> Find(string name, string? passphraseFile = null) =>
        new SignerByName(_gpg.Path, new Passphrase(passphraseFile), TimeProvider.System).FindAsync(name, default);

    private async Task<ISigner> Found(string name, string? passphraseFile = null)
    {
        Assert.True((await Find(name, passphraseFile)).TryGet(out var signer, out var trouble), trouble?.Message);
        return signer;
    }

    private async Task<KeyTrouble> NotFound(string name)
    {
        Assert.False((await Find(name)).TryGet(out _, out var trouble));
        return trouble;
    }

    private async Task<MadeKey> Created(string name, NewKeyAlgorithm algorithm, string passphraseFile)
    {
        var made = await GpgKeyCreation.CreateAsync(new Home(_gpg.Path, TimeProvider.System), Spec(name, algorithm), passphraseFile, default);
        Assert.True(made.TryGet(out var key, out var trouble), trouble?.Message);
        return key;
    }

    private string MakeFile(string kind)
    {
        var path = _files.Combine("dev.key");
        var spec = Spec("Alt", kind.EndsWith("rsa", StringComparison.Ordinal) ? NewKeyAlgorithm.Rsa3072 : NewKeyAlgorithm.Ed25519);
        Assert.True(NewKeyFile.Create(path, spec, "", TimeProvider.System).TryGet(out _, out var trouble), trouble?.Message);
        return path;
    }

    private static NewKey Spec(string name, NewKeyAlgorithm algorithm)
    {
        Assert.True(NewKey.TryCreate(name, "dev@example.com", algorithm, NewKey.DefaultLifetime, out var key, out var error), error);
        return key;
    }
}
