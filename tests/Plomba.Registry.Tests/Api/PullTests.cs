using System.Net;
using System.Text;
using Plomba.Images;

namespace Plomba.Registry.Tests.Api;

public sealed class PullTests(OpenRegistryFixture fixture) : IClassFixture<OpenRegistryFixture>
{
    private readonly RunningRegistry _registry = fixture.Registry;

    [Fact]
    public async Task A_registry_says_that_it_is_one()
    {
        using var answer = await _registry.SendAsync("GET", "/v2/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("X-Registry-Supports-Signatures")));
        Assert.Equal("registry/2.0", Assert.Single(answer.Headers.GetValues("Docker-Distribution-Api-Version")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/vnd.docker.distribution.manifest.v2+json")]
    [InlineData("*/*")]
    public async Task A_manifest_is_served_as_it_was_stored_whatever_Accept_says(string? accept)
    {
        var (manifest, digest) = await _registry.PushImageAsync("pull/accept", "latest");
        using var answer = await _registry.SendAsync("GET", "/v2/pull/accept/manifests/latest", headers: accept is null ? [] : [("Accept", accept)]);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(MediaTypes.OciManifest, answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(digest.Text, Assert.Single(answer.Headers.GetValues("Docker-Content-Digest")));
        Assert.Equal(manifest, await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("manifests/latest")]
    [InlineData("manifests/DIGEST")]
    [InlineData("blobs/BLOB")]
    public async Task HEAD_has_the_headers_of_GET_and_no_body(string path)
    {
        var (_, digest) = await _registry.PushImageAsync("pull/head", "latest");
        var blob = await _registry.PushBlobAsync("pull/head", "some bytes"u8.ToArray());
        path = $"/v2/pull/head/{path.Replace("DIGEST", digest.Text, StringComparison.Ordinal).Replace("BLOB", blob.Text, StringComparison.Ordinal)}";
        using var get = await _registry.SendAsync("GET", path);
        using var head = await _registry.SendAsync("HEAD", path);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(Headers(get), Headers(head));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());

        static string[] Headers(HttpResponseMessage answer) =>
            [.. answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key != "Date").Select(h => $"{h.Key}: {string.Join(',', h.Value)}").Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task A_manifest_that_the_client_has_is_not_sent_again()
    {
        var (_, digest) = await _registry.PushImageAsync("pull/etag", "latest");
        using var answer = await _registry.SendAsync("GET", "/v2/pull/etag/manifests/latest", headers: ("If-None-Match", $"\"{digest}\""));
        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
    }

    [Theory]
    [InlineData("bytes=0-3", 206, "0123", "bytes 0-3/10")]
    [InlineData("bytes=4-", 206, "456789", "bytes 4-9/10")]
    [InlineData("bytes=-3", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=-99", 206, "0123456789", "bytes 0-9/10")]
    [InlineData("bytes=8-99", 206, "89", "bytes 8-9/10")]
    [InlineData("bytes=3-1", 200, "0123456789", null)]
    [InlineData("bytes=0-1,4-5", 200, "0123456789", null)]
    [InlineData("lines=0-1", 200, "0123456789", null)]
    [InlineData("bytes=99999999999999999999-", 200, "0123456789", null)]
    public async Task A_range_of_a_blob_is_served(string range, int status, string body, string? contentRange)
    {
        var digest = await _registry.PushBlobAsync("pull/range", "0123456789"u8.ToArray());
        using var answer = await _registry.SendAsync("GET", $"/v2/pull/range/blobs/{digest}", headers: ("Range", range));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(body, await answer.Content.ReadAsStringAsync());
        Assert.Equal(contentRange, answer.Content.Headers.ContentRange?.ToString());
    }

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=-0")]
    public async Task A_range_outside_the_blob_is_416_with_its_size(string range)
    {
        var digest = await _registry.PushBlobAsync("pull/range", "0123456789"u8.ToArray());
        using var answer = await _registry.SendAsync("GET", $"/v2/pull/range/blobs/{digest}", headers: ("Range", range));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
        Assert.Equal("bytes */10", answer.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task A_range_of_another_version_is_the_whole_blob()
    {
        var digest = await _registry.PushBlobAsync("pull/range", "0123456789"u8.ToArray());
        using var answer = await _registry.SendAsync(
            "GET", $"/v2/pull/range/blobs/{digest}", headers: [("Range", "bytes=0-1"), ("If-Range", "\"sha256:other\"")]);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_large_blob_comes_back_whole()
    {
        var content = new byte[3_000_001];
        new Random(7).NextBytes(content);
        var digest = await _registry.PushBlobAsync("pull/large", content);
        Assert.Equal(content, await _registry.Http.GetByteArrayAsync($"/v2/pull/large/blobs/{digest}"));
    }

    [Fact]
    public async Task A_blob_is_not_readable_through_a_repository_that_does_not_link_it()
    {
        var digest = await _registry.PushBlobAsync("pull/mine", "mine"u8.ToArray());
        using var answer = await _registry.SendAsync("GET", $"/v2/pull/other/blobs/{digest}");
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    [Theory]
    [InlineData("/v2/pull/none/manifests/latest")]
    [InlineData("/v2/pull/none/manifests/.bad")]
    [InlineData("/v2/pull/none/manifests/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public async Task A_manifest_that_is_not_there_is_MANIFEST_UNKNOWN(string path)
    {
        using var answer = await _registry.SendAsync("GET", path);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        using var head = await _registry.SendAsync("HEAD", path);
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
    }

    [Fact]
    public async Task A_damaged_manifest_is_not_served_and_the_next_push_heals_it()
    {
        var (manifest, digest) = await _registry.PushImageAsync("pull/damage", "latest", "damage");
        var file = System.IO.Directory.EnumerateFiles(_registry.DataDirectory, digest.Hex, SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(file, Encoding.UTF8.GetBytes("{}"));
        using var answer = await _registry.SendAsync("GET", "/v2/pull/damage/manifests/latest");
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        await _registry.PushImageAsync("pull/damage", "latest", "damage");
        Assert.Equal(manifest, await _registry.Http.GetByteArrayAsync("/v2/pull/damage/manifests/latest"));
    }
}
