using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Registry.Tests.Access;

/// <summary>docker with a daemon of its own against a registry with accounts: alice makes alt.</summary>
public sealed class DockerTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private RunningProgram? _daemon;
    private RunningRegistry _registry = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("dockerd") && ChildProcess.IsInstalled("docker"), "docker is not installed");
        Assert.SkipUnless(Environment.UserName == "root", "only root can start a dockerd");
        _registry = await RunningRegistry.WithAccountsAsync(("alt", ["alice"]));
        _daemon = RunningProgram.Start("dockerd",
        [
            "--data-root", _directory.Combine("data"), "--exec-root", _directory.Combine("exec"), "--pidfile", _directory.Combine("pid"),
            "-H", $"unix://{_directory.Combine("docker.sock")}", "--iptables=false", "--ip6tables=false", "--bridge=none",
            "--insecure-registry", "127.0.0.0/8", "--storage-driver", "vfs", "--exec-opt", "native.cgroupdriver=cgroupfs",
        ]);
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if ((await DockerAsync("version")).ExitCode == 0)
                return;
            Assert.SkipWhen(_daemon.HasExited, $"dockerd does not run here: {_daemon.Log.Split('\n').LastOrDefault(l => l.Length > 0)}");
            await Task.Delay(100);
        }

        Assert.Skip("dockerd does not answer here");
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            if (!_daemon.HasExited)
                await _daemon.StopAsync();
            await _daemon.DisposeAsync();
        }

        if (_registry is not null)
            await _registry.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task docker_pulls_without_a_login_and_pushes_with_one()
    {
        var image = $"{_registry.Name}/alt/x:v1";
        await File.WriteAllTextAsync(_directory.Combine("content"), "hello");
        await MustAsync("import", await ArchiveAsync(), image);
        var anonymous = await DockerAsync("push", image);
        Assert.NotEqual(0, anonymous.ExitCode);
        Assert.Contains("authentication required", anonymous.Errors + anonymous.Text, StringComparison.Ordinal);
        var wrong = await DockerAsync("login", "-u", "alice", "-p", "wrong", _registry.Name);
        Assert.NotEqual(0, wrong.ExitCode);
        await MustAsync("login", "-u", "alice", "-p", RunningRegistry.PasswordOf("alice"), _registry.Name);
        await MustAsync("push", image);
        await MustAsync("logout", _registry.Name);
        await MustAsync("rmi", image);
        await MustAsync("pull", image);
    }

    private async Task<string> ArchiveAsync()
    {
        var archive = _directory.Combine("image.tar");
        var made = await ChildProcess.RunAsync("tar", ["-cf", archive, "-C", _directory.Path, "content"]);
        Assert.Equal(0, made.ExitCode);
        return archive;
    }

    private async Task MustAsync(params string[] arguments)
    {
        var result = await DockerAsync(arguments);
        Assert.True(result.ExitCode == 0, $"docker {arguments[0]}: {result.Errors}");
    }

    private Task<ChildResult> DockerAsync(params string[] arguments) => ChildProcess.RunAsync(
        "docker", ["--config", _directory.Combine("config"), "-H", $"unix://{_directory.Combine("docker.sock")}", .. arguments]);
}
