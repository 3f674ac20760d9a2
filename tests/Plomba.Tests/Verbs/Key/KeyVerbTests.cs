using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs.Key;

public sealed class KeyVerbTests : IAsyncDisposable
{
    private readonly GpgHome _gpg = new();
    private readonly TemporaryDirectory _files = new();

    [Fact]
    public async Task A_key_made_in_the_home_is_listed_shown_exported_and_imported_elsewhere()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        var fingerprint = (await Done("key", "new", "--name", "Images Developer", "--email", "dev@example.com", "--gpg-home", _gpg.Path, "--passphrase-file", "/dev/null")).Text.Trim();

        var listed = Json(await Done("key", "list", "--gpg-home", _gpg.Path, "--output", "json"))[0];
        Assert.Equal((fingerprint, "rsa3072", true, true), (Text(listed, "fingerprint"), Text(listed, "algorithm"), Flag(listed, "secret"), Flag(listed, "usable")));
        Assert.Equal(730, (listed.GetProperty("expires").GetDateTime() - listed.GetProperty("created").GetDateTime()).TotalDays);
        Assert.Contains("signatures   count", (await Done("key", "show", "images developer", "--gpg-home", _gpg.Path)).Text, StringComparison.Ordinal);

        var file = _files.Combine("dev.pgp");
        await Done("key", "export", fingerprint, "--gpg-home", _gpg.Path, "-o", file);
        Assert.DoesNotContain("PRIVATE", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(file), (await Done("key", "export", fingerprint, "--gpg-home", _gpg.Path)).Output);

