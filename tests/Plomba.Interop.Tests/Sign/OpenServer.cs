using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Sign;

/// <summary>Our registry without accounts, and a client that pushes by hand what no tool here pushes.</summary>
public sealed class OpenServer : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new(prefix: "open-server");
    private readonly HttpClient _http = new();
    private RunningProgram? _server;

    /// <summary><c>127.0.0.1:PORT</c>.</summary>
    public string Name { get; } = $"127.0.0.1:{RunningProgram.FreePort()}";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _server = await RunningProgram.StartAsync(
        PlombaProgram.Path, ["serve", "--data", _directory.Combine("data"), "--listen", Name], $"http://{Name}/healthz");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _http.Dispose();
        _directory.Dispose();
    }

    /// <summary>Pushes an image of one small layer; returns its manifest.</summary>
    public async Task<byte[]> PushImageAsync(string registry, string repository, string tag, string content)
    {
        var layer = Encoding.UTF8.GetBytes(content);
        var config = Encoding.UTF8.GetBytes($$$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["{{{Digest(layer)}}}"]}}""");
        var manifest = Encoding.UTF8.GetBytes(
            $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{await PushBlobAsync(registry, repository, config)}}}","size":{{{config.Length}}}},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{{await PushBlobAsync(registry, repository, layer)}}}","size":{{{layer.Length}}}}]}""");
        await PushManifestAsync(registry, repository, tag, manifest);
        return manifest;
    }

    /// <summary>Attaches a bundle to a manifest as cosign does.</summary>
    public async Task AttachAsync(string repository, byte[] subject, byte[] bundle, string predicate = "https://sigstore.dev/cosign/sign/v1")
    {
        const string Type = "application/vnd.dev.sigstore.bundle.v0.3+json";
        var manifest = Encoding.UTF8.GetBytes(
            $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","artifactType":"{{{Type}}}","config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{{{await PushBlobAsync(Name, repository, "{}"u8.ToArray())}}}","size":2},"layers":[{"mediaType":"{{{Type}}}","digest":"{{{await PushBlobAsync(Name, repository, bundle)}}}","size":{{{bundle.Length}}}}],"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{{Digest(subject)}}}","size":{{{subject.Length}}}},"annotations":{"dev.sigstore.bundle.content":"dsse-envelope","dev.sigstore.bundle.predicateType":"{{{predicate}}}"}}""");
        await PushManifestAsync(Name, repository, Digest(manifest), manifest);
    }

    /// <summary>The digest of some bytes.</summary>
    public static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    /// <summary>Something of a registry's API.</summary>
    public async Task<string> GetAsync(string registry, string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{registry}{path}");
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<string> PushBlobAsync(string registry, string repository, byte[] content)
    {
        using var started = await _http.PostAsync(new Uri($"http://{registry}/v2/{repository}/blobs/uploads/"), null);
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var location = new Uri(new Uri($"http://{registry}/"), started.Headers.Location!);
        using var body = new ByteArrayContent(content);
        var separator = location.Query.Length > 0 ? '&' : '?';
        using var stored = await _http.PutAsync(new Uri($"{location}{separator}digest={Digest(content)}"), body);
        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        return Digest(content);
    }

    private async Task PushManifestAsync(string registry, string repository, string reference, byte[] manifest)
    {
        using var body = new ByteArrayContent(manifest);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse("application/vnd.oci.image.manifest.v1+json");
        using var stored = await _http.PutAsync(new Uri($"http://{registry}/v2/{repository}/manifests/{reference}"), body);
        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
    }
}
