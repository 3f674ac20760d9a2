using System.Net;
using System.Net.Sockets;
using System.Text;
using Plomba.Images;

namespace Plomba.Registry.Tests.Api;

public sealed class PushBlobTests(OpenRegistryFixture fixture) : IClassFixture<OpenRegistryFixture>
{
    private static readonly byte[] Content = "0123456789"u8.ToArray();
    private readonly RunningRegistry _registry = fixture.Registry;

    [Fact]
    public async Task A_blob_is_pushed_with_POST_then_PUT()
    {
        var upload = await BeginAsync("push/two");
        var digest = Digest.Sha256(Content);
        using var done = await _registry.SendAsync("PUT", $"{upload}?digest={digest}", Content);
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
        Assert.Equal(digest.Text, Assert.Single(done.Headers.GetValues("Docker-Content-Digest")));
        Assert.Equal(Content, await _registry.Http.GetByteArrayAsync(done.Headers.Location));
    }

    [Fact]
    public async Task A_blob_is_pushed_with_one_POST()
    {
        var digest = Digest.Sha256(Content);
        using var done = await _registry.SendAsync("POST", $"/v2/push/one/blobs/uploads/?digest={digest}", Content);
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
        Assert.Equal($"/v2/push/one/blobs/{digest}", done.Headers.Location?.ToString());
    }

    [Fact]
    public async Task An_empty_blob_is_a_blob()
    {
        var digest = await _registry.PushBlobAsync("push/empty", []);
        using var head = await _registry.SendAsync("HEAD", $"/v2/push/empty/blobs/{digest}");
        Assert.Equal(0, head.Content.Headers.ContentLength);
        Assert.Empty(await _registry.Http.GetByteArrayAsync($"/v2/push/empty/blobs/{digest}"));
    }

