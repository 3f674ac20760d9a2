using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Plomba.Interop.Tests;

/// <summary>The working day through the signature extension.</summary>
public sealed class ExtensionWorkingDayTests(ExtensionFixture fixture) : WorkingDay(fixture), IClassFixture<ExtensionFixture>
{
    [Fact]
    public async Task A_signature_for_another_digest_is_not_taken()
    {
        var maker = await Site.MakerAsync("imagemaker");
        await PushAsync(maker, "alt/one", "one", Site.Keys["images-developer"]);
        await PushAsync(maker, "alt/other", "other", key: null);
        var signature = await FirstSignatureAsync("alt/one", await Site.DigestAsync("alt/one"));
        var status = await PutAsync("alt/other", await Site.DigestAsync("alt/other"), signature, "imagemaker");
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task Only_a_maker_of_the_namespace_may_sign()
    {
        var maker = await Site.MakerAsync("imagemaker2");
        await PushAsync(maker, "beta/mine", "mine", Site.Keys["build-robot"]);
        var digest = await Site.DigestAsync("beta/mine");
        var signature = await FirstSignatureAsync("beta/mine", digest);
        Assert.Equal(HttpStatusCode.Created, await PutAsync("beta/mine", digest, signature, "imagemaker2"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PutAsync("beta/mine", digest, signature, "imagemaker"));
        Assert.Single(await Site.SignersAsync("beta/mine", digest));
    }

    private protected override async Task CopySignatureAsync(string digest, string from, string to) =>
        Assert.Equal(HttpStatusCode.Created, await PutAsync(to, digest, await FirstSignatureAsync(from, digest), "imagemaker"));

    private async Task<string> FirstSignatureAsync(string repository, string digest)
    {
        using var http = new HttpClient();
        var bytes = await http.GetByteArrayAsync(new Uri($"http://{Site.Signatures}/sigstore/{repository}@{digest.Replace(':', '=')}/signature-1"));
        return Convert.ToBase64String(bytes);
    }

    private async Task<HttpStatusCode> PutAsync(string repository, string digest, string content, string maker)
    {
        using var http = new HttpClient();
        var basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{maker}:{Deployment.Password}")));
        using var ask = new HttpRequestMessage(HttpMethod.Get, $"http://{Site.Name}/auth/token?service={Site.Name}&scope=repository:{repository}:pull,push");
        ask.Headers.Authorization = basic;
        using var granted = await http.SendAsync(ask);
        var token = JsonDocument.Parse(await granted.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString();
        using var put = new HttpRequestMessage(HttpMethod.Put, $"http://{Site.Name}/extensions/v2/{repository}/signatures/{digest}")
        {
            Content = new StringContent(
                $$"""{"schemaVersion":2,"name":"{{digest}}@{{Guid.NewGuid():N}}","type":"atomic","content":"{{content}}"}""", Encoding.UTF8, "application/json"),
        };
        put.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(put);
        return answer.StatusCode;
    }
}
