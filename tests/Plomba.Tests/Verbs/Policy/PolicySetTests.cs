using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs.Policy;

public sealed class PolicySetTests : IDisposable
{
    private const string Mine = "{\n  \"default\": [ {\"type\":\"reject\"} ],\n  \"transports\": {\n    \"docker\": {\n      \"a.example\":   [{\"type\": \"insecureAcceptAnything\"}],\n      \"b.example\": [{\"type\": \"reject\"}]\n    },\n    \"dir\": {}\n  }\n}\n";
    private readonly PolicyFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Only_the_scope_that_is_set_changes_and_the_old_file_is_kept()
    {
        var file = _files.WriteRaw("policy.json", Mine);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await _files.TextAsync(0, "policy", "set", "b.example", "--accept", "--policy", file);
        var after = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        const string List = "[\n        {\n          \"type\": \"insecureAcceptAnything\"\n        }\n      ]";
        Assert.Equal(Mine.Replace("\"b.example\": [{\"type\": \"reject\"}]", $"\"b.example\": {List}", StringComparison.Ordinal), after);
        Assert.Equal(Mine, await File.ReadAllTextAsync(file + "~", TestContext.Current.CancellationToken));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        await _files.TextAsync(0, "policy", "set", "c.example", "--accept", "--policy", file);
        Assert.Equal(after.Replace($"{List}\n    }},", $"{List},\n      \"c.example\": {List}\n    }},", StringComparison.Ordinal), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("{\"default\":[{\"type\":\"reject\"}]}")]
    [InlineData("\r\n{\r\n\t\"default\" : [{\"type\":\"reject\"}] , \"transports\":{}\r\n}\r\n")]
    [InlineData("{\"transports\":{\"docker\":{}},\"default\":[{\"type\":\"reject\"}]}")]
    [InlineData("{\"transports\":{\"docker\":{\"r\\u00e9g\\\"]}{[.example\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"/]}\\\\\\\"\"}]}},\"default\":[{\"type\":\"reject\"}]}")]
    public async Task Any_layout_takes_scopes_of_any_transport(string text)
    {
        var file = _files.WriteRaw("policy.json", text);
        await _files.TextAsync(0, "policy", "set", "a.example/ns", "--accept", "--policy", file);
        await _files.TextAsync(0, "policy", "set", "/var/images", "--transport", "dir", "--reject", "--policy", file);
        await _files.TextAsync(0, "policy", "set", "all", "--accept", "--policy", file);
        await _files.TextAsync(0, "policy", "set", "default", "--accept", "--policy", file);
        var tree = await _files.TextAsync(0, "policy", "show", "--tree", "--policy", file);
        Assert.Contains("default: insecureAcceptAnything\n", tree, StringComparison.Ordinal);
        Assert.Contains("docker a.example/ns: insecureAcceptAnything\n", tree, StringComparison.Ordinal);
        Assert.Contains("dir /var/images: reject\n", tree, StringComparison.Ordinal);
        Assert.Contains("all of docker: insecureAcceptAnything\n", tree, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_keys_are_any_or_all_of_them_and_identities_are_written()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        await using var gpg = new GpgHome();
        var key = await gpg.ExportAsync(await gpg.CreateKeyAsync("Maker <m@example.com>", "ed25519"));
        foreach (var name in (string[])["a.pgp", "b.pgp"])
            await File.WriteAllBytesAsync(_files.Path(name), key, TestContext.Current.CancellationToken);
        var (a, b, file) = (_files.Path("a.pgp"), _files.Path("b.pgp"), _files.Path("policy.json"));
        await _files.TextAsync(0, "policy", "set", "default", "--reject", "--policy", file);
        Assert.False(File.Exists(file + "~"));
        await _files.TextAsync(0, "policy", "set", "any.example", "--signed-by", a, b, "--identity", "matchRepository", "--policy", file);
        await _files.TextAsync(0, "policy", "set", "all.example", "--signed-by", a, "--signed-by", b, "--require", "all", "--identity", "remapIdentity=m.example=r.example", "--policy", file);
        var tree = await _files.TextAsync(0, "policy", "show", "--tree", "--policy", file);
        Assert.Contains($"any.example: signedBy any of \"{a}\", \"{b}\", matchRepository\n", tree, StringComparison.Ordinal);
        Assert.Contains($"all.example: signedBy \"{a}\", remapIdentity \"m.example\" signed as \"r.example\" and signedBy \"{b}\", remapIdentity", tree, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_shows_the_change_and_writes_nothing()
    {
        var file = _files.WriteRaw("policy.json", Mine);
        var shown = await _files.TextAsync(0, "policy", "set", "b.example", "--accept", "--dry-run", "--policy", file);
        Assert.Contains("-      \"b.example\": [{\"type\": \"reject\"}]\n+      \"b.example\": [\n", shown, StringComparison.Ordinal);
        Assert.Equal(Mine, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.False(File.Exists(file + "~"));
    }

    [Theory]
    [InlineData(2, "a.example")]
    [InlineData(2, "a.example", "--accept", "--reject")]
    [InlineData(2, "a.example", "--accept", "--identity", "matchExact")]
    [InlineData(2, "a.example", "--reject", "--transport", "nothing")]
    [InlineData(2, "relative", "--reject", "--transport", "dir")]
    [InlineData(2, "a.example", "--signed-by", "/etc/passwd", "--identity", "exactReference=a.example/name-only")]
    [InlineData(1, "a.example", "--signed-by", "/nonexistent")]
    [InlineData(1, "a.example", "--signed-by", "/etc/passwd")]
    [InlineData(1, "a.example", "--sigstore-key", "/etc/passwd", "--identity", "remapIdentity=A B=x")]
    public async Task What_makes_no_policy_is_not_written(int exitCode, params string[] arguments)
    {
        var file = _files.WriteRaw("policy.json", Mine);
        Assert.StartsWith("plomba: ", await _files.TextAsync(exitCode, ["policy", "set", "--policy", file, .. arguments]), StringComparison.Ordinal);
        Assert.Equal(Mine, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_policy_that_does_not_parse_or_is_not_there_is_not_touched()
    {
        var broken = _files.WriteRaw("broken.json", "{\"default\":[]}");
        Assert.Contains("does not parse", await _files.TextAsync(1, "policy", "set", "default", "--reject", "--policy", broken), StringComparison.Ordinal);
        Assert.Equal("{\"default\":[]}", await File.ReadAllTextAsync(broken, TestContext.Current.CancellationToken));
        await _files.TextAsync(1, "policy", "set", "a.example", "--reject", "--policy", _files.Path("none.json"));
        Assert.False(File.Exists(_files.Path("none.json")));
    }
}
