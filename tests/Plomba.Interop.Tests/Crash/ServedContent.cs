using System.Text.Json;

namespace Plomba.Interop.Tests.Crash;

/// <summary>Looks over HTTP, as a client does, at what a server has after it was killed.</summary>
internal sealed class ServedContent(HttpClient http)
{
    /// <summary>Everything acknowledged is whole: manifest by tag and by digest, blobs, signature in both views.</summary>
    public async Task HoldsAsync(IEnumerable<Acknowledged> acknowledged)
    {
        foreach (var pushed in acknowledged)
        {
            foreach (var reference in new[] { pushed.Tag, pushed.Digest })
                Assert.Equal(pushed.Manifest, await GetAsync($"/v2/{pushed.Repository}/manifests/{reference}"));
            await BlobsAsync(pushed.Repository, pushed.Blobs);
            if (pushed.Signature is not { } signature)
                continue;
            var list = JsonDocument.Parse(await GetAsync($"/extensions/v2/{pushed.Repository}/signatures/{pushed.Digest}")).RootElement.GetProperty("signatures");
            Assert.Contains(list.EnumerateArray(), s => s.GetProperty("content").GetBytesFromBase64().AsSpan().SequenceEqual(signature));
            Assert.Equal(signature, await GetAsync($"/sigstore/{pushed.Repository}@{pushed.Digest.Replace(':', '=')}/signature-1"));
        }
    }

    /// <summary>Nothing half-made is visible: every tag of the repository has its manifest, and that has its blobs. Returns how many.</summary>
    public async Task<int> IsWholeAsync(string repository)
    {
        using var answer = await http.GetAsync(new Uri($"/v2/{repository}/tags/list", UriKind.Relative));
        if (answer.StatusCode == System.Net.HttpStatusCode.NotFound)
            return 0;
        var tags = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync()).RootElement.GetProperty("tags");
        foreach (var tag in tags.EnumerateArray())
        {
            var manifest = JsonDocument.Parse(await GetAsync($"/v2/{repository}/manifests/{tag.GetString()}")).RootElement;
            var blobs = manifest.GetProperty("layers").EnumerateArray().Append(manifest.GetProperty("config")).Select(b => b.GetProperty("digest").GetString()!);
            await BlobsAsync(repository, blobs);
        }

        return tags.GetArrayLength();
    }

    private async Task BlobsAsync(string repository, IEnumerable<string> digests)
    {
        foreach (var digest in digests)
            Assert.Equal(digest, PushingClient.DigestOf(await GetAsync($"/v2/{repository}/blobs/{digest}")));
    }

    private async Task<byte[]> GetAsync(string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadAsByteArrayAsync();
    }
}
