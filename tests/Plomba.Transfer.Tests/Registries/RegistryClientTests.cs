using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Plomba.Files;
using Plomba.Images;
using Plomba.Transfer.Registries;

namespace Plomba.Transfer.Tests.Registries;

public sealed class RegistryClientTests
{
    private static readonly RegistryAccess Access = new() { TlsVerify = false, Retries = 0, NoCredentials = true, Patience = TimeSpan.FromSeconds(20) };
    private static readonly RepositoryName Repository = RepositoryName.TryParse("ns/app", out var name) ? name : throw new InvalidOperationException();
    private static readonly byte[] Manifest = "{\"schemaVersion\":2}"u8.ToArray();

    [Fact]
    public async Task A_manifest_with_another_digest_than_asked_for_is_refused()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.Response.Body.WriteAsync(Manifest).AsTask());
        using var client = new RegistryClient(server.Host, insecure: true, Access);
        var wanted = Digest.Sha256("something else"u8);
        var e = await Assert.ThrowsAsync<TransferException>(() => client.GetManifestAsync(Repository, wanted, default));
        Assert.Equal(TransferTrouble.Mismatch, e.Trouble);
        Assert.Equal($"Manifest does not match provided manifest digest {wanted}", e.Message);
    }

    [Fact]
    public async Task An_endless_manifest_is_cut_at_four_mebibytes()
    {
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            while (!c.RequestAborted.IsCancellationRequested)
                await c.Response.Body.WriteAsync(new byte[65536], c.RequestAborted);
        });
        using var client = new RegistryClient(server.Host, insecure: true, Access);
        var e = await Assert.ThrowsAsync<TransferException>(() => client.GetManifestAsync(Repository, Tag.Latest, default));
        Assert.Equal(TransferTrouble.TooLarge, e.Trouble);
        Assert.EndsWith("exceeded maximum allowed size of 4194304 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_finishes_is_given_up()
    {
        await using var server = await ScriptedServer.StartAsync(c => Task.Delay(Timeout.Infinite, c.RequestAborted));
        using var client = new RegistryClient(server.Host, insecure: true, Access with { Patience = TimeSpan.FromSeconds(1) });
        var e = await Assert.ThrowsAsync<TransferException>(() => client.GetManifestAsync(Repository, Tag.Latest, default));
        Assert.Equal(TransferTrouble.Unreachable, e.Trouble);
        Assert.Contains("no whole answer within 1 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_http_is_refused_unless_it_is_allowed()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.Response.Body.WriteAsync(Manifest).AsTask());
        using var client = new RegistryClient(server.Host, insecure: false, Access);
        var e = await Assert.ThrowsAsync<TransferException>(() => client.GetManifestAsync(Repository, Tag.Latest, default));
        Assert.Equal(TransferTrouble.Tls, e.Trouble);
        Assert.StartsWith($"pinging container registry {server.Host}: ", e.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_redirect_to_another_host_carries_no_credentials()
    {
        await using var elsewhere = await ScriptedServer.StartAsync(c => c.Response.Body.WriteAsync(Manifest).AsTask());
        await using var server = await ScriptedServer.StartAsync(
            c =>
            {
                c.Response.Redirect($"http://{elsewhere.Host}/stolen");
                return Task.CompletedTask;
            },
            BasicChallenge);
        using var login = Login(server, out var access);
        using var client = new RegistryClient(server.Host, insecure: true, access);
        await client.GetManifestAsync(Repository, Tag.Latest, default);
        Assert.Contains(server.Requests, r => r.Authorization == "Basic YTpi");
        Assert.Equal([("GET /stolen", "")], elsewhere.Requests);
    }

    [Fact]
    public async Task A_token_server_on_another_host_gets_no_password_over_plain_http()
    {
        await using var elsewhere = await ScriptedServer.StartAsync(c => c.Response.WriteAsync("""{"token":"x"}"""));
        await using var server = await ScriptedServer.StartAsync(
            c => c.Response.Body.WriteAsync(Manifest).AsTask(),
            response => Challenge(response, $"Bearer realm=\"http://{elsewhere.Host}/token\",service=\"s\""));
        using var login = Login(server, out var access);
        using var client = new RegistryClient(server.Host, insecure: true, access);
        var e = await Assert.ThrowsAsync<TransferException>(() => client.GetManifestAsync(Repository, Tag.Latest, default));
        Assert.Contains("are not sent to", e.Message, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task A_token_is_asked_for_once_and_used_for_all()
    {
        await using var server = await ScriptedServer.StartAsync(TokenThenManifest, BearerChallengeHere);
        using var login = Login(server, out var access);
        using var client = new RegistryClient(server.Host, insecure: true, access);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetManifestAsync(Repository, Tag.Latest, default)));
        var (line, authorization) = Assert.Single(server.Requests, r => r.Line.StartsWith("GET /token", StringComparison.Ordinal));
        Assert.Equal("GET /token?account=a&service=here&scope=repository%3Ans%2Fapp%3Apull", line);
        Assert.Equal("Basic YTpi", authorization);
        Assert.Equal(8, server.Requests.Count(r => r.Authorization == "Bearer good"));
    }

    [Fact]
    public async Task A_token_that_is_refused_is_replaced_once()
    {
        var given = 0;
        await using var server = await ScriptedServer.StartAsync(
            async c =>
            {
                if (c.Request.Path == "/token")
                    await c.Response.WriteAsync($$"""{"access_token":"t{{Interlocked.Increment(ref given)}}"}""");
                else if (c.Request.Headers.Authorization == "Bearer t2")
                    await c.Response.Body.WriteAsync(Manifest);
                else
                    BearerChallengeHere(c.Response);
            },
            BearerChallengeHere);
        using var client = new RegistryClient(server.Host, insecure: true, Access);
        await client.GetManifestAsync(Repository, Tag.Latest, default);
        Assert.Equal(2, given);
    }

    [Fact]
    public async Task An_overloaded_registry_is_asked_again()
    {
        var asked = 0;
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            if (Interlocked.Increment(ref asked) < 3)
            {
                c.Response.StatusCode = asked == 1 ? 429 : 503;
                c.Response.Headers.RetryAfter = "0";
                return;
            }

            await c.Response.Body.WriteAsync(Manifest);
        });
        using var client = new RegistryClient(server.Host, insecure: true, Access with { Retries = 3 });
        await client.GetManifestAsync(Repository, Tag.Latest, default);
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task An_insecure_registry_without_tls_is_not_waited_for()
    {
        await using var server = await ScriptedServer.StartAsync(c => c.Response.Body.WriteAsync(Manifest).AsTask());
        using var client = new RegistryClient(server.Host, insecure: true, Access with { Retries = 3, Clock = new FakeTimeProvider() });
        // A clock that stands still: a single pause between two tries would last for ever.
        await client.GetManifestAsync(Repository, Tag.Latest, default).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_missing_image_is_said_in_the_servers_words()
    {
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.StatusCode = 404;
            return c.Response.WriteAsync("""{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}""");
        });
        using var client = new RegistryClient(server.Host, insecure: true, Access);
        var e = await Assert.ThrowsAsync<TransferException>(() => client.GetManifestAsync(Repository, Tag.Latest, default));
        Assert.Equal(TransferTrouble.NotFound, e.Trouble);
        Assert.Equal($"reading manifest latest in {server.Host}/ns/app: manifest unknown", e.Message);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://169.254.1.1/")]
    [InlineData("http://[::ffff:169.254.1.1]/")]
    [InlineData("http://0.0.0.0:1/")]
    public async Task A_registry_cannot_send_us_to_a_forbidden_address(string target)
    {
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.Redirect(target);
            return Task.CompletedTask;
        });
        using var client = new RegistryClient(server.Host, insecure: true, Access);
        var e = await Assert.ThrowsAsync<TransferException>(() => client.GetManifestAsync(Repository, Tag.Latest, default));
        Assert.Equal(TransferTrouble.Protocol, e.Trouble);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        await using var server = await ScriptedServer.StartAsync(c =>
        {
            c.Response.Redirect(c.Request.Path);
            return Task.CompletedTask;
        });
        using var client = new RegistryClient(server.Host, insecure: true, Access);
        var e = await Assert.ThrowsAsync<TransferException>(() => client.GetManifestAsync(Repository, Tag.Latest, default));
        Assert.Contains("too many redirects", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_that_breaks_off_is_resumed_and_checked()
    {
        var blob = new byte[1_000_000];
        new Random(1).NextBytes(blob);
        await using var server = await ScriptedServer.StartAsync(async c =>
        {
            var from = (int)(c.Request.GetTypedHeaders().Range?.Ranges.First().From ?? 0);
            c.Response.StatusCode = from == 0 ? 200 : 206;
            c.Response.Headers.ContentRange = from == 0 ? default : $"bytes {from}-{blob.Length - 1}/{blob.Length}";
            c.Response.ContentLength = blob.Length - from;
            await c.Response.Body.WriteAsync(blob.AsMemory(from, Math.Min(400_000, blob.Length - from)));
            await c.Response.Body.FlushAsync();
            if (blob.Length - from > 400_000)
                c.Abort();
        });
        using var client = new RegistryClient(server.Host, insecure: true, Access);
        using var copy = new MemoryStream();
        Assert.Equal(blob.Length, await client.CopyBlobAsync(Repository, Digest.Sha256(blob), copy, limit: 2_000_000));
        Assert.Equal(blob, copy.ToArray());
        var e = await Assert.ThrowsAsync<TransferException>(() => client.CopyBlobAsync(Repository, Digest.Sha256("x"u8), Stream.Null, limit: 2_000_000));
        Assert.Equal(TransferTrouble.Mismatch, e.Trouble);
        e = await Assert.ThrowsAsync<TransferException>(() => client.CopyBlobAsync(Repository, Digest.Sha256(blob), Stream.Null, limit: 1000));
        Assert.Equal(TransferTrouble.TooLarge, e.Trouble);
    }

    // User a, password b.
    private static TemporaryDirectory Login(ScriptedServer server, out RegistryAccess access)
    {
        var directory = new TemporaryDirectory();
        var file = directory.Combine("auth.json");
        DurableFile.Write(file, Encoding.UTF8.GetBytes("{\"auths\":{\"" + server.Host + "\":{\"auth\":\"YTpi\"}}}"));
        access = Access with { NoCredentials = false, AuthFile = file };
        return directory;
    }

    private static void BasicChallenge(HttpResponse response) => Challenge(response, "Basic realm=\"here\"");

    private static void BearerChallengeHere(HttpResponse response) =>
        Challenge(response, $"Bearer realm=\"http://{response.HttpContext.Request.Host}/token\",service=\"here\"");

    private static void Challenge(HttpResponse response, string challenge)
    {
        response.StatusCode = 401;
        response.Headers.WWWAuthenticate = challenge;
    }

    private static Task TokenThenManifest(HttpContext context) =>
        context.Request.Path == "/token"
            ? context.Response.WriteAsync("""{"token":"good","expires_in":300}""")
            : context.Response.Body.WriteAsync(Manifest).AsTask();
}
