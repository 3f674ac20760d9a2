using System.Net;
using System.Text.Json;
using Plomba.Registry.Access;
using Plomba.Registry.Hosting;

namespace Plomba.Registry.Tests.Signatures;

public sealed class KeyDirectoryTests(TwoKeys keys) : IClassFixture<TwoKeys>, IAsyncLifetime
{
    private RunningRegistry _registry = null!;

    private string Directory => _registry.Site.Current.KeysDirectory;

    public async ValueTask InitializeAsync()
    {
        _registry = await RunningRegistry.StartAsync();
        await File.WriteAllBytesAsync(Path.Combine(Directory, "alice.pgp"), await keys.Gpg.ExportAsync(keys.Alice));
        await File.WriteAllBytesAsync(Path.Combine(Directory, "bob.pgp"), await keys.Gpg.ExportAsync(keys.Bob));
        await File.WriteAllTextAsync(Path.Combine(Directory, "rubbish.pgp"), "rubbish");
        await File.WriteAllTextAsync(Path.Combine(Directory, "secret.txt"), "secret");
    }

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task Without_a_site_every_valid_key_is_listed_with_its_fingerprint()
    {
        var list = await ListAsync();
        Assert.Equal(["alice", "bob"], list.Select(k => k.GetProperty("name").GetString()));
        var alice = list[0];
        Assert.Equal("alice.pgp", alice.GetProperty("file").GetString());
        Assert.Equal(keys.Alice, alice.GetProperty("fingerprint").GetString());
        Assert.Equal("Alice <alice@example.org>", Assert.Single(alice.GetProperty("userIds").EnumerateArray()).GetString());
        Assert.False(alice.GetProperty("revoked").GetBoolean());
        Assert.True(alice.GetProperty("expires").GetDateTimeOffset() > alice.GetProperty("created").GetDateTimeOffset());
        Assert.Equal(DateTimeKind.Utc, alice.GetProperty("created").GetDateTime().Kind);
    }

    [Fact]
    public async Task A_key_is_served_as_it_is()
    {
        Assert.Equal(await keys.Gpg.ExportAsync(keys.Alice), await _registry.Http.GetByteArrayAsync("/keys/alice.pgp"));
        foreach (var name in new[] { "rubbish.pgp", "secret.txt", "none.pgp" })
        {
            using var answer = await _registry.SendAsync("GET", $"/keys/{name}");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task With_a_site_only_its_keys_count_and_only_with_their_fingerprints()
    {
        _registry.Site.Current = _registry.Site.Current with { Keys = [new KeyView("alice", keys.Alice), new KeyView("bob", keys.Alice)] };
        Assert.Equal("alice", Assert.Single(await ListAsync()).GetProperty("name").GetString());
        using var other = await _registry.SendAsync("GET", "/keys/bob.pgp");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task A_replaced_key_file_counts_no_more()
    {
        _registry.Site.Current = _registry.Site.Current with { Keys = [new KeyView("alice", keys.Alice)] };
        Assert.Single(await ListAsync());
        await File.WriteAllBytesAsync(Path.Combine(Directory, "alice.pgp"), await keys.Gpg.ExportAsync(keys.Bob));
        await Task.Delay(1100);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task People_get_a_page_in_which_no_name_can_run()
    {
        using var answer = await _registry.SendAsync("GET", "/keys/", headers: ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"));
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains(string.Join(' ', keys.Bob.Chunk(4).Select(c => new string(c))), page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Contains("text/html", (await _registry.SendAsync("GET", "/keys/?format=html")).Content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
        using var json = await _registry.SendAsync("GET", "/keys/?format=json", headers: ("Accept", "text/html"));
        Assert.Equal("application/json", json.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_second_listener_shows_signatures_and_keys_and_nothing_else()
    {
        await using var registry = await RunningRegistry.StartAsync(
            options: o => o with { SignaturesListen = [Listener.At(new IPEndPoint(IPAddress.Loopback, 0))] });
        await registry.PushImageAsync("alt/x", "v1");
        using var second = new HttpClient { BaseAddress = new Uri(registry.Addresses[1]) };
        Assert.Equal("[]", await second.GetStringAsync("/keys/"));
        Assert.Contains("ok", await second.GetStringAsync("/healthz"), StringComparison.Ordinal);
        foreach (var path in new[] { "/v2/", "/v2/_catalog", "/v2/alt/x/manifests/v1", "/auth/token", "/extensions/v2/alt/x/signatures/sha256:0" })
        {
            using var answer = await second.GetAsync(path);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private async Task<List<JsonElement>> ListAsync()
    {
        using var json = JsonDocument.Parse(await _registry.Http.GetStringAsync("/keys/"));
        return [.. json.RootElement.EnumerateArray().Select(e => e.Clone())];
    }
}
