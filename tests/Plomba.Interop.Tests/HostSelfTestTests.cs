using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests;

public sealed class HostSelfTestTests
{
    [Fact]
    public async Task Lines_7_to_9_hold_and_the_machine_is_left_as_it_was()
    {
        Assert.SkipUnless(Environment.UserName == "root" && ChildProcess.IsInstalled("unshare") && ChildProcess.IsInstalled("ip"), "needs root, unshare and ip");
        using var directory = new TemporaryDirectory();
        var mounts = await File.ReadAllTextAsync("/proc/self/mounts");
        var policy = await PolicyAsync();
        var result = await PlombaProgram.RunAsync("host", "self-test", "--output", "json", "--tmpdir", directory.Path);

        Assert.True(result.ExitCode == 0, result.Text + result.Errors);
        var report = JsonDocument.Parse(result.Output).RootElement;
        Assert.True(report.GetProperty("passed").GetBoolean());
        var lines = report.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("line").GetInt32()).ToList();
        Assert.Equal([7, 8, 9], lines.Distinct().Order());
        Assert.True(lines.Count(line => line == 9) > 15, result.Text);
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
        Assert.DoesNotContain(directory.Path, await File.ReadAllTextAsync("/proc/self/mounts"), StringComparison.Ordinal);
        Assert.Equal(mounts.Split('\n').Count(IsOurs), (await File.ReadAllTextAsync("/proc/self/mounts")).Split('\n').Count(IsOurs));
        Assert.Equal(policy, await PolicyAsync());
    }

    [Fact]
    public async Task An_ordinary_user_is_told_that_it_needs_root()
    {
        Assert.SkipUnless(Environment.UserName == "root" && ChildProcess.IsInstalled("setpriv"), "only root can become somebody else, with setpriv");
        Assert.SkipUnless(PlombaProgram.IsOneFile, "the built program lies where only its owner may read; the published one is tested");
        using var directory = new TemporaryDirectory();
        await ChildProcess.RunAsync("chown", ["nobody", directory.Path]);
        var program = directory.Combine("plomba");
        File.Copy(PlombaProgram.Path, program);
        var result = await ChildProcess.RunAsync(
            "setpriv", ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--inh-caps=-all", "--reset-env", program, "host", "self-test", "--tmpdir", directory.Path]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("only root", result.Errors, StringComparison.Ordinal);
    }

    private static bool IsOurs(string mount) => mount.StartsWith("plomba-self-test ", StringComparison.Ordinal);

    private static async Task<string?> PolicyAsync() =>
        File.Exists("/etc/containers/policy.json") ? await File.ReadAllTextAsync("/etc/containers/policy.json") : null;
}
