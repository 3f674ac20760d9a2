using System.Net;
using System.Text;
using System.Text.Json;
using Plomba.Images;
using Plomba.Registry.Access;

namespace Plomba.Registry.Tests.Signatures;

public sealed class ExtensionTests(TwoKeys keys) : IClassFixture<TwoKeys>, IAsyncLifetime
{
    private RunningRegistry _registry = null!;
    private Digest _image;

    public async ValueTask InitializeAsync()
    {
        _registry = await RunningRegistry.StartAsync();
        (_, _image) = await _registry.PushImageAsync("alt/x", "v1");
    }

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task A_signature_that_was_put_is_served_in_both_views()
    {
        var signature = await keys.Gpg.SignAsync(keys.Alice, _image);
        using var put = await PutAsync(signature);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        var entry = Assert.Single(await ListAsync(_image));
        Assert.Equal(2, entry.GetProperty("schemaVersion").GetInt32());
        Assert.Equal("atomic", entry.GetProperty("type").GetString());
        Assert.Matches($"^{_image}@[0-9a-f]{{32}}$", entry.GetProperty("name").GetString());
        Assert.Equal(signature, entry.GetProperty("content").GetBytesFromBase64());
        Assert.Equal(signature, await _registry.Http.GetByteArrayAsync($"/sigstore/alt/x@sha256={_image.Hex}/signature-1"));
    }

    [Fact]
    public async Task An_image_without_signatures_has_an_empty_list() =>
        Assert.Equal("{\"signatures\":[]}", await _registry.Http.GetStringAsync($"/extensions/v2/alt/nothing/signatures/{_image}"));

    [Fact]
    public async Task The_same_signature_is_kept_once()
    {
        var signature = await keys.Gpg.SignAsync(keys.Alice, _image);
        for (var i = 0; i < 3; i++)
        {
            using var put = await PutAsync(signature);
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        }

        Assert.Single(await ListAsync(_image));
    }

