using System.Net;
using Plomba.Registry.Hosting;

namespace Plomba.Registry.Tests.TrustBundle;

public sealed class TrustEndpointTests : IAsyncLifetime
{
    private RunningRegistry _registry = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await RunningRegistry.StartAsync(options: o => o with { SignaturesListen = [Listener.At(new IPEndPoint(IPAddress.Loopback, 0))] });
        await PutAsync("timestamp.json", "{}");
        await PutAsync("1.root.json", "{\"root\":1}");
        await PutAsync("targets/keys/abc.alice.pgp", "key");
        await PutAsync("draft/targets.json", "draft");
        await PutAsync("notes.json", "private");
    }

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task The_bundle_is_served_on_both_listeners_as_it_lies_there()
    {
        foreach (var address in _registry.Addresses)
        {
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            Assert.Equal("{\"root\":1}", await client.GetStringAsync("/trust/1.root.json"));
            Assert.Equal("key", await client.GetStringAsync("/trust/targets/keys/abc.alice.pgp"));
            Assert.Equal("{}", await client.GetStringAsync("/trust/timestamp.json"));
        }
    }

    [Fact]
    public async Task What_may_change_or_come_to_be_is_kept_by_nobody_and_the_rest_for_ever()
    {
        Assert.Equal("no-cache", await CachingAsync("timestamp.json", HttpStatusCode.OK));
        Assert.Equal("no-cache", await CachingAsync("2.root.json", HttpStatusCode.NotFound));
        Assert.Contains("immutable", await CachingAsync("1.root.json", HttpStatusCode.OK), StringComparison.Ordinal);
        Assert.Contains("immutable", await CachingAsync("targets/keys/abc.alice.pgp", HttpStatusCode.OK), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("draft/targets.json")]
    [InlineData("notes.json")]
    [InlineData("")]
    [InlineData("targets/")]
    [InlineData("targets/keys")]
    [InlineData("../lock")]
    [InlineData("targets/..%2f..%2flock")]
    [InlineData("x.root.json")]
    [InlineData("1.2.root.json")]
    public async Task Nothing_else_of_the_data_is_served(string path) => await CachingAsync(path, HttpStatusCode.NotFound);

    [Fact]
    public async Task It_can_only_be_read()
    {
        using var answer = await _registry.SendAsync("PUT", "/trust/timestamp.json", [1]);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    private async Task<string> CachingAsync(string path, HttpStatusCode expected)
    {
        using var answer = await _registry.SendAsync("GET", $"/trust/{path}");
        Assert.Equal(expected, answer.StatusCode);
        return answer.Headers.CacheControl?.ToString() ?? "";
    }

    private async Task PutAsync(string path, string content)
    {
        var file = Path.Combine(_registry.DataDirectory, "trust", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, content);
    }
}
