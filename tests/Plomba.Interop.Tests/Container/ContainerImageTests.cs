using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Container;

/// <summary>The server as a container image: nothing in it but the program and its libraries.</summary>
public sealed class ContainerImageTests : IDisposable
{
    private const string Image = "localhost/plomba:test";

    private static readonly string Deploy = Path.Combine(PlombaProgram.Repository, "deploy", "container");

    private readonly ContainersHome _home = new();
    private readonly TemporaryDirectory _work = new(prefix: "container");

    [Fact]
    public async Task The_image_serves_a_push_and_a_pull()
    {
        Assert.SkipUnless(PlombaProgram.IsOneFile, "the program is not the published one");
        Assert.SkipUnless(UserId.Effective == 0, "the tests do not run as root");
        foreach (var tool in new[] { "buildah", "podman", "skopeo", "runc" })
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
        _home.Policy("""{"default":[{"type":"insecureAcceptAnything"}]}""");
        await _home.MustAsync("bash", Path.Combine(Deploy, "build.sh"), "--program", PlombaProgram.Path, "--tag", Image);
        var address = $"127.0.0.1:{RunningProgram.FreePort()}";
        var data = Directory.CreateDirectory(_work.Combine("data")).FullName;
        await _home.MustAsync("chown", "990:990", data);
        await _home.MustAsync("chmod", "755", _work.Path);

        await _home.MustAsync(
            "podman", "run", "-d", "--name", "plomba", "--network=host", "--read-only", "--read-only-tmpfs=false", "--cap-drop=all", "--security-opt=no-new-privileges",
            "-v", $"{data}:/var/lib/plomba", Image, "serve", "--data", "/var/lib/plomba", "--listen", address);
        TinyImage.Write(_work.Combine("image"), "from a container");
        await UntilItAnswersAsync(address);
        await _home.MustAsync("skopeo", "copy", "--dest-tls-verify=false", $"dir:{_work.Combine("image")}", $"docker://{address}/alt/alt:1");
        await _home.MustAsync("skopeo", "copy", "--src-tls-verify=false", $"docker://{address}/alt/alt:1", $"dir:{_work.Combine("back")}");
        var stopped = await _home.MustAsync("podman", "stop", "--time", "20", "plomba");
        var exit = await _home.MustAsync("podman", "inspect", "--format", "{{.State.ExitCode}}", "plomba");

        Assert.Equal(await File.ReadAllTextAsync(_work.Combine("image", "manifest.json"), TestContext.Current.CancellationToken), await File.ReadAllTextAsync(_work.Combine("back", "manifest.json"), TestContext.Current.CancellationToken));
        Assert.Equal("0", exit.Text.Trim());
        Assert.Contains("plomba", stopped.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_unit_of_the_container_has_no_mistake()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("systemd-analyze"), "systemd-analyze is not installed");
        Assert.SkipUnless(ChildProcess.IsInstalled("podman"), "podman is not installed");

        var verified = await ChildProcess.RunAsync("systemd-analyze", ["verify", "--man=no", Path.Combine(Deploy, "plomba-container.service")]);

        Assert.Equal((0, ""), (verified.ExitCode, verified.Errors));
    }

    public void Dispose()
    {
        _home.Dispose();
        _work.Dispose();
    }

    private static async Task UntilItAnswersAsync(string address)
    {
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://{address}/healthz"));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50);
            }
        }

        Assert.Fail($"the container does not answer on {address}");
    }
}