    [Theory]
    [InlineData("sha384")]
    [InlineData("sha512")]
    public async Task Other_digests_are_kept_as_they_are_end_to_end(string algorithm)
    {
        var digest = Of(algorithm, Content);
        using var done = await _registry.SendAsync("POST", $"/v2/push/long/blobs/uploads/?digest={digest}", Content);
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
        Assert.Equal(digest.Text, Assert.Single(done.Headers.GetValues("Docker-Content-Digest")));
        Assert.Equal(Content, await _registry.Http.GetByteArrayAsync($"/v2/push/long/blobs/{digest}"));
        using var other = await _registry.SendAsync("HEAD", $"/v2/push/long/blobs/{Digest.Sha256(Content)}");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task A_sha512_digest_given_only_at_the_end_is_checked_too()
    {
        var upload = await BeginAsync("push/late");
        var digest = Of("sha512", Content);
        using var done = await _registry.SendAsync("PUT", $"{upload}?digest={digest}", Content);
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
    }

    [Fact]
    public async Task Chunks_are_put_together()
    {
        var upload = await BeginAsync("push/chunks");
        using var first = await PatchAsync(upload, "0-3", Content[..4]);
        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal("0-3", Assert.Single(first.Headers.GetValues("Range")));
        using var second = await PatchAsync(first.Headers.Location!.ToString(), "4-8", Content[4..9]);
        Assert.Equal("0-8", Assert.Single(second.Headers.GetValues("Range")));
        using var done = await _registry.SendAsync("PUT", $"{upload}?digest={Digest.Sha256(Content)}", Content[9..], headers: ("Content-Range", "9-9"));
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
    }

    [Theory]
    [InlineData("5-9")]
    [InlineData("3-7")]
    [InlineData("0-4")]
    public async Task A_chunk_out_of_order_is_416_and_says_where_to_go_on(string range)
    {
        var upload = await BeginAsync("push/order");
        using var first = await PatchAsync(upload, "0-3", Content[..4]);
        using var wrong = await PatchAsync(upload, range, Content[5..10]);
        await RunningRegistry.RefusedAsync(wrong, HttpStatusCode.RequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID");
        Assert.Equal("0-3", Assert.Single(wrong.Headers.GetValues("Range")));
        using var rest = await PatchAsync(wrong.Headers.Location!.ToString(), "4-9", Content[4..]);
        using var done = await _registry.SendAsync("PUT", $"{upload}?digest={Digest.Sha256(Content)}");
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
    }

    [Theory]
    [InlineData("4-3")]
    [InlineData("x-3")]
    [InlineData("0-9223372036854775807")]
    [InlineData("0-99")]
    public async Task A_range_that_is_none_or_not_the_body_s_is_refused(string range)
    {
        var upload = await BeginAsync("push/nonsense");
        using var wrong = await PatchAsync(upload, range, Content);
        await RunningRegistry.RefusedAsync(wrong, HttpStatusCode.BadRequest, "BLOB_UPLOAD_INVALID");
    }

    [Fact]
    public async Task The_state_of_an_upload_is_told_and_it_can_be_cancelled()
    {
        var upload = await BeginAsync("push/state");
        using var patched = await _registry.SendAsync("PATCH", upload, Content);
        using var state = await _registry.SendAsync("GET", upload);
        Assert.Equal(HttpStatusCode.NoContent, state.StatusCode);
        Assert.Equal("0-9", Assert.Single(state.Headers.GetValues("Range")));
        Assert.Equal(upload, state.Headers.Location?.ToString());
        using var cancelled = await _registry.SendAsync("DELETE", upload);
        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        using var gone = await _registry.SendAsync("GET", upload);
        await RunningRegistry.RefusedAsync(gone, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task An_upload_is_bound_to_its_repository()
    {
        var upload = await BeginAsync("push/bound");
        using var answer = await _registry.SendAsync("GET", upload.Replace("push/bound", "push/elsewhere", StringComparison.Ordinal));
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task Bytes_with_another_digest_are_not_stored()
    {
        var upload = await BeginAsync("push/wrong");
        var other = Digest.Sha256("other"u8);
        using var answer = await _registry.SendAsync("PUT", $"{upload}?digest={other}", Content);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "DIGEST_INVALID");
        using var head = await _registry.SendAsync("HEAD", $"/v2/push/wrong/blobs/{other}");
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?digest=")]
    [InlineData("?digest=sha256:abc")]
    [InlineData("?digest=md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("?digest=sha256:../../../../etc/passwd")]
    public async Task An_upload_without_a_good_digest_is_not_completed_and_stays(string query)
    {
        var upload = await BeginAsync("push/nodigest");
        using var answer = await _registry.SendAsync("PUT", upload + query, Content);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "DIGEST_INVALID");
        using var state = await _registry.SendAsync("GET", upload);
        Assert.Equal(HttpStatusCode.NoContent, state.StatusCode);
    }

    [Fact]
    public async Task What_arrived_of_a_body_that_broke_off_stays_and_the_upload_goes_on()
    {
        var upload = await BeginAsync("push/broken");
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(_registry.Url.Host, _registry.Url.Port);
            var head = $"PATCH {upload} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123";
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
            await Task.Delay(200);
        }

        var state = await StateAsync(upload);
        Assert.Equal("0-3", state);
        using var rest = await PatchAsync(upload, "4-9", Content[4..]);
        using var done = await _registry.SendAsync("PUT", $"{upload}?digest={Digest.Sha256(Content)}");
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
    }

    [Fact]
    public async Task A_blob_is_mounted_from_another_repository()
    {
        var digest = await _registry.PushBlobAsync("mount/from", "to be mounted"u8.ToArray());
        using var answer = await _registry.SendAsync("POST", $"/v2/mount/to/blobs/uploads/?mount={digest}&from=mount/from");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        using var head = await _registry.SendAsync("HEAD", $"/v2/mount/to/blobs/{digest}");
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
    }

    [Fact]
    public async Task A_blob_is_mounted_without_saying_from_where()
    {
        var digest = await _registry.PushBlobAsync("mount/somewhere", "to be found"u8.ToArray());
        using var answer = await _registry.SendAsync("POST", $"/v2/mount/anywhere/blobs/uploads/?mount={digest}");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Theory]
    [InlineData("&from=mount/nothing")]
    [InlineData("&from=../../etc")]
    [InlineData("")]
    public async Task A_mount_of_what_is_not_there_becomes_an_upload(string from)
    {
        var digest = Digest.Sha256(Encoding.UTF8.GetBytes($"never pushed {from}"));
        using var answer = await _registry.SendAsync("POST", $"/v2/mount/fallback/blobs/uploads/?mount={digest}{from}");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.NotNull(answer.Headers.Location);
    }

    [Fact]
    public async Task A_mount_of_what_is_no_digest_is_refused()
    {
        using var answer = await _registry.SendAsync("POST", "/v2/mount/bad/blobs/uploads/?mount=sha256:short&from=mount/from");
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    private static Digest Of(string algorithm, byte[] content)
    {
        var zeros = new string('0', algorithm == "sha512" ? 128 : 96);
        return Digest.TryParse($"{algorithm}:{zeros}", out var any) ? any.Of(content) : throw new ArgumentException(algorithm, nameof(algorithm));
    }

    private async Task<string> BeginAsync(string repository)
    {
        using var answer = await _registry.SendAsync("POST", $"/v2/{repository}/blobs/uploads/");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var location = answer.Headers.Location!.ToString();
        // Clients drop the query of Location, so there must be none.
        Assert.DoesNotContain('?', location);
        return location;
    }

    private Task<HttpResponseMessage> PatchAsync(string upload, string range, byte[] chunk) =>
        _registry.SendAsync("PATCH", upload, chunk, "application/octet-stream", null, ("Content-Range", range));

    // The server notices the closed connection in its own time.
    private async Task<string> StateAsync(string upload)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var state = await _registry.SendAsync("GET", upload);
            if (state.StatusCode == HttpStatusCode.NoContent)
                return Assert.Single(state.Headers.GetValues("Range"));
            Assert.True(attempt < 100 && state.StatusCode == HttpStatusCode.Conflict, $"{state.StatusCode}");
            await Task.Delay(50);
        }
    }
}
