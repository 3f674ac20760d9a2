using System.Text;
using Microsoft.Extensions.Time.Testing;
using Plomba.Files;
using Plomba.Transfer.Signing;
using Plomba.Trust.Keys;
using GpgHome = Plomba.Testing.GpgHome;

namespace Plomba.Transfer.Tests.Signing;

public sealed class KeyFileTests : IDisposable
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("{\"critical\":{}}");
    private readonly TemporaryDirectory _files = new();

    [Theory]
    [InlineData(NewKeyAlgorithm.Rsa3072, "rsa3072", "")]
    [InlineData(NewKeyAlgorithm.Ed25519, "ed25519", "")]
    [InlineData(NewKeyAlgorithm.Ed25519, "ed25519", "тайна 1")]
    [InlineData(NewKeyAlgorithm.Rsa3072, "rsa3072", "secret")]
    public async Task A_new_key_file_signs_and_gpg_and_gpgv_take_it_for_their_own(NewKeyAlgorithm algorithm, string name, string passphrase)
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg") && ChildProcess.IsInstalled("gpgv"), "gpg or gpgv is not installed");
        var made = Make("dev.key", algorithm, passphrase);
        Assert.Equal(name, made.Key.Algorithm);
        Assert.Equal(["Разработчик <dev@example.com>"], made.Key.UserIds);
        Assert.Equal(made.Key.Created + NewKey.DefaultLifetime, made.Key.Expires);

        var signer = await Open("dev.key", passphrase);
        Assert.True((await signer.SignAsync(Content, default)).TryGet(out var message, out _));

        // gpgv checks the signature, gpg reads the secret key and its passphrase.
        await File.WriteAllBytesAsync(_files.Combine("ring"), signer.PublicKey.ToArray());
        await Must("gpgv", ["--homedir", _files.Path, "--keyring", _files.Combine("ring"), "--output", _files.Combine("content"), "-"], message);
        Assert.Equal(Content, await File.ReadAllBytesAsync(_files.Combine("content")));
        await using var gpg = new GpgHome();
        await gpg.GpgAsync("--batch", "--import", _files.Combine("dev.key"));
        var byGpg = await gpg.GpgAsync(Content, "--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase, "--local-user", made.Key.Fingerprint.Text, "--sign", "--output", "-");
        await Must("gpgv", ["--homedir", _files.Path, "--keyring", _files.Combine("ring"), "--output", "/dev/null", "-"], byGpg.Output);
    }

    [Fact]
    public async Task The_certificate_beside_a_key_file_revokes_the_key()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        var made = Make("dev.key", NewKeyAlgorithm.Ed25519);
        var signer = await Open("dev.key");
        var certificate = (await File.ReadAllTextAsync(made.Revocation!)).Replace(":-----BEGIN", "-----BEGIN", StringComparison.Ordinal);

        byte[] revoked = [.. PublicHalf.Armored(signer.PublicKey.Span), .. Encoding.UTF8.GetBytes(certificate)];
        Assert.True(Assert.Single(KeyRing.Read(revoked).Describe(TimeProvider.System.GetUtcNow())).IsRevoked);

        await using var gpg = new GpgHome();
        await gpg.GpgAsync(signer.PublicKey.ToArray(), "--batch", "--import");
        await gpg.GpgAsync(Encoding.UTF8.GetBytes(certificate), "--batch", "--import");
        Assert.Contains("pub:r:", (await gpg.GpgAsync("--batch", "--with-colons", "--list-keys")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_and_certificate_are_for_their_owner_alone()
    {
        var made = Make("dev.key", NewKeyAlgorithm.Ed25519);
        Assert.Equal(DurableFile.PrivateMode, File.GetUnixFileMode(made.File!));
        Assert.Equal(DurableFile.PrivateMode, File.GetUnixFileMode(made.Revocation!));
    }

    [Fact]
    public void An_existing_file_is_never_overwritten()
    {
        var path = _files.Combine("dev.key");
        File.WriteAllText(path, "mine");
        Assert.False(NewKeyFile.Create(path, Spec(NewKeyAlgorithm.Ed25519), "", TimeProvider.System).TryGet(out _, out var trouble));
        Assert.Contains("exists", trouble.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(path));
        Assert.False(File.Exists(path + ".rev"));
    }

    [Fact]
    public async Task A_key_file_that_others_may_read_is_refused()
    {
        Make("dev.key", NewKeyAlgorithm.Ed25519);
        File.SetUnixFileMode(_files.Combine("dev.key"), DurableFile.DefaultMode);
        Assert.False((await Find("dev.key")).TryGet(out _, out var trouble));
        Assert.StartsWith("chmod 600", trouble.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_passphrase_is_said_to_be_wrong()
    {
        Make("dev.key", NewKeyAlgorithm.Ed25519, "right");
        var signer = await Open("dev.key", "wrong");
        Assert.False((await signer.SignAsync(Content, default)).TryGet(out _, out var trouble));
        Assert.Contains("passphrase is wrong", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_key_file_is_refused_before_anything_is_signed()
    {
        Make("dev.key", NewKeyAlgorithm.Ed25519, clock: new FakeTimeProvider(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.False((await Find("dev.key")).TryGet(out _, out var trouble));
        Assert.Contains("expired", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_key_is_no_signer()
    {
        Make("dev.key", NewKeyAlgorithm.Ed25519);
        DurableFile.Write(_files.Combine("public"), (await Open("dev.key")).PublicKey.Span, DurableFile.PrivateMode);
        Assert.False((await Find("public")).TryGet(out _, out var trouble));
        Assert.Contains("no secret key", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_public_half_of_a_key_file_holds_no_secret()
    {
        var made = Make("dev.key", NewKeyAlgorithm.Rsa3072);
        Assert.True(PublicHalf.TryTake(File.ReadAllBytes(made.File!), out var half, out _));
        Assert.False(KeyRing.Read(half).HasSecrets);
        Assert.True(KeyFile.TryRead(PublicHalf.Armored(half), TimeProvider.System.GetUtcNow(), out var file, out var error), error);
        Assert.Equal(made.Key.Fingerprint, file.Key.Fingerprint);
    }

    [Theory]
    [InlineData("", "a@b.c")]
    [InlineData("   ", "a@b.c")]
    [InlineData("Alt\nKey-Type: DSA", "a@b.c")]
    [InlineData("Alt\r%no-protection", "a@b.c")]
    [InlineData("Alt\u2028x", "a@b.c")]
    [InlineData("Alt <x@y>", "a@b.c")]
    [InlineData("Alt", "")]
    [InlineData("Alt", "a")]
    [InlineData("Alt", "a@b.c\n")]
    [InlineData("Alt", "a@b.c\n%commit")]
    [InlineData("Alt", "a b@c.d")]
    [InlineData("Alt", "a@b@c")]
    [InlineData("Alt", "<a@b.c>")]
    public void Names_and_addresses_that_could_smuggle_something_are_refused(string name, string email) =>
        Assert.False(NewKey.TryCreate(name, email, NewKeyAlgorithm.Rsa3072, null, out _, out _));

    public void Dispose() => _files.Dispose();

    private static async Task Must(string program, string[] arguments, byte[] input)
    {
        var result = await ChildProcess.RunAsync(program, arguments, input);
        Assert.True(result.ExitCode == 0, result.Errors);
    }

    private static NewKey Spec(NewKeyAlgorithm algorithm)
    {
        Assert.True(NewKey.TryCreate("Разработчик", "dev@example.com", algorithm, NewKey.DefaultLifetime, out var key, out var error), error);
        return key;
    }

    private MadeKey Make(string name, NewKeyAlgorithm algorithm, string passphrase = "", TimeProvider? clock = null)
    {
        var created = NewKeyFile.Create(_files.Combine(name), Spec(algorithm), passphrase, clock ?? TimeProvider.System);
        Assert.True(created.TryGet(out var made, out var trouble), trouble?.Message);
        return made;
    }

    private Task<KeyResult<ISigner>> Find(string name, string passphrase = "") =>
        new SignerByName(null, new Passphrase(Ask: _ => passphrase), TimeProvider.System).FindAsync(_files.Combine(name), default);

    private async Task<ISigner> Open(string name, string passphrase = "")
    {
        Assert.True((await Find(name, passphrase)).TryGet(out var signer, out var trouble), trouble?.Message);
        return signer;
    }
}
