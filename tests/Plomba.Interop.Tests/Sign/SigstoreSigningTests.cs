using System.Text.Json;
using Plomba.Files;
using Plomba.Interop.Tests.Verify;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Sign;

/// <summary>Sigstore key pairs and signatures of ours in a real docker-registry; skopeo carries them, OpenSSL checks them.</summary>
public sealed class SigstoreSigningTests : IClassFixture<SignedImages>, IDisposable
{
    private readonly SignedImages images;
    private readonly TemporaryDirectory directory = new(prefix: "sigstore-signing");

    public SigstoreSigningTests(SignedImages images)
    {
        Assert.SkipUnless(SignedImages.Missing.Length == 0, $"not installed: {SignedImages.Missing}");
        this.images = images;
        File.WriteAllText(directory.Combine("pass"), "open sesame\n");
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task An_image_is_signed_with_a_new_key_pair_and_accepted_by_its_public_key()
    {
        var (question, key) = (await LayOutAsync(), await KeyAsync("maker"));
        question.Require(SignedBy(key));
        Assert.Equal(3, (await question.PlombaAsync()).ExitCode);
        var first = await SignAsync(question, key);
        Assert.True(first.ExitCode == 0, first.Errors);
        var accepted = await question.PlombaAsync("--explain");
        Assert.True(accepted.ExitCode == 0, accepted.Text);
        Assert.Contains($"key {await IdAsync(key)}", accepted.Text, StringComparison.Ordinal);

        var again = await SignAsync(question, key);
        Assert.Equal(0, again.ExitCode);
        Assert.Contains("already", again.Errors, StringComparison.Ordinal);
        Assert.Single(await CarriedAsync(question));
    }

    [Fact]
    public async Task Further_keys_are_appended_behind_what_is_there_as_skopeo_reads_it()
    {
        var question = await LayOutAsync();
        var (first, second, third) = (await KeyAsync("first"), await KeyAsync("second"), await KeyAsync("third"));
        Assert.Equal(0, (await SignAsync(question, first)).ExitCode);
        var before = Assert.Single(await CarriedAsync(question));
        Assert.Equal(0, (await SignAsync(question, second, "--sign-by-sigstore-private-key", $"{third}.key")).ExitCode);

        var after = await CarriedAsync(question);
        Assert.Equal(3, after.Count);
        Assert.Equal(before, after[0]);
        foreach (var key in new[] { first, second, third })
            Assert.Equal(0, (await question.Require(SignedBy(key)).PlombaAsync()).ExitCode);
    }

    [Fact]
    public async Task What_skopeo_attached_stays_and_is_extended()
    {
        var (question, other, key) = (await LayOutAsync(), await KeyAsync("other"), await KeyAsync("maker"));
        Assert.Equal(0, (await SignAsync(question, other)).ExitCode);
        var layout = directory.Combine("carried");
        await images.Home.MustAsync("skopeo", "--insecure-policy", "--registries.d", question.RegistriesD, "copy", "--src-tls-verify=false", question.Image, $"dir:{layout}");
        var target = question.Image.Replace("/app:", "/moved:", StringComparison.Ordinal);
        await images.Home.MustAsync("skopeo", "--insecure-policy", "--registries.d", question.RegistriesD, "copy", "--dest-tls-verify=false", $"dir:{layout}", target);

        var result = await SignAsync(question, key, target);
        Assert.True(result.ExitCode == 0, result.Errors);
        question.Require(SignedBy(key));
        Assert.Equal(2, (await CarriedAsync(question, target)).Count);
    }

    [Fact]
    public async Task OpenSsl_finds_the_signature_good()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("openssl"), "openssl is not installed");
        var (question, key) = (await LayOutAsync(), await KeyAsync("maker"));
        Assert.Equal(0, (await SignAsync(question, key)).ExitCode);
        var blob = Assert.Single(await CarriedAsync(question));
        const string Prefix = "\0sigstore-json\n";
        Assert.StartsWith(Prefix, blob, StringComparison.Ordinal);
        var json = JsonDocument.Parse(blob[Prefix.Length..]).RootElement;
        await File.WriteAllBytesAsync(directory.Combine("payload"), json.GetProperty("payload").GetBytesFromBase64());
        await File.WriteAllBytesAsync(directory.Combine("signature"), Convert.FromBase64String(json.GetProperty("annotations").GetProperty("dev.cosignproject.cosign/signature").GetString()!));
        var result = await ChildProcess.RunAsync(
            "openssl", ["dgst", "-sha256", "-verify", $"{key}.pub", "-signature", directory.Combine("signature"), directory.Combine("payload")]);
        Assert.Equal("Verified OK", result.Text.Trim());
    }

    [Fact]
    public async Task Where_attachments_are_switched_off_none_are_written()
    {
        var (question, key) = (await LayOutAsync(), await KeyAsync("maker"));
        question.Lookaside($"file://{question.LookasideDirectory}");
        var result = await SignAsync(question, key);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("writing sigstore attachments is disabled by configuration", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_pair_is_never_overwritten_and_its_private_half_is_for_the_owner_alone()
    {
        var key = await KeyAsync("maker");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{key}.key"));
        Assert.StartsWith("-----BEGIN ENCRYPTED COSIGN PRIVATE KEY-----", await File.ReadAllTextAsync($"{key}.key"), StringComparison.Ordinal);
        var again = await PlombaProgram.RunAsync("key", "new", "--type", "sigstore", "-o", key, "--passphrase-file", "/dev/null");
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("never overwritten", again.Errors, StringComparison.Ordinal);

        var shown = await PlombaProgram.RunAsync("key", "show", $"{key}.pub", "--output", "json");
        var json = JsonDocument.Parse(shown.Output).RootElement;
        Assert.Equal("ecdsa-p256", json.GetProperty("algorithm").GetString());
        Assert.Equal(await IdAsync(key), json.GetProperty("id").GetString());
        Assert.Equal(1, (await PlombaProgram.RunAsync("key", "show", $"{key}.key")).ExitCode);
    }

    [Theory]
    [InlineData(2, "--type", "sigstore")]
    [InlineData(2, "--type", "sigstore", "-o", "PREFIX", "--email", "a@example.org")]
    [InlineData(2, "--type", "sigstore", "-o", "PREFIX")]
    [InlineData(2, "--type", "x509", "-o", "PREFIX")]
    [InlineData(2)]
    public async Task Wrong_usage_makes_no_key(int exitCode, params string[] arguments)
    {
        var result = await PlombaProgram.RunAsync(["key", "new", .. arguments.Select(a => a == "PREFIX" ? directory.Combine("none") : a)]);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.False(File.Exists(directory.Combine("none.key")));
    }

    [Fact]
    public async Task A_wrong_passphrase_signs_nothing()
    {
        var (question, key) = (await LayOutAsync(), await KeyAsync("maker"));
        await File.WriteAllTextAsync(directory.Combine("pass"), "wrong\n");
        var result = await SignAsync(question, key);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the passphrase is wrong", result.Errors, StringComparison.Ordinal);
        Assert.Empty(await CarriedAsync(question));
    }

    private async Task<VerifyCase> LayOutAsync()
    {
        var question = await images.LayOutAsync();
        question.Lookaside($"file://{question.LookasideDirectory}\n  use-sigstore-attachments: true");
        return question;
    }

    private async Task<string> KeyAsync(string name)
    {
        var prefix = directory.Combine(name);
        var result = await PlombaProgram.RunAsync("key", "new", "--type", "sigstore", "-o", prefix, "--passphrase-file", directory.Combine("pass"));
        Assert.True(result.ExitCode == 0, result.Errors);
        await File.WriteAllTextAsync($"{prefix}.id", result.Text.Trim());
        return prefix;
    }

    private static Task<string> IdAsync(string key) => File.ReadAllTextAsync($"{key}.id");

    private static string SignedBy(string key) => $$"""{"type": "sigstoreSigned", "keyPath": "{{key}}.pub"}""";

    private Task<ChildResult> SignAsync(VerifyCase question, string key, params string[] more) => PlombaProgram.RunAsync(
        [
            "sign", "--registries.d", question.RegistriesD, "--tls-verify=false", "--sign-passphrase-file", directory.Combine("pass"),
            "--sign-by-sigstore-private-key", $"{key}.key", .. more.Any(m => m.StartsWith("docker:", StringComparison.Ordinal)) ? more : [.. more, question.Image],
        ]);

    /// <summary>The signatures as skopeo carries them into a directory.</summary>
    private async Task<IReadOnlyList<string>> CarriedAsync(VerifyCase question, string? image = null)
    {
        var layout = directory.Combine($"out-{Guid.NewGuid():N}");
        await images.Home.MustAsync(
            "skopeo", "--insecure-policy", "--registries.d", question.RegistriesD, "copy", "--src-tls-verify=false", image ?? question.Image, $"dir:{layout}");
        return [.. Directory.EnumerateFiles(layout, "signature-*").Order(StringComparer.Ordinal).Select(File.ReadAllText)];
    }
}
