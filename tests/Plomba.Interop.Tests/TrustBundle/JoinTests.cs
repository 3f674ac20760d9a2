using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.TrustBundle;

/// <summary><c>plomba host join</c>, <c>leave</c> as processes: what they show, apply, and refuse.</summary>
public sealed class JoinTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _work = new(prefix: "join");
    private AdministeredSite? _site;
    private string _digest = "";

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
        _work.Dispose();
    }

    [Fact]
    public async Task Joining_shows_what_the_machine_would_become_and_changes_nothing_else()
    {
        var machine = await PrepareAsync("machine");
        var joined = await HostAsync(machine, "join", _site!.Url, "--root-sha256", _digest);
        Assert.True(joined.ExitCode == 0, joined.Errors);
        Assert.Contains("+ /etc/containers/policy.json", joined.Text, StringComparison.Ordinal);
        Assert.Contains($"plomba host apply client --root {machine}", joined.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(machine, "etc/containers")));
        // From then on it is the plan of the roles that the machine has.
        Assert.Equal(0, (await HostAsync(machine, "apply", "node", "--yes")).ExitCode);
        Assert.Equal(0, (await HostAsync(machine, "leave")).ExitCode);
        var again = await HostAsync(machine, "join", _site.Url, "--root-sha256", _digest, "--output", "json");
        var document = JsonDocument.Parse(again.Output).RootElement;
        Assert.Equal(1, document.GetProperty("version").GetInt32());
        var plan = Assert.Single(document.GetProperty("plans").EnumerateArray());
        Assert.Equal(["node"], plan.GetProperty("roles").EnumerateArray().Select(r => r.GetString()));
        Assert.Empty(plan.GetProperty("changes").EnumerateArray());
    }

    [Fact]
    public async Task Carried_files_and_a_role_put_a_machine_into_it_with_one_command()
    {
        var machine = await PrepareAsync("machine");
        string[] join = ["join", "--file", _site!.TrustDirectory, "--root-sha256", _digest, "--role", "client"];
        var shown = await HostAsync(machine, join);
        Assert.True(shown.ExitCode == 0, shown.Errors);
        Assert.Contains("+ /etc/containers/policy.json", shown.Text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(machine, "etc/containers")));
        Assert.Equal(0, (await HostAsync(machine, "leave")).ExitCode);

        var applied = await HostAsync(machine, [.. join, "--yes", "--output", "json"]);
        Assert.True(applied.ExitCode == 0, applied.Errors);
        var document = JsonDocument.Parse(applied.Output).RootElement;
        Assert.Equal((1, 1), (document.GetProperty("version").GetInt32(), document.GetProperty("change").GetInt32()));
        Assert.True(File.Exists(Path.Combine(machine, "etc/containers/policy.json")));
        Assert.Equal(0, (await HostAsync(machine, "plan", "client")).ExitCode);
    }

    [Fact]
    public async Task A_machine_with_a_site_of_its_own_is_told_that_it_goes_by_that()
    {
        var machine = await PrepareAsync("machine");
        Directory.CreateDirectory(Path.Combine(machine, "etc/plomba"));
        File.Copy(_site!.SiteFile, Path.Combine(machine, "etc/plomba/site.toml"));
        var joined = await HostAsync(machine, "join", _site.Url, "--root-sha256", _digest);
        Assert.Equal(0, joined.ExitCode);
        Assert.Contains("/etc/plomba/site.toml", joined.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("+ /etc/containers/policy.json", joined.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_verb_goes_by_the_site_that_is_named_else_by_the_machines_own_else_by_the_joined_one()
    {
        var machine = await PrepareAsync("machine");
        Assert.Equal(0, (await HostAsync(machine, "join", _site!.Url, "--root-sha256", _digest)).ExitCode);
        Assert.Contains($"127.0.0.1:{_site.Port}", (await HostAsync(machine, "plan", "client")).Text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(machine, "etc/plomba/site.toml"), SiteOf("own.example.org"));
        Assert.Contains("own.example.org", (await HostAsync(machine, "plan", "client")).Text, StringComparison.Ordinal);
        var named = _work.Combine("named.toml");
        await File.WriteAllTextAsync(named, SiteOf("named.example.org"));
        Assert.Contains("named.example.org", (await HostAsync(machine, "plan", "client", "--site", named)).Text, StringComparison.Ordinal);
        // Other verbs read files: the joined site is one.
        var shown = await PlombaProgram.RunAsync("site", "show", "--site", Path.Combine(machine, "etc/plomba/joined/current/site.toml"));
        Assert.True(shown.ExitCode == 0, shown.Errors);
        Assert.Contains($"127.0.0.1:{_site.Port}", shown.Text, StringComparison.Ordinal);

        static string SiteOf(string name) => $"format = 1\n[site]\nname = \"s\"\n[registry]\nname = \"{name}\"\ndata = \"/srv/registry\"\n";
    }

    [Theory]
    [InlineData("--yes")]
    [InlineData("--user alice")]
    [InlineData("--role nothing")]
    [InlineData("--role client --user root$(id)")]
    public async Task Options_that_make_no_sense_are_refused_before_anything_is_fetched(string options)
    {
        var machine = _work.Combine("machine");
        Directory.CreateDirectory(machine);
        var result = await HostAsync(machine, ["join", "http://127.0.0.1:9/trust", "--root-sha256", new string('0', 64), .. options.Split(' ')]);
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(machine));
    }

    [Fact]
    public async Task While_one_process_joins_refreshes_or_leaves_others_are_refused()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("flock"), "flock is not installed");
        var machine = await PrepareAsync("machine");
        Assert.Equal(0, (await HostAsync(machine, "join", _site!.Url, "--root-sha256", _digest)).ExitCode);
        var held = Path.Combine(machine, "var/lib/plomba-host/joining");
        foreach (var verb in new[] { $"join --refresh --root '{machine}'", $"leave --root '{machine}'" })
        {
            var result = await ChildProcess.RunAsync("flock", ["--nonblock", held, "sh", "-c", $"exec '{PlombaProgram.Path}' host {verb}"]);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("at this moment", result.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(0, (await HostAsync(machine, "join", "--refresh")).ExitCode);
    }

    [Fact]
    public async Task A_home_that_cannot_be_changed_keeps_no_revocation_from_the_machine()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, for homes of other users");
        var machine = await PrepareAsync("machine");
        var join = await HostAsync(machine, "join", _site!.Url, "--root-sha256", _digest, "--role", "client", "--yes");
        Assert.True(join.ExitCode == 0, join.Errors);
        await File.AppendAllTextAsync(Path.Combine(machine, "etc/group"), "alice:x:1000:\n");
        await File.AppendAllTextAsync(Path.Combine(machine, "etc/passwd"), "alice:x:1000:1000::/home/alice:/bin/sh\n");
        await AddToGroupAsync(machine, "podman", "alice");
        // More than is ever taken away for a closed directory.
        var configuration = Path.Combine(machine, "home/alice/.config/containers");
        Directory.CreateDirectory(configuration);
        foreach (var number in Enumerable.Range(0, 2001))
            await File.WriteAllTextAsync(Path.Combine(configuration, $"{number}"), "");
        Assert.Equal(0, (await ChildProcess.RunAsync("chown", ["-R", "1000:1000", Path.Combine(machine, "home/alice")])).ExitCode);

        await File.AppendAllTextAsync(_site.SiteFile, "[[namespace]]\nname = \"closed\"\n");
        await _site.PublishAsync("alice");
        await _site.PublishAsync("bob");
        var refreshed = await HostAsync(machine, "join", "--refresh");

        Assert.Equal(1, refreshed.ExitCode);
        Assert.Contains("/home/alice/.config/containers", refreshed.Errors, StringComparison.Ordinal);
        Assert.Contains("/closed", await File.ReadAllTextAsync(Path.Combine(machine, "etc/containers/policy.json")), StringComparison.Ordinal);
    }

    private static async Task AddToGroupAsync(string machine, string name, string member)
    {
        foreach (var file in new[] { "etc/group", "etc/gshadow" })
        {
            var path = Path.Combine(machine, file);
            var lines = (await File.ReadAllLinesAsync(path)).Select(line => !line.StartsWith($"{name}:", StringComparison.Ordinal) ? line : line.EndsWith(':') ? line + member : $"{line},{member}");
            await File.WriteAllLinesAsync(path, lines);
        }
    }

    private static Task<ChildResult> HostAsync(string machine, params string[] arguments) => PlombaProgram.RunAsync(["host", .. arguments, "--root", machine]);

    private async Task<string> PrepareAsync(string name)
    {
        _site = await AdministeredSite.CreateAsync(2, "alice", "bob", "carol");
        await _site.PublishAsync("alice");
        _digest = (await _site.PublishAsync("bob")).GetProperty("rootSha256").GetString()!;
        await _site.ServeAsync();
        var machine = _work.Combine(name);
        Directory.CreateDirectory(Path.Combine(machine, "etc"));
        foreach (var (file, line) in new[] { ("passwd", "root:x:0:0:root:/root:/bin/sh\n"), ("group", "root:x:0:\n"), ("shadow", "root:*:19000:0:99999:7:::\n"), ("gshadow", "root:*::\n") })
            await File.WriteAllTextAsync(Path.Combine(machine, "etc", file), line);
        return machine;
    }
}
