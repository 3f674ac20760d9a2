using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Tests.Verbs.Skopeo;

/// <summary>Every way to give list-tags a login, against a registry with a password.</summary>
public sealed class ListTagsLoginTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _registry = $"127.0.0.1:{RunningProgram.FreePort()}";
    private RunningProgram? _server;

    public async ValueTask InitializeAsync()
    {
        if (!ChildProcess.IsInstalled("skopeo") || !ChildProcess.IsInstalled("docker-registry") || !ChildProcess.IsInstalled("htpasswd"))
            return;
        var accounts = await ChildProcess.RunAsync("htpasswd", ["-Bbn", "reader", "pass:word"]);
        await File.WriteAllTextAsync(_directory.Combine("htpasswd"), accounts.Text);
        await File.WriteAllTextAsync(_directory.Combine("config.yml"), $$"""
            version: 0.1
            storage: { filesystem: { rootdirectory: {{_directory.Combine("data")}} } }
            http: { addr: "{{_registry}}" }
            auth: { htpasswd: { realm: registry, path: {{_directory.Combine("htpasswd")}} } }
            """);
        _server = RunningProgram.Start("docker-registry", ["serve", _directory.Combine("config.yml")]);
        await _server.WaitUntilReadyAsync($"http://{_registry}/v2/");
        TinyImage.Write(_directory.Combine("image"), "x");
        var pushed = await ChildProcess.RunAsync(
            "skopeo", ["copy", "--insecure-policy", "--dest-tls-verify=false", "--dest-creds", "reader:pass:word", $"dir:{_directory.Combine("image")}", $"docker://{_registry}/ns/app:v1"]);
        Assert.True(pushed.ExitCode == 0, pushed.Errors);
        await WriteLoginAsync("right", "reader:pass:word");
        await WriteLoginAsync("wrong", "reader:nope");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(0, "--creds reader:pass:word")]
    [InlineData(1, "--creds reader:nope")]
    [InlineData(1, "--creds reader")]
    [InlineData(0, "--username reader --password pass:word")]
    [InlineData(1, "--username reader --password nope")]
    [InlineData(0, "--authfile DIR/right")]
    [InlineData(1, "--authfile DIR/wrong")]
    [InlineData(1, "--authfile DIR/none")]
    [InlineData(1, "--authfile DIR/right --no-creds")]
    [InlineData(0, "--authfile DIR/wrong --creds reader:pass:word")]
    [InlineData(0, "--authfile DIR/none --creds reader:pass:word")]
    [InlineData(1, "--no-creds")]
    [InlineData(1, "")]
    public async Task A_login_is_sent_where_skopeo_sends_it(int expected, string options)
    {
        Assert.SkipWhen(_server is null, "skopeo, docker-registry or htpasswd is not installed");
        var words = options.Replace("DIR", _directory.Path, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var ours = await AgainstSkopeo.SameAsync(["list-tags", "--tls-verify=false", .. words, $"docker://{_registry}/ns/app"]);
        Assert.Equal(expected, ours.ExitCode);
        Assert.DoesNotContain("pass:word", ours.Errors, StringComparison.Ordinal);
    }

    private Task WriteLoginAsync(string name, string login)
    {
        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(login));
        return File.WriteAllTextAsync(_directory.Combine(name), "{\"auths\":{\"" + _registry + "\":{\"auth\":\"" + encoded + "\"}}}");
    }
}