        await using var other = new GpgHome();
        await Done("key", "import", file, "--fingerprint", fingerprint, "--gpg-home", other.Path);
        Assert.Equal([fingerprint], await other.FingerprintsAsync("dev@example.com"));
    }

    [Fact]
    public async Task A_key_file_is_made_shown_and_its_public_half_exported()
    {
        var file = _files.Combine("dev.key");
        var made = Json(await Done("key", "new", "--name", "Алёна", "--email", "a@example.com", "--algorithm", "ed25519", "--expires", "never", "-o", file, "--passphrase-file", "/dev/null", "--output", "json"));
        Assert.Equal((file, $"{file}.rev"), (Text(made, "file"), Text(made, "revocation")));
        Assert.Equal(DurableFile.PrivateMode, File.GetUnixFileMode(file));

        var shown = Json(await Done("key", "show", file, "--output", "json"));
        Assert.Equal((Text(made.GetProperty("key"), "fingerprint"), true), (Text(shown, "fingerprint"), Flag(shown, "secret")));
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("expires").ValueKind);
        var exported = await Done("key", "export", file, "--binary");
        Assert.Equal(0x06, exported.Output[0] & 0x3F);
    }

    [Fact]
    public async Task A_key_whose_fingerprint_is_wrong_or_not_confirmed_is_refused_and_nothing_is_written()
    {
        var file = await PublicKeyAsync();
        var wrong = new string('0', 40);
        await Fails(3, "not " + wrong, "key", "import", file, "--fingerprint", wrong, "--dir", _files.Path);
        await Fails(3, "not confirmed", "key", "import", file, "--dir", _files.Path);
        await Fails(2, "40 hex digits", "key", "import", file, "--fingerprint", wrong[..16], "--dir", _files.Path);
        Assert.Equal(["dev.key", "dev.key.rev", "public"], Directory.GetFiles(_files.Path).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_confirmed_key_is_kept_in_a_directory_once()
    {
        var file = await PublicKeyAsync();
        var fingerprint = Text(Json(await Done("key", "show", file, "--output", "json")), "fingerprint");
        var imported = Json(await Done("key", "import", file, "--fingerprint", fingerprint.ToLowerInvariant(), "--dir", _files.Path, "--output", "json"));
        Assert.Equal(_files.Combine("public.pgp"), Text(imported, "into"));
        await Done("key", "import", file, "--fingerprint", fingerprint, "--dir", _files.Path);
        Assert.Equal(fingerprint, Text(Json(await Done("key", "list", "--dir", _files.Path, "--output", "json"))[0], "fingerprint"));

        DurableFile.Write(_files.Combine("public.pgp"), "mine"u8);
        await Fails(1, "not overwritten", "key", "import", file, "--fingerprint", fingerprint, "--dir", _files.Path);
        await Fails(1, "no OpenPGP public key", "key", "list", "--dir", _files.Path);
    }

    [Fact]
    public async Task A_secret_key_is_never_imported_and_never_exported()
    {
        await PublicKeyAsync();
        var secret = _files.Combine("dev.key");
        await Fails(1, "secret key", "key", "import", secret, "--fingerprint", new string('0', 40), "--dir", _files.Path);
        Assert.DoesNotContain("PRIVATE", (await Done("key", "export", secret)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--email", "key", "new", "--name", "A")]
    [InlineData(2, "no e-mail address", "key", "new", "--name", "A", "--email", "a")]
    [InlineData(2, "control characters", "key", "new", "--name", "A\nKey-Type: DSA", "--email", "a@b.c")]
    [InlineData(2, "no duration", "key", "new", "--name", "A", "--email", "a@b.c", "--expires", "soon")]
    [InlineData(2, "dsa", "key", "new", "--name", "A", "--email", "a@b.c", "--algorithm", "dsa")]
    [InlineData(2, "mutually exclusive", "key", "new", "--name", "A", "--email", "a@b.c", "-o", "x", "--gpg-home", "y")]
    [InlineData(2, "nobody can be asked", "key", "new", "--name", "A", "--email", "a@b.c", "-o", "/nonexistent/x")]
    [InlineData(1, "/nonexistent/x", "key", "new", "--name", "A", "--email", "a@b.c", "--algorithm", "ed25519", "-o", "/nonexistent/x", "--passphrase-file", "/dev/null")]
    [InlineData(1, "no passphrase file", "key", "new", "--name", "A", "--email", "a@b.c", "--passphrase-file", "/nonexistent/x")]
    [InlineData(1, "there is no file", "key", "import", "/nonexistent/x")]
    [InlineData(2, "needs --fingerprint", "key", "import", "http://127.0.0.1:1/x.pgp")]
    [InlineData(1, "127.0.0.1:1", "key", "import", "http://127.0.0.1:1/x.pgp", "--fingerprint", "0000000000000000000000000000000000000000")]
    [InlineData(1, "no OpenPGP key", "key", "show", "/etc/hostname")]
    [InlineData(1, "no directory", "key", "list", "--dir", "/nonexistent")]
    public Task Wrong_input_is_one_clear_line_with_the_right_exit_code(int exit, string said, params string[] arguments) => Fails(exit, said, arguments);

    [Fact]
    public async Task A_key_that_is_not_there_or_is_several_is_exit_1()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        await Fails(1, "no key 'nobody'", "key", "show", "nobody", "--gpg-home", _gpg.Path);
        await _gpg.CreateKeyAsync("One <one@example.com>", "ed25519");
        await _gpg.CreateKeyAsync("Two <two@example.com>", "ed25519");
        await Fails(1, "means 2 keys", "key", "export", "example.com", "--gpg-home", _gpg.Path);
    }

    public async ValueTask DisposeAsync()
    {
        _files.Dispose();
        await _gpg.DisposeAsync();
    }

    private async Task<string> PublicKeyAsync()
    {
        await Done("key", "new", "--name", "Dev", "--email", "dev@example.com", "--algorithm", "ed25519", "-o", _files.Combine("dev.key"), "--passphrase-file", "/dev/null");
        await Done("key", "export", _files.Combine("dev.key"), "-o", _files.Combine("public"));
        return _files.Combine("public");
    }

    private static async Task<ChildResult> Done(params string[] arguments)
    {
        var result = await PlombaProgram.RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"plomba {string.Join(' ', arguments)}: {result.Errors}");
        return result;
    }

    private static async Task Fails(int exit, string said, params string[] arguments)
    {
        var result = await PlombaProgram.RunAsync(arguments);
        Assert.Equal((exit, true), (result.ExitCode, result.Errors.Contains(said, StringComparison.Ordinal)));
        Assert.StartsWith("plomba: ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    private static JsonElement Json(ChildResult result) => JsonDocument.Parse(result.Output).RootElement;

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static bool Flag(JsonElement element, string name) => element.GetProperty(name).GetBoolean();
}
