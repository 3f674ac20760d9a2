using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs;

public sealed class SiteVerbTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _work = new();
    private readonly GpgHome _gpg = new();

    [Fact]
    public async Task Init_writes_a_site_that_passes_its_check_and_never_overwrites()
    {
        Assert.Equal(0, (await SiteAsync("init", Site)).ExitCode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(Site));
        var check = await SiteAsync("check", Site);
        Assert.Equal(0, check.ExitCode);
        Assert.StartsWith($"{Site}:1:1: warning no-namespaces ", check.Text, StringComparison.Ordinal);

        File.WriteAllText(Site, "mine");
        var again = await SiteAsync("init", Site);

        Assert.Equal(1, again.ExitCode);
        Assert.StartsWith($"plomba: {Site} is there already\n", again.Errors, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Site));
    }

    [Fact]
    public async Task Check_prints_every_mistake_with_file_line_and_column_and_exits_3()
    {
        File.WriteAllText(Site, "format = 1\n[site]\nname = \"S\"\n[registry]\nname = \"localhost:5000\"\nlistne = []\n");

        var text = await SiteAsync("check", Site);
        var json = await SiteAsync("check", Site, "--output", "json");

        Assert.Equal((3, 3), (text.ExitCode, json.ExitCode));
        Assert.Equal(
            [$"{Site}:3:8: error bad-value", $"{Site}:6:1: error unknown-key"],
            text.Text.TrimEnd().Split('\n').Where(l => l.Contains(": error ", StringComparison.Ordinal)).Select(l => string.Join(' ', l.Split(' ')[..3])));
        using var document = JsonDocument.Parse(json.Output);
        Assert.False(document.RootElement.GetProperty("valid").GetBoolean());
        Assert.Contains(document.RootElement.GetProperty("findings").EnumerateArray(), f =>
            f.GetProperty("line").GetInt32() == 6 && f.GetProperty("column").GetInt32() == 1 && f.GetProperty("severity").GetString() == "error" && f.GetProperty("code").GetString() == "unknown-key");
    }

    [Theory]
    [InlineData("check")]
    [InlineData("show")]
    [InlineData("render")]
    [InlineData("namespace", "list")]
    [InlineData("key", "list")]
    public async Task A_missing_site_is_one_clear_line_and_exit_1(params string[] verb)
    {
        var result = await SiteAsync([.. verb, "--site", Site]);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"plomba: there is no site at {Site}\n", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task The_current_directory_is_never_searched_for_a_site()
    {
        Assert.SkipWhen(File.Exists("/etc/plomba/site.toml"), "this machine has a site");
        await SiteAsync("init", Site);

        var result = await ChildProcess.RunAsync(PlombaProgram.Path, ["site", "show"], directory: _work.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("/etc/plomba/site.toml", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_enters_only_with_its_full_fingerprint_confirmed()
    {
        SkipWithoutGpg();
        await SiteAsync("init", Site);
        var (fingerprint, file) = await NewKeyAsync("images-developer");
        var before = File.ReadAllText(Site);

        var unconfirmed = await SiteAsync("key", "add", file, "--site", Site);
        var another = await SiteAsync("key", "add", file, "--site", Site, "--fingerprint", "0123456789ABCDEF0123456789ABCDEF01234567");
        var shortId = await SiteAsync("key", "add", file, "--site", Site, "--fingerprint", fingerprint[^16..]);

        Assert.Equal((3, 3, 2), (unconfirmed.ExitCode, another.ExitCode, shortId.ExitCode));
        Assert.Contains(fingerprint, unconfirmed.Errors, StringComparison.Ordinal);
        Assert.Contains(fingerprint, another.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Site));
        Assert.False(Directory.Exists(_work.Combine("plomba-data")));

        var confirmed = await SiteAsync("key", "add", file, "--site", Site, "--fingerprint", fingerprint.ToLowerInvariant());

        Assert.True(confirmed.ExitCode == 0, confirmed.Errors);
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(_work.Combine("plomba-data", "keys", "images-developer.pgp")));
        Assert.StartsWith(before, File.ReadAllText(Site), StringComparison.Ordinal);
        Assert.Equal($"images-developer  {fingerprint}  counts  images-developer <k@example.org>\n", (await SiteAsync("key", "list", "--site", Site)).Text);
    }

    [Theory]
    [InlineData("y\n", 0)]
    [InlineData("n\n", 3)]
    [InlineData("\n", 3)]
    public async Task At_a_terminal_the_fingerprint_is_shown_and_asked_about(string answer, int exitCode)
    {
        SkipWithoutGpg();
        Assert.SkipUnless(ChildProcess.IsInstalled("script"), "script is not installed");
        await SiteAsync("init", Site);
        var before = File.ReadAllText(Site);
        var (fingerprint, file) = await NewKeyAsync("k");

        var result = await ChildProcess.RunAsync(
            "script", ["-qec", $"{PlombaProgram.Path} site key add {file} --site {Site}", "/dev/null"], System.Text.Encoding.UTF8.GetBytes(answer));

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(string.Join(' ', fingerprint.Chunk(4).Select(c => new string(c))), result.Text, StringComparison.Ordinal);
        Assert.Equal(exitCode == 0, File.ReadAllText(Site) != before);
    }

    [Fact]
    public async Task A_namespace_is_added_changed_and_removed_and_the_file_is_as_it_was()
    {
        SkipWithoutGpg();
        await SiteAsync("init", Site);
        var before = File.ReadAllText(Site);
        var (first, firstFile) = await NewKeyAsync("one");
        var (second, secondFile) = await NewKeyAsync("two");

        var added = await SiteAsync(
            "namespace", "add", "alt", "--maker", "anna", "--maker", "bert", "--key", firstFile, "--key", secondFile, "--fingerprint", first, "--fingerprint", second, "--require", "all", "--site", Site);
        Assert.True(added.ExitCode == 0, added.Errors);
        Assert.Equal("localhost:5000/alt  makers: anna, bert  keys: one, two (all of them)\n", (await SiteAsync("namespace", "list", "--site", Site)).Text);
        Assert.Equal(0, (await SiteAsync("check", Site)).ExitCode);
        Assert.Equal(1, (await SiteAsync("namespace", "add", "alt", "--site", Site)).ExitCode);
        Assert.Equal(1, (await SiteAsync("key", "remove", "one", "--site", Site)).ExitCode);
        Assert.Equal(0, (await SiteAsync("namespace", "set", "alt", "--key", "two", "--site", Site)).ExitCode);
        Assert.Equal(0, (await SiteAsync("key", "remove", "one", "--site", Site)).ExitCode);
        Assert.Equal(2, (await SiteAsync("namespace", "remove", "alt", "--site", Site)).ExitCode);
        Assert.Equal(0, (await SiteAsync("namespace", "remove", "alt", "--yes", "--site", Site)).ExitCode);
        Assert.Equal(0, (await SiteAsync("key", "remove", "two", "--site", Site)).ExitCode);

        Assert.Equal(before, File.ReadAllText(Site));
    }

    [Theory]
    [InlineData(2, "namespace", "add", "../x")]
    [InlineData(2, "namespace", "add", "alt", "--maker", "a b")]
    [InlineData(2, "namespace", "add", "alt", "--require", "some")]
    [InlineData(2, "namespace", "add", "alt", "--fingerprint", "0123456789ABCDEF0123456789ABCDEF01234567")]
    [InlineData(1, "namespace", "add", "alt", "--key", "nothing")]
    [InlineData(1, "namespace", "set", "alt", "--maker", "m")]
    [InlineData(1, "namespace", "remove", "alt", "--yes")]
    [InlineData(1, "key", "remove", "k")]
    [InlineData(1, "key", "add", "/etc/hostname", "--name", "k")]
    [InlineData(1, "key", "add", "/nowhere/k.pgp")]
    [InlineData(2, "key", "add", "/etc/hostname", "--name", "../k")]
    [InlineData(2, "render", "--for", "everybody")]
    [InlineData(2, "render", "--maker", "nobody")]
    [InlineData(1, "render", "--for", "maker")]
    public async Task Wrong_input_is_one_clear_message_and_nothing_changes(int exitCode, params string[] verb)
    {
        await SiteAsync("init", Site);
        var before = File.ReadAllText(Site);

        var result = await SiteAsync([.. verb, "--site", Site]);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith("plomba: ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Equal(before, File.ReadAllText(Site));
    }

    [Theory]
    [InlineData(2, "check", "")]
    [InlineData(2, "init", "")]
    [InlineData(1, "check", "/")]
    [InlineData(1, "init", "/proc/site.toml")]
    [InlineData(1, "init", "/nowhere/site.toml")]
    [InlineData(1, "check", "/dev/zero")]
    [InlineData(3, "check", "/bin/sh")]
    public async Task A_path_that_is_no_site_is_answered_clearly(int exitCode, string verb, string path)
    {
        var result = await SiteAsync(verb, path);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.DoesNotContain("--debug", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_as_a_site_is_refused_without_waiting_for_its_other_end()
    {
        await ChildProcess.RunAsync("mkfifo", [Site]);

        var result = await ChildProcess.RunAsync("timeout", ["20", PlombaProgram.Path, "site", "check", Site]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("pipe", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invalid_site_is_not_edited()
    {
        File.WriteAllText(Site, "format = 1\n");

        var result = await SiteAsync("namespace", "add", "alt", "--maker", "m", "--site", Site);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("plomba site check", result.Errors, StringComparison.Ordinal);
        Assert.Equal("format = 1\n", File.ReadAllText(Site));
    }

    [Fact]
    public async Task Render_prints_every_file_under_its_name()
    {
        await SiteAsync("init", Site);
        await SiteAsync("namespace", "add", "alt", "--maker", "anna", "--site", Site);

        var result = await SiteAsync("render", "--site", Site);

        Assert.Equal(
            [
                "client/etc/containers/policy.json", "client/etc/containers/registries.d/plomba.yaml", "client/etc/containers/registries.conf.d/50-plomba.conf",
                "maker/.config/containers/policy.json", "maker/.config/containers/registries.d/plomba.yaml",
                "node/etc/containers/policy.json", "node/etc/containers/registries.d/plomba.yaml", "node/etc/containers/registries.conf.d/50-plomba.conf",
                "node/etc/crio/crio.conf.d/50-plomba.conf", "server/etc/systemd/system/plomba.service",
            ],
            result.Text.Split('\n').Where(l => l.StartsWith("==> ", StringComparison.Ordinal)).Select(l => l[4..^4]));
        Assert.Contains($"lookaside-staging: file://{_work.Combine("plomba-data", "staging", "anna")}\n", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Render_refuses_a_site_that_does_not_pass_and_writes_nothing()
    {
        await SiteAsync("init", Site);
        File.AppendAllText(Site, "[[key]]\nname = \"k\"\nfingerprint = \"0123456789ABCDEF0123456789ABCDEF01234567\"\n");

        var result = await SiteAsync("render", "--site", Site, "--to", _work.Combine("out"));

        Assert.Equal(3, result.ExitCode);
        Assert.False(Directory.Exists(_work.Combine("out")));
    }

    [Fact]
    public async Task Render_replaces_a_file_that_differs_only_with_force()
    {
        await SiteAsync("init", Site);
        var to = _work.Combine("out");
        var policy = Path.Combine(to, "client", "etc", "containers", "policy.json");

        Assert.Equal(0, (await SiteAsync("render", "--site", Site, "--to", to)).ExitCode);
        var rendered = File.ReadAllText(policy);
        Assert.Equal(0, (await SiteAsync("render", "--site", Site, "--to", to)).ExitCode);
        File.WriteAllText(policy, "mine");
        File.Delete(Path.Combine(to, "client", "etc", "containers", "registries.d", "plomba.yaml"));
        var refused = await SiteAsync("render", "--site", Site, "--to", to);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(policy, refused.Errors, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(policy));
        Assert.False(File.Exists(Path.Combine(to, "client", "etc", "containers", "registries.d", "plomba.yaml")));
        Assert.Equal(0, (await SiteAsync("render", "--site", Site, "--to", to, "--force")).ExitCode);
        Assert.Equal(rendered, File.ReadAllText(policy));
    }

    [Fact]
    public async Task Show_tells_urls_and_paths_as_json()
    {
        await SiteAsync("init", Site);

        using var site = JsonDocument.Parse((await SiteAsync("show", "--site", Site, "--output", "json")).Output);

        Assert.Equal("http://localhost:5000", site.RootElement.GetProperty("registry").GetProperty("url").GetString());
        Assert.Equal("http://localhost:5000/sigstore", site.RootElement.GetProperty("signatures").GetProperty("lookasideUrl").GetString());
        Assert.Equal(_work.Combine("plomba-data", "keys"), site.RootElement.GetProperty("keysDirectory").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        await _gpg.DisposeAsync();
        _work.Dispose();
    }

    private string Site => _work.Combine("site.toml");

    private static Task<ChildResult> SiteAsync(params string[] arguments) => PlombaProgram.RunAsync(["site", .. arguments]);

    private static void SkipWithoutGpg() => Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");

    private async Task<(string Fingerprint, string File)> NewKeyAsync(string name)
    {
        var fingerprint = await _gpg.CreateKeyAsync($"{name} <k@example.org>", "ed25519");
        var file = _work.Combine(name + ".pgp");
        File.WriteAllBytes(file, await _gpg.ExportAsync(fingerprint));
        return (fingerprint, file);
    }
}
