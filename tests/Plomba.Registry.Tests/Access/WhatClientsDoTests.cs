using System.Net;
using Plomba.Files;
using Plomba.Registry.Tests.Signatures;
using Plomba.Testing;

namespace Plomba.Registry.Tests.Access;

/// <summary>podman and skopeo against a registry with accounts over plain HTTP on this machine: alice makes alt.</summary>
public sealed class WhatClientsDoTests(TwoKeys keys) : IClassFixture<TwoKeys>, IAsyncLifetime
{
    private const string AcceptAnything = """{"default":[{"type":"insecureAcceptAnything"}]}""";
    private readonly TemporaryDirectory _directory = new();
    private ContainersHome _home = null!;
    private RunningRegistry _registry = null!;

    private string Image => $"{_registry.Name}/alt/x:v1";

    private string Local => _directory.Combine("image");

    public async ValueTask InitializeAsync()
    {
        _registry = await RunningRegistry.WithAccountsAsync(("alt", ["alice"]), ("beta", ["bob"]));
        _home = new ContainersHome(keys.Gpg.Path);
        _home.Policy(AcceptAnything);
        _home.Insecure(_registry.Name);
        TinyImage.Write(Local, "clients");
    }

    public async ValueTask DisposeAsync()
    {
        _home.Dispose();
        await _registry.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("podman")]
    [InlineData("skopeo")]
    public async Task A_login_is_checked(string client)
    {
        Require(client);
        var wrong = await LoginAsync(client, "alice", "wrong");
        Assert.NotEqual(0, wrong.ExitCode);
        Assert.Contains("invalid username/password", wrong.Errors, StringComparison.Ordinal);
        var right = await LoginAsync(client, "alice", RunningRegistry.PasswordOf("alice"));
        Assert.True(right.ExitCode == 0, right.Errors);
    }

    [Theory]
    [InlineData("podman")]
    [InlineData("skopeo")]
    public async Task Everybody_pulls_without_a_login(string client)
    {
        Require(client);
        await PushAsAliceAsync();
        var pulled = client == "podman"
            ? await _home.RunAsync("podman", "pull", Image)
            : await _home.RunAsync("skopeo", "copy", $"docker://{Image}", $"dir:{_directory.Combine("pulled")}");
        Assert.True(pulled.ExitCode == 0, pulled.Errors);
    }

    [Fact]
    public async Task A_push_takes_the_login_of_a_maker()
    {
        Require("skopeo");
        var anonymous = await PushAsync();
        Assert.Equal(1, anonymous.ExitCode);
        Assert.Contains("authentication required", anonymous.Errors, StringComparison.Ordinal);
        await LoginAsync("skopeo", "bob", RunningRegistry.PasswordOf("bob"));
        var foreign = await PushAsync();
        Assert.Equal(1, foreign.ExitCode);
        Assert.Contains("denied", foreign.Errors, StringComparison.Ordinal);
        await LoginAsync("skopeo", "alice", RunningRegistry.PasswordOf("alice"));
        var maker = await PushAsync();
        Assert.True(maker.ExitCode == 0, maker.Errors);
    }

    [Fact]
    public async Task podman_pushes_after_podman_login()
    {
        Require("podman");
        await LoginAsync("podman", "alice", RunningRegistry.PasswordOf("alice"));
        await _home.MustAsync("podman", "pull", $"dir:{Local}");
        var id = (await _home.MustAsync("podman", "images", "--quiet", "--no-trunc")).Text.Trim();
        var pushed = await _home.RunAsync("podman", "push", id, $"docker://{Image}");
        Assert.True(pushed.ExitCode == 0, pushed.Errors);
    }

    [Fact]
    public async Task A_pushed_image_is_signed_through_the_extension_and_checked_at_the_pull()
    {
        Require("skopeo");
        await LoginAsync("skopeo", "alice", RunningRegistry.PasswordOf("alice"));
        var signed = await PushAsync("--sign-by", keys.Alice);
        Assert.True(signed.ExitCode == 0, signed.Errors);
        await _home.MustAsync("skopeo", "logout", _registry.Name);
        Trust(keys.Alice);
        var pulled = await PullAsync("v1");
        Assert.True(pulled.ExitCode == 0, pulled.Errors);

        await LoginAsync("skopeo", "alice", RunningRegistry.PasswordOf("alice"));
        TinyImage.Write(_directory.Combine("unsigned"), "unsigned");
        _home.Policy(AcceptAnything);
        await _home.MustAsync("skopeo", "copy", $"dir:{_directory.Combine("unsigned")}", $"docker://{_registry.Name}/alt/x:unsigned");
        Trust(keys.Alice);
        var refused = await PullAsync("unsigned");
        Assert.Contains("A signature was required, but no signature exists", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_maker_without_the_right_cannot_sign()
    {
        Require("skopeo");
        await PushAsAliceAsync();
        await LoginAsync("skopeo", "bob", RunningRegistry.PasswordOf("bob"));
        var signed = await PushAsync("--sign-by", keys.Bob);
        Assert.NotEqual(0, signed.ExitCode);
        var digest = TinyImage.DigestOf(Local);
        Assert.Equal("{\"signatures\":[]}", await _registry.Http.GetStringAsync($"/extensions/v2/alt/x/signatures/{digest}"));
    }

    [Fact]
    public async Task A_maker_deletes_with_skopeo()
    {
        Require("skopeo");
        await PushAsAliceAsync();
        var anonymous = await _home.RunAsync("skopeo", "delete", $"docker://{Image}");
        Assert.NotEqual(0, anonymous.ExitCode);
        await LoginAsync("skopeo", "alice", RunningRegistry.PasswordOf("alice"));
        var deleted = await _home.RunAsync("skopeo", "delete", $"docker://{Image}");
        Assert.True(deleted.ExitCode == 0, deleted.Errors);
        using var gone = await _registry.SendAsync("HEAD", "/v2/alt/x/manifests/v1");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    private static void Require(string client) => Assert.SkipUnless(ChildProcess.IsInstalled(client), $"{client} is not installed");

    private async Task PushAsAliceAsync()
    {
        Require("skopeo");
        await LoginAsync("skopeo", "alice", RunningRegistry.PasswordOf("alice"));
        var pushed = await PushAsync();
        Assert.True(pushed.ExitCode == 0, pushed.Errors);
        await _home.MustAsync("skopeo", "logout", _registry.Name);
    }

    private Task<ChildResult> LoginAsync(string client, string user, string password) =>
        _home.RunAsync(client, "login", "--tls-verify=false", "-u", user, "-p", password, _registry.Name);

    private Task<ChildResult> PushAsync(params string[] options) =>
        _home.RunAsync("skopeo", ["copy", .. options, $"dir:{Local}", $"docker://{Image}"]);

    private Task<ChildResult> PullAsync(string tag) =>
        _home.RunAsync("skopeo", "copy", "--remove-signatures", $"docker://{_registry.Name}/alt/x:{tag}", $"dir:{_directory.Combine($"pulled-{tag}")}");

    private void Trust(string key)
    {
        var file = _directory.Combine("key.pgp");
        File.WriteAllBytes(file, keys.Gpg.ExportAsync(key).GetAwaiter().GetResult());
        _home.Policy($$$"""{"default":[{"type":"reject"}],"transports":{"docker":{"{{{_registry.Name}}}":[{"type":"signedBy","keyType":"GPGKeys","keyPath":"{{{file}}}"}]} } }""");
    }
}
