using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs;

/// <summary><c>plomba host plan | apply | undo</c> as processes, on an offline root file system.</summary>
public sealed class HostApplyTests : IDisposable
{
    private readonly TemporaryDirectory _work = new();

    public HostApplyTests()
    {
        Write("root/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
        Write("root/etc/group", "root:x:0:\n");
        Write("root/etc/hosts", "127.0.0.1 localhost registry.local.evil.org\n");
        Write("site.toml", """
            format = 1
            [site]
            name = "demo"
            [registry]
            name = "registry.local"
            listen = ["127.0.0.1:5000"]
            address = "192.0.2.10"
            data = "/srv/registry"
            """);
    }

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task A_client_is_planned_applied_once_and_taken_back()
    {
        var before = await Snapshot();
        var plan = await Host("plan", "client", "--site", Site);
        Assert.Equal(3, plan.ExitCode);
        Assert.Contains("+ /etc/containers/policy.json", plan.Text, StringComparison.Ordinal);
        Assert.Contains("    +192.0.2.10 registry.local # plomba demo", plan.Text, StringComparison.Ordinal);
        Assert.Equal(before, await Snapshot());

        var unconfirmed = await Host("apply", "client", "--site", Site);
        Assert.Equal(3, unconfirmed.ExitCode);
        Assert.Contains("--yes", unconfirmed.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await Snapshot());

        var applied = await Host("apply", "client", "--site", Site, "--yes");
        Assert.True(applied.ExitCode == 0, applied.Errors);
        Assert.Equal(plan.Text, applied.Text);
        Assert.Equal("client\n", Read("root/etc/plomba/roles"));
        var after = await Snapshot();

        Assert.Equal(0, (await Host("apply", "client", "--site", Site, "--yes")).ExitCode);
        Assert.Equal(0, (await Host("plan", "client", "--site", Site)).ExitCode);
        Assert.Equal(after, await Snapshot());

        var undone = await Host("undo", "--yes");
        Assert.True(undone.ExitCode == 0, undone.Errors);
        Assert.Equal(before, await Snapshot());
        Assert.Equal(1, (await Host("undo", "--yes")).ExitCode);
    }

    [Fact]
    public async Task Several_changes_are_listed_and_one_that_was_overwritten_is_named()
    {
        await Host("apply", "client", "--site", Site, "--yes");
        Write("site.toml", Read("site.toml").Replace("192.0.2.10", "192.0.2.11", StringComparison.Ordinal));
        await Host("apply", "client", "--site", Site, "--yes");
        var list = await Host("undo", "--output", "json");
        Assert.Equal(2, list.ExitCode);
        Assert.Equal([2, 1], JsonDocument.Parse(list.Output).RootElement.EnumerateArray().Select(e => e.GetProperty("change").GetInt32()));
        var refused = await Host("undo", "1", "--yes");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("/etc/hosts", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await Host("undo", "2", "--yes")).ExitCode);
        Assert.Equal(0, (await Host("undo", "1", "--yes")).ExitCode);
    }

    [Fact]
    public async Task The_plan_is_one_json_document_without_what_not_everybody_may_read()
    {
        Write("root/etc/gshadow", "root:*::\n");
        File.SetUnixFileMode(_work.Combine("root", "etc", "gshadow"), DurableFile.PrivateMode);
        var plan = JsonDocument.Parse((await Host("plan", "client", "--site", Site, "--output", "json")).Output).RootElement;
        var changes = plan.GetProperty("changes").EnumerateArray().ToDictionary(c => c.GetProperty("path").GetString()!, StringComparer.Ordinal);
        Assert.Equal("0644", changes["/etc/containers/policy.json"].GetProperty("after").GetProperty("mode").GetString());
        Assert.True(changes["/etc/hosts"].GetProperty("after").TryGetProperty("content", out _));
        Assert.False(changes["/etc/gshadow"].GetProperty("after").TryGetProperty("content", out _));
        Assert.Equal(["client"], plan.GetProperty("roles").EnumerateArray().Select(r => r.GetString()));
    }

    [Theory]
    [InlineData("plan nothing --site SITE", 2)]
    [InlineData("plan client --user root$(id) --site SITE", 2)]
    [InlineData("plan client --site /nonexistent", 1)]
    [InlineData("apply node developer --yes --site SITE", 3)]
    [InlineData("apply client --user root --yes --site SITE", 3)]
    [InlineData("undo 7 --yes", 2)]
    public async Task What_makes_no_sense_is_refused_and_nothing_changes(string command, int exitCode)
    {
        var before = await Snapshot();
        var result = await Host([.. command.Split(' ').Select(w => w == "SITE" ? Site : w)]);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.NotEmpty(result.Errors);
        Assert.Equal(before, await Snapshot());
    }

    [Fact]
    [SuppressMessage("Security", "CA5394", Justification = "Moments, not secrets.")]
    public async Task A_kill_at_any_moment_leaves_the_old_or_the_new_state_after_the_next_verb()
    {
        var random = new Random(1);
        var old = await Snapshot();
        await Host("apply", "client", "--site", Site, "--yes");
        var @new = await Snapshot();
        await Host("undo", "--yes");
        for (var round = 0; round < 8; round++)
        {
            using var killer = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(150, 700)));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                // Some rounds end before the kill: then the next one begins with the new state undone.
                await ChildProcess.RunAsync(PlombaProgram.Path, ["host", "apply", "client", "--site", Site, "--root", Root, "--yes"], cancellation: killer.Token);
                await Task.Delay(Timeout.Infinite, killer.Token);
            });
            var next = await Host("undo", "--yes");
            Assert.Contains(next.ExitCode, new[] { 0, 1, 2 });
            var now = await Snapshot();
            Assert.True(now == old || now == @new, $"round {round}:\n{now}");
            if (now == @new)
                await Host("undo", "--yes");
        }
    }

    private string Root => _work.Combine("root");

    private string Site => _work.Combine("site.toml");

    private Task<ChildResult> Host(params string[] arguments) => PlombaProgram.RunAsync(["host", .. arguments, "--root", Root]);

    // Everything but the records of changes and the lock of the accounts.
    private async Task<string> Snapshot() => (await ChildProcess.RunAsync(
        "find", [Root, "(", "-path", "*/var", "-o", "-name", ".pwd.lock", ")", "-prune", "-o", "-printf", "%P %y %m %U:%G %s %l\n"])).Text
        .Split('\n').Where(l => !l.StartsWith("etc d", StringComparison.Ordinal) && !l.StartsWith(" d", StringComparison.Ordinal))
        .Select(l => l.Contains(" d ", StringComparison.Ordinal) ? string.Join(' ', l.Split(' ').Where((_, i) => i != 4)) : l)
        .Order(StringComparer.Ordinal).Aggregate("", (all, line) => $"{all}{line}\n");

    private string Read(string name) => File.ReadAllText(_work.Combine(name));

    private void Write(string name, string content)
    {
        DurableFile.CreateDirectory(Path.GetDirectoryName(_work.Combine(name))!);
        DurableFile.Write(_work.Combine(name), System.Text.Encoding.UTF8.GetBytes(content));
    }
}
