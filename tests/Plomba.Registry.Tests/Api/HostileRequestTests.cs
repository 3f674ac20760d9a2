using System.Net.Sockets;
using System.Text;
using Plomba.Images;
using Plomba.Registry.Api;

namespace Plomba.Registry.Tests.Api;

/// <summary>Requests as no library would send them.</summary>
public sealed class HostileRequestTests(OpenRegistryFixture fixture) : IClassFixture<OpenRegistryFixture>
{
    private readonly RunningRegistry _registry = fixture.Registry;

    [Theory]
    [InlineData("/v2/../../../etc/passwd", 404)]
    [InlineData("/v2/a/manifests/..%2f..%2f..%2fetc%2fpasswd", 404)]
    [InlineData("/v2/..%2f..%2fetc/manifests/latest", 400)]
    [InlineData("/v2/%2e%2e/%2e%2e/manifests/latest", 404)]
    [InlineData("/v2/%252e%252e/%252e%252e/manifests/latest", 400)]
    [InlineData("/v2/a/blobs/sha256:..%2f..%2f..%2f..%2fetc%2fpasswd", 400)]
    [InlineData("/v2/a/blobs/sha256:abc", 400)]
    [InlineData("/v2/a/blobs/md5:d41d8cd98f00b204e9800998ecf8427e", 400)]
    [InlineData("/v2/UPPER/tags/list", 400)]
    [InlineData("/v2/a//b/tags/list", 400)]
    [InlineData("/v2//tags/list", 404)]
    [InlineData("/v2/a%00b/tags/list", 400)]
    [InlineData("/v2/a%0ab/tags/list", 400)]
    [InlineData("/v2/a/blobs/uploads/../../../../etc/passwd", 404)]
    [InlineData("/v2/a/blobs/uploads/ABCDEF00000000000000000000000000", 404)]
    [InlineData("/v2/a/referrers/nonsense", 400)]
    [InlineData("/sigstore/..%2f..%2fetc/passwd", 404)]
    [InlineData("/sigstore/a@sha256=zz/signature-1", 404)]
    [InlineData("/keys/..%2f..%2fetc%2fpasswd", 404)]
    [InlineData("/keys/%2e%2e/token-key.pem", 404)]
    [InlineData("/keys/.pgp", 404)]
    [InlineData("/extensions/v2/a/signatures/sha256:short", 400)]
    public async Task A_path_that_tries_to_leave_names_nothing(string path, int status)
    {
        var answer = await RawAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_256_characters_is_refused_and_one_of_255_is_not()
    {
        using var tooLong = await _registry.SendAsync("GET", $"/v2/{new string('a', 256)}/manifests/x");
        await RunningRegistry.RefusedAsync(tooLong, System.Net.HttpStatusCode.BadRequest, "NAME_INVALID");
        using var longest = await _registry.SendAsync("GET", $"/v2/{new string('a', 255)}/manifests/x");
        await RunningRegistry.RefusedAsync(longest, System.Net.HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task Location_and_realm_never_come_from_Host()
    {
        var answer = await RawAsync(
            "POST /v2/host/x/blobs/uploads/ HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        Assert.Contains("Location: /v2/host/x/blobs/uploads/", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/v2/")]
    [InlineData("PUT", "/v2/a/tags/list")]
    [InlineData("PATCH", "/v2/a/manifests/x")]
    [InlineData("POST", "/healthz")]
    [InlineData("DELETE", "/keys/")]
    public async Task A_method_that_means_nothing_here_is_405(string method, string path)
    {
        using var answer = await _registry.SendAsync(method, path);
        await RunningRegistry.RefusedAsync(answer, System.Net.HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        Assert.NotEmpty(answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task Headers_without_end_are_cut_off()
    {
        var answer = await RawAsync($"GET /v2/ HTTP/1.1\r\nHost: x\r\nX-Large: {new string('a', 100_000)}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_is_no_HTTP_gets_400_and_nothing_else()
    {
        var answer = await RawAsync("\u0016\u0003\u0001 rubbish\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_that_read_a_large_manifest_slowly_cost_little_memory()
    {
        const int clients = 64;
        var note = new string('n', 4_000_000);
        var manifest = Encoding.UTF8.GetBytes(
            $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.OciIndex}}}","manifests":[],"annotations":{"n":"{{{note}}}"}}""");
        using var put = await _registry.SendAsync("PUT", "/v2/hostile/slow/manifests/v1", manifest, MediaTypes.OciIndex);
        Assert.Equal(System.Net.HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(manifest, await _registry.Http.GetByteArrayAsync("/v2/hostile/slow/manifests/v1"));
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        var before = process.WorkingSet64;
        var sockets = new List<Socket>();
        for (var i = 0; i < clients; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
            sockets.Add(socket);
            await socket.ConnectAsync(_registry.Url.Host, _registry.Url.Port);
            await socket.SendAsync("GET /v2/hostile/slow/manifests/v1 HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            // Its first bytes are here: the answer is on its way and waits for this client.
            Assert.True(await socket.ReceiveAsync(new byte[16]) > 0);
        }

        process.Refresh();
        var each = (process.WorkingSet64 - before) / clients;
        sockets.ForEach(socket => socket.Dispose());
        Assert.True(each < 1024 * 1024, $"{each} bytes a client");
    }

    [Fact]
    public async Task Manifests_that_are_never_sent_to_their_end_fill_no_more_than_the_places_of_their_user()
    {
        await using var registry = await RunningRegistry.StartAsync();
        var sockets = new List<Socket>();
        for (var i = 0; i < UploadLimit.PerUser; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            await socket.ConnectAsync(registry.Url.Host, registry.Url.Port);
            await socket.SendAsync("PUT /v2/a/manifests/x HTTP/1.1\r\nHost: x\r\nContent-Length: 4194304\r\n\r\n{"u8.ToArray());
        }

        // The last of them may not have been looked at yet.
        var status = System.Net.HttpStatusCode.OK;
        for (var attempt = 0; attempt < 50 && status != System.Net.HttpStatusCode.TooManyRequests; attempt++)
        {
            await Task.Delay(100);
            using var one = await registry.SendAsync("PUT", "/v2/a/manifests/x", "{}"u8.ToArray(), MediaTypes.OciIndex);
            status = one.StatusCode;
        }

        sockets.ForEach(socket => socket.Dispose());
        Assert.Equal(System.Net.HttpStatusCode.TooManyRequests, status);
    }

    private async Task<string> RawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_registry.Url.Host, _registry.Url.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        try
        {
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }
}
