using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Crash;

/// <summary>What the server answered to with success, and so may never lose.</summary>
/// <param name="Repository">Where it was pushed.</param>
/// <param name="Tag">Under which tag.</param>
/// <param name="Manifest">Its bytes.</param>
/// <param name="Blobs">Config and layer.</param>
/// <param name="Signature">What it was signed with; null: nothing that was acknowledged.</param>
internal sealed record Acknowledged(string Repository, string Tag, byte[] Manifest, string[] Blobs, byte[]? Signature)
{
    public string Digest => PushingClient.DigestOf(Manifest);
}

/// <summary>Pushes small images over HTTP, one after the other, and signs every second one, until the server is gone.</summary>
internal sealed class PushingClient(HttpClient http, GpgHome gpg, string registry, string repository, ConcurrentBag<Acknowledged> acknowledged)
{
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    public static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    /// <summary>Ends when the connection breaks; any answer other than success fails the test.</summary>
    public async Task RunAsync(string prefix)
    {
        try
        {
            for (var i = 0; ; i++)
                await PushAsync($"{prefix}-{i.ToString(CultureInfo.InvariantCulture)}", sign: i % 2 == 0);
        }
        catch (Exception e) when (e is HttpRequestException { StatusCode: null } or IOException or TaskCanceledException)
        {
            // Killed.
        }
    }

    public async Task PushAsync(string tag, bool sign)
    {
        var (config, configSize) = await UploadAsync(Encoding.ASCII.GetBytes($$"""{"architecture":"amd64","os":"linux","created":"{{tag}}"}"""));
        var (layer, layerSize) = await UploadAsync(RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(1, 200_000)));
        var manifest = Encoding.ASCII.GetBytes(
            $$$"""{"schemaVersion":2,"mediaType":"{{{Manifest}}}","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{config}}}","size":{{{configSize}}}},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{{layer}}}","size":{{{layerSize}}}}]}""");
        using var content = new ByteArrayContent(manifest) { Headers = { ContentType = new MediaTypeHeaderValue(Manifest) } };
        using var answer = await http.PutAsync(new Uri($"/v2/{repository}/manifests/{tag}", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var pushed = new Acknowledged(repository, tag, manifest, [config, layer], null);
        byte[]? signature = null;
        try
        {
            signature = sign ? await SignAsync(pushed) : null;
        }
        finally
        {
            acknowledged.Add(pushed with { Signature = signature });
        }
    }

    private async Task<(string Digest, int Size)> UploadAsync(byte[] content)
    {
        using var begun = await http.PostAsync(new Uri($"/v2/{repository}/blobs/uploads/", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Accepted, begun.StatusCode);
        using var half = new ByteArrayContent(content, 0, content.Length / 2);
        using var patched = await http.PatchAsync(begun.Headers.Location, half);
        Assert.Equal(HttpStatusCode.Accepted, patched.StatusCode);
        var (digest, location) = (DigestOf(content), patched.Headers.Location!.OriginalString);
        using var rest = new ByteArrayContent(content, content.Length / 2, content.Length - (content.Length / 2));
        using var done = await http.PutAsync(new Uri($"{location}{(location.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={digest}", UriKind.RelativeOrAbsolute), rest);
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
        return (digest, content.Length);
    }

    private async Task<byte[]> SignAsync(Acknowledged pushed)
    {
        var payload = $$$$"""{"critical":{"identity":{"docker-reference":"{{{{registry}}}}/{{{{repository}}}}:{{{{pushed.Tag}}}}"},"image":{"docker-manifest-digest":"{{{{pushed.Digest}}}}"},"type":"atomic container signature"},"optional":{}}""";
        var signature = await gpg.SignAsync(Encoding.UTF8.GetBytes(payload), "crash@example.org");
        using var content = new StringContent(
            $$"""{"schemaVersion":2,"name":"{{pushed.Digest}}@{{Guid.NewGuid():N}}","type":"atomic","content":"{{Convert.ToBase64String(signature)}}"}""", Encoding.UTF8, "application/json");
        using var answer = await http.PutAsync(new Uri($"/extensions/v2/{repository}/signatures/{pushed.Digest}", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return signature;
    }
}
