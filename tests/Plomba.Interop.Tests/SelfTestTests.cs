using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests;

public sealed class SelfTestTests
{
    [Fact]
    public async Task Every_line_holds_with_every_installed_client_and_nothing_is_left_behind()
    {
        using var directory = new TemporaryDirectory();
        var result = await PlombaProgram.RunAsync("self-test", "--output", "json", "--tmpdir", directory.Path);
        Assert.True(result.ExitCode == 0, result.Text + result.Errors);
        var report = JsonDocument.Parse(result.Output).RootElement;
        Assert.True(report.GetProperty("passed").GetBoolean());
        Assert.All(report.GetProperty("lines").EnumerateArray(), line => Assert.True(line.GetProperty("holds").GetBoolean()));
        var clients = report.GetProperty("clients").EnumerateArray().Select(c => c.GetString()).ToArray();
        Assert.Contains("plomba", clients);
        if (ChildProcess.IsInstalled("skopeo"))
            Assert.Contains("skopeo", clients);
        Assert.Empty(Directory.EnumerateFileSystemEntries(directory.Path));
    }

    [Fact]
    public async Task It_needs_no_root()
    {
        Assert.SkipUnless(Environment.UserName == "root" && ChildProcess.IsInstalled("setpriv"), "only root can become somebody else, with setpriv");
        using var directory = new TemporaryDirectory();
        await ChildProcess.RunAsync("chown", ["nobody", directory.Path]);
        var program = directory.Combine("plomba");
        Assert.SkipUnless(PlombaProgram.IsOneFile, "the built program lies where only its owner may read; the published one is tested");
        File.Copy(PlombaProgram.Path, program);
        var result = await ChildProcess.RunAsync(
            "setpriv", ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--inh-caps=-all", "--reset-env", program, "self-test", "--tmpdir", directory.Path, "--with", "none"]);
        Assert.True(result.ExitCode == 0, result.Text + result.Errors);
    }

    [Fact]
    public async Task An_unknown_client_is_a_usage_error()
    {
        var result = await PlombaProgram.RunAsync("self-test", "--with", "docker");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'docker'", result.Errors, StringComparison.Ordinal);
    }
}
