using System.Net;
using System.Text;
using Plomba.Images;

namespace Plomba.Registry.Tests.Api;

public sealed class PushManifestTests(OpenRegistryFixture fixture) : IClassFixture<OpenRegistryFixture>
{
    private readonly RunningRegistry _registry = fixture.Registry;

    [Fact]
    public async Task A_manifest_is_pushed_by_tag_and_found_by_digest()
    {
        var (manifest, digest) = await _registry.PushImageAsync("manifest/tag", "v1");
        Assert.Equal(manifest, await _registry.Http.GetByteArrayAsync($"/v2/manifest/tag/manifests/{digest}"));
    }

    [Fact]
    public async Task A_manifest_is_pushed_by_digest_with_several_tags()
    {
        var (manifest, digest) = await _registry.PushImageAsync("manifest/many", "first");
        using var answer = await PutAsync("manifest/many", $"{digest}?tag=second&tag=third", manifest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(["second", "third"], answer.Headers.GetValues("OCI-Tag"));
        foreach (var tag in new[] { "first", "second", "third" })
            Assert.Equal(manifest, await _registry.Http.GetByteArrayAsync($"/v2/manifest/many/manifests/{tag}"));
    }

    [Fact]
    public async Task A_manifest_under_sha512_stays_under_sha512()
    {
        var (manifest, sha256) = await _registry.PushImageAsync("manifest/source", "latest", "sha512");
        Assert.True(Digest.TryParse($"sha512:{new string('0', 128)}", out var any));
        var sha512 = any.Of(manifest);
        foreach (var blob in new[] { Config("sha512"), Layer("sha512") })
            await _registry.PushBlobAsync("manifest/sha512", blob);
        using var answer = await PutAsync("manifest/sha512", sha512.Text, manifest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(sha512.Text, Assert.Single(answer.Headers.GetValues("Docker-Content-Digest")));
        using var get = await _registry.SendAsync("GET", $"/v2/manifest/sha512/manifests/{sha512}");
        Assert.Equal(sha512.Text, Assert.Single(get.Headers.GetValues("Docker-Content-Digest")));
        using var other = await _registry.SendAsync("HEAD", $"/v2/manifest/sha512/manifests/{sha256}");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task A_digest_that_is_not_the_content_s_is_refused()
    {
        var (manifest, _) = await _registry.PushImageAsync("manifest/lie", "v1");
        using var answer = await PutAsync("manifest/lie", Digest.Sha256("lie"u8).Text, manifest);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Fact]
    public async Task A_manifest_whose_layer_is_not_in_the_repository_is_refused()
    {
        var config = await _registry.PushBlobAsync("manifest/hole", Config("hole"));
        var elsewhere = await _registry.PushBlobAsync("manifest/elsewhere", "layer of another repository"u8.ToArray());
        using var answer = await PutAsync("manifest/hole", "v1", TestManifests.Image(config, elsewhere));
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.NotFound, "MANIFEST_BLOB_UNKNOWN");
        using var head = await _registry.SendAsync("HEAD", "/v2/manifest/hole/manifests/v1");
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
    }

    [Fact]
    public async Task A_layer_that_registries_do_not_distribute_need_not_be_there()
    {
        var config = await _registry.PushBlobAsync("manifest/foreign", Config("foreign"));
        var manifest = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.DockerManifest}}","config":{{TestManifests.Descriptor("application/vnd.docker.container.image.v1+json", config)}},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","digest":"{{Digest.Sha256("windows"u8)}}","size":1,"urls":["https://example.com/x"]}]}""");
        using var answer = await PutAsync("manifest/foreign", "v1", manifest, MediaTypes.DockerManifest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Theory]
    [InlineData(MediaTypes.OciIndex)]
    [InlineData(MediaTypes.DockerManifestList)]
    public async Task An_index_whose_child_is_absent_is_refused(string type)
    {
        var (_, child) = await _registry.PushImageAsync("manifest/index", "child");
        using var answer = await PutAsync("manifest/index", "v1", TestManifests.Index(type, child, Digest.Sha256("absent"u8)), type);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.NotFound, "MANIFEST_BLOB_UNKNOWN");
    }

    [Fact]
    public async Task An_index_may_hold_an_index()
    {
        var (_, child) = await _registry.PushImageAsync("manifest/nested", "child");
        var inner = TestManifests.Index(MediaTypes.OciIndex, child);
        using var first = await PutAsync("manifest/nested", "inner", inner, MediaTypes.OciIndex);
        var outer = TestManifests.Index(MediaTypes.OciIndex, Digest.Sha256(inner));
        using var second = await PutAsync("manifest/nested", "outer", outer, MediaTypes.OciIndex);
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        using var answer = await _registry.SendAsync("GET", "/v2/manifest/nested/manifests/outer");
        Assert.Equal(MediaTypes.OciIndex, answer.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task Unknown_members_and_white_space_stay_byte_for_byte()
    {
        var config = await _registry.PushBlobAsync("manifest/bytes", Config("bytes"));
        var layer = await _registry.PushBlobAsync("manifest/bytes", Layer("bytes"));
        byte[] manifest = [.. TestManifests.Image(config, layer, extra: ",\"org.example\" : {\"x\":[1, 2.0]} "), (byte)'\n'];
        using var answer = await PutAsync("manifest/bytes", "v1", manifest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(manifest, await _registry.Http.GetByteArrayAsync("/v2/manifest/bytes/manifests/v1"));
    }

    [Fact]
    public async Task A_document_that_is_manifest_and_index_at_once_is_refused()
    {
        var (_, child) = await _registry.PushImageAsync("manifest/both", "child");
        var config = await _registry.PushBlobAsync("manifest/both", Config("both"));
        var layer = await _registry.PushBlobAsync("manifest/both", Layer("both"));
        var both = TestManifests.Image(config, layer, extra: $",\"manifests\":[{TestManifests.Descriptor(MediaTypes.OciManifest, child)}]");
        using var answer = await PutAsync("manifest/both", "v1", both);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Fact]
    public async Task A_media_type_other_than_the_document_s_is_refused()
    {
        var (manifest, _) = await _registry.PushImageAsync("manifest/type", "v1");
        using var answer = await PutAsync("manifest/type", "v2", manifest, MediaTypes.DockerManifest);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Theory]
    [InlineData(MediaTypes.DockerSchema1)]
    [InlineData(MediaTypes.DockerSchema1Signed)]
    public async Task Docker_schema_1_is_refused_by_name(string type)
    {
        using var answer = await PutAsync("manifest/schema1", "v1", """{"schemaVersion":1,"name":"x","tag":"y","fsLayers":[],"history":[]}"""u8.ToArray(), type);
        var message = await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        Assert.Contains("schema 1", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("{\"schemaVersion\":2}")]
    public async Task What_is_no_manifest_is_refused(string content)
    {
        using var answer = await PutAsync("manifest/rubbish", "v1", Encoding.UTF8.GetBytes(content));
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Fact]
    public async Task A_manifest_of_more_than_4_MiB_is_refused()
    {
        using var answer = await PutAsync("manifest/huge", "v1", new byte[(4 * 1024 * 1024) + 1]);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.RequestEntityTooLarge, "MANIFEST_INVALID");
    }

    [Theory]
    [InlineData(".hidden")]
    [InlineData("with space")]
    [InlineData("a:b", "DIGEST_INVALID")]
    [InlineData("ok?tag=-bad")]
    public async Task A_tag_that_is_none_is_refused(string reference, string code = "MANIFEST_INVALID")
    {
        var (manifest, _) = await _registry.PushImageAsync("manifest/badtag", "v1");
        using var answer = await PutAsync("manifest/badtag", reference, manifest);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task A_layer_that_is_damaged_on_disk_is_found_at_the_push()
    {
        var config = await _registry.PushBlobAsync("manifest/rot", Config("rot"));
        var layer = await _registry.PushBlobAsync("manifest/rot", Layer("rot"));
        var file = Directory.EnumerateFiles(_registry.DataDirectory, layer.Hex, SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(file, "rotten bits");
        using var answer = await PutAsync("manifest/rot", "v1", TestManifests.Image(config, layer));
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.NotFound, "MANIFEST_BLOB_UNKNOWN");
        await _registry.PushBlobAsync("manifest/rot", Layer("rot"));
        using var healed = await PutAsync("manifest/rot", "v1", TestManifests.Image(config, layer));
        Assert.Equal(HttpStatusCode.Created, healed.StatusCode);
    }

    private static byte[] Config(string content) => Encoding.UTF8.GetBytes($$"""{"architecture":"amd64","os":"linux","comment":"{{content}}"}""");

    private static byte[] Layer(string content) => Encoding.UTF8.GetBytes($"layer {content}");

    private Task<HttpResponseMessage> PutAsync(string repository, string reference, byte[] manifest, string type = MediaTypes.OciManifest) =>
        _registry.SendAsync("PUT", $"/v2/{repository}/manifests/{reference}", manifest, type);
}
