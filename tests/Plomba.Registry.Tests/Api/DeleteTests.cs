using System.Net;
using Plomba.Images;

namespace Plomba.Registry.Tests.Api;

public sealed class DeleteTests(OpenRegistryFixture fixture) : IClassFixture<OpenRegistryFixture>
{
    private readonly RunningRegistry _registry = fixture.Registry;

    [Fact]
    public async Task Deleting_a_tag_leaves_the_manifest()
    {
        var (_, digest) = await _registry.PushImageAsync("delete/tag", "v1");
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync("DELETE", "/v2/delete/tag/manifests/v1"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("HEAD", "/v2/delete/tag/manifests/v1"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("HEAD", $"/v2/delete/tag/manifests/{digest}"));
    }

    [Fact]
    public async Task Deleting_a_manifest_removes_its_tags_at_once()
    {
        var (manifest, digest) = await _registry.PushImageAsync("delete/manifest", "v1");
        using var more = await _registry.SendAsync("PUT", "/v2/delete/manifest/manifests/v2", manifest, MediaTypes.OciManifest);
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync("DELETE", $"/v2/delete/manifest/manifests/{digest}"));
        foreach (var reference in new[] { "v1", "v2", digest.Text })
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("HEAD", $"/v2/delete/manifest/manifests/{reference}"));
    }

    [Fact]
    public async Task A_blob_is_deleted_once_nothing_refers_to_it()
    {
        var (_, digest) = await _registry.PushImageAsync("delete/blob", "v1", "delete");
        var layer = Digest.Sha256("layer delete"u8);
        using var refused = await _registry.SendAsync("DELETE", $"/v2/delete/blob/blobs/{layer}");
        await RunningRegistry.RefusedAsync(refused, HttpStatusCode.Conflict, "DENIED");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("HEAD", $"/v2/delete/blob/blobs/{layer}"));
        await StatusAsync("DELETE", $"/v2/delete/blob/manifests/{digest}");
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync("DELETE", $"/v2/delete/blob/blobs/{layer}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("HEAD", $"/v2/delete/blob/blobs/{layer}"));
    }

    [Fact]
    public async Task A_blob_deleted_here_stays_in_other_repositories()
    {
        var digest = await _registry.PushBlobAsync("delete/here", "shared"u8.ToArray());
        await _registry.PushBlobAsync("delete/there", "shared"u8.ToArray());
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync("DELETE", $"/v2/delete/here/blobs/{digest}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("GET", $"/v2/delete/here/blobs/{digest}"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("GET", $"/v2/delete/there/blobs/{digest}"));
    }

    [Theory]
    [InlineData("manifests/v1", "MANIFEST_UNKNOWN")]
    [InlineData("manifests/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "MANIFEST_UNKNOWN")]
    [InlineData("blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "BLOB_UNKNOWN")]
    [InlineData("blobs/uploads/00000000000000000000000000000000", "BLOB_UPLOAD_UNKNOWN")]
    public async Task Deleting_what_is_not_there_is_404(string path, string code)
    {
        using var answer = await _registry.SendAsync("DELETE", $"/v2/delete/nothing/{path}");
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.NotFound, code);
    }

    private async Task<HttpStatusCode> StatusAsync(string method, string path)
    {
        using var answer = await _registry.SendAsync(method, path);
        return answer.StatusCode;
    }
}