    [Fact]
    public async Task The_lookaside_ends_with_404_and_has_no_holes()
    {
        using var put = await PutAsync(await keys.Gpg.SignAsync(keys.Alice, _image));
        foreach (var (path, status) in new[]
        {
            ($"/sigstore/alt/x@sha256={_image.Hex}/signature-1", 200),
            ($"/sigstore//alt/x@sha256={_image.Hex}/signature-1", 200),
            ($"/sigstore///alt//x@sha256={_image.Hex}//signature-1", 200),
            ($"/sigstore/alt/x@sha256={_image.Hex}/signature-2", 404),
            ($"/sigstore/alt/x@sha256={_image.Hex}/signature-0", 404),
            ($"/sigstore/alt/x@sha256={_image.Hex}/signature-01", 404),
            ($"/sigstore/alt/x@sha256={_image.Hex}/signature-99999999999", 404),
            ($"/sigstore/alt/x@sha256={_image.Hex}/", 404),
            ($"/sigstore/alt/y@sha256={_image.Hex}/signature-1", 404),
            ("/sigstore/", 404),
        })
        {
            using var answer = await _registry.SendAsync("GET", path);
            Assert.True(status == (int)answer.StatusCode, $"{path}: {answer.StatusCode}");
            Assert.NotEqual("text/html", answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task A_namespace_can_keep_its_signatures_out_of_the_lookaside()
    {
        using var put = await PutAsync(await keys.Gpg.SignAsync(keys.Alice, _image));
        var none = new HashSet<string>(StringComparer.Ordinal);
        _registry.Site.Current = _registry.Site.Current with { Namespaces = [new NamespaceView("alt", none, none, LookasideIsPublic: false)] };
        using var answer = await _registry.SendAsync("GET", $"/sigstore/alt/x@sha256={_image.Hex}/signature-1");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Single(await ListAsync(_image));
    }

    [Fact]
    public async Task Signatures_by_the_keys_of_the_namespace_come_first()
    {
        var directory = _registry.Site.Current.KeysDirectory;
        await File.WriteAllBytesAsync(Path.Combine(directory, "bob.pgp"), await keys.Gpg.ExportAsync(keys.Bob));
        var byAlice = await keys.Gpg.SignAsync(keys.Alice, _image);
        var byBob = await keys.Gpg.SignAsync(keys.Bob, _image);
        using var first = await PutAsync(byAlice);
        using var second = await PutAsync(byBob);
        Assert.Equal(byAlice, (await ListAsync(_image))[0].GetProperty("content").GetBytesFromBase64());
        _registry.Site.Current = _registry.Site.Current with
        {
            Namespaces = [new NamespaceView("alt", new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal) { keys.Bob })],
        };
        Assert.Equal(byBob, (await ListAsync(_image))[0].GetProperty("content").GetBytesFromBase64());
        Assert.Equal(byBob, await _registry.Http.GetByteArrayAsync($"/sigstore/alt/x@sha256={_image.Hex}/signature-1"));
        Assert.Equal(byAlice, await _registry.Http.GetByteArrayAsync($"/sigstore/alt/x@sha256={_image.Hex}/signature-2"));
    }

    [Fact]
    public async Task What_is_no_signature_of_that_manifest_is_refused()
    {
        var payload = new Plomba.Trust.SimpleSigning.SignedPayload(_image, "registry.local/alt/x:v1", null, null).Write();
        var cases = new (string What, byte[] Content)[]
        {
            ("another digest", await keys.Gpg.SignAsync(keys.Alice, Digest.Sha256("other"u8))),
            ("no payload", await keys.Gpg.SignBytesAsync(keys.Alice, "hello"u8.ToArray(), "--sign")),
            ("armored", await keys.Gpg.SignBytesAsync(keys.Alice, payload, "--armor", "--sign")),
            ("clear text", await keys.Gpg.SignBytesAsync(keys.Alice, payload, "--clearsign")),
            ("detached", await keys.Gpg.SignBytesAsync(keys.Alice, payload, "--detach-sign")),
            ("two signatures", await keys.Gpg.SignBytesAsync(keys.Alice, payload, "--local-user", keys.Bob, "--sign")),
            ("unsigned", await keys.Gpg.SignBytesAsync(keys.Alice, payload, "--store")),
            ("HTML", "<html>"u8.ToArray()),
            ("empty", []),
            ("trailing data", [.. await keys.Gpg.SignBytesAsync(keys.Alice, payload, "-z", "0", "--sign"), 0x01]),
            ("sigstore", [0, .. "sigstore-json\n{}"u8]),
        };
        foreach (var (what, content) in cases)
        {
            using var answer = await PutAsync(content);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, what);
            await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        }

        Assert.Empty(await ListAsync(_image));
    }

    [Fact]
    public async Task A_manifest_that_is_not_here_cannot_be_signed()
    {
        var absent = Digest.Sha256("absent"u8);
        using var answer = await PutAsync(await keys.Gpg.SignAsync(keys.Alice, absent), absent);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task The_33rd_signature_is_refused_and_the_others_stay()
    {
        for (var i = 0; i < 32; i++)
        {
            using var put = await PutAsync(await keys.Gpg.SignAsync(keys.Alice, _image, $"registry.local/alt/x:v{i}"));
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        }

        using var refused = await PutAsync(await keys.Gpg.SignAsync(keys.Alice, _image, "registry.local/alt/x:one-too-many"));
        await RunningRegistry.RefusedAsync(refused, HttpStatusCode.Conflict, "TOOMANYREQUESTS");
        Assert.Equal(32, (await ListAsync(_image)).Count);
    }

    [Fact]
    public async Task A_signature_of_more_than_64_KiB_is_refused()
    {
        using var answer = await PutAsync(new byte[65 * 1024]);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
        using var huge = await _registry.SendAsync("PUT", $"/extensions/v2/alt/x/signatures/{_image}", new byte[1024 * 1024]);
        await RunningRegistry.RefusedAsync(huge, HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"schemaVersion":1,"name":"NAME","type":"atomic","content":""}""")]
    [InlineData("""{"schemaVersion":2,"name":"NAME","type":"other","content":""}""")]
    [InlineData("""{"schemaVersion":2,"name":"sha256:other@x","type":"atomic","content":""}""")]
    [InlineData("""{"schemaVersion":2,"name":"NAME","type":"atomic","content":"***"}""")]
    [InlineData("""{"schemaVersion":2,"name":"\ud800","type":"atomic","content":""}""")]
    public async Task A_body_of_another_shape_is_refused(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.Replace("NAME", $"{_image}@0", StringComparison.Ordinal));
        using var answer = await _registry.SendAsync("PUT", $"/extensions/v2/alt/x/signatures/{_image}", bytes);
        await RunningRegistry.RefusedAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    private Task<HttpResponseMessage> PutAsync(byte[] signature, Digest? digest = null)
    {
        var name = $"{digest ?? _image}@0123456789abcdef0123456789abcdef";
        var body = $$"""{"schemaVersion":2,"name":"{{name}}","type":"atomic","content":"{{Convert.ToBase64String(signature)}}"}""";
        // podman sends no Content-Type.
        return _registry.SendAsync("PUT", $"/extensions/v2/alt/x/signatures/{digest ?? _image}", Encoding.UTF8.GetBytes(body));
    }

    private async Task<List<JsonElement>> ListAsync(Digest digest)
    {
        using var json = JsonDocument.Parse(await _registry.Http.GetStringAsync($"/extensions/v2/alt/x/signatures/{digest}"));
        return [.. json.RootElement.GetProperty("signatures").EnumerateArray().Select(e => e.Clone())];
    }
}
