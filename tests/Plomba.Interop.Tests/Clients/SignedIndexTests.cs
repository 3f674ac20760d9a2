using System.Net;
using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Clients;

/// <summary>Multi-platform images, made with buildah and signed with skopeo through this server, in both formats.</summary>
public sealed class SignedIndexTests(ExtensionFixture fixture) : IClassFixture<ExtensionFixture>
{
    private static readonly string[] Architectures = ["amd64", "arm64"];

    private Deployment Site => fixture.Deployment;

    private string Key => Site.Keys["images-developer"];

    [Theory]
    [InlineData("oci", "application/vnd.oci.image.index.v1+json")]
    [InlineData("v2s2", "application/vnd.docker.distribution.manifest.list.v2+json")]
    public async Task Index_and_instances_are_signed_and_every_client_accepts_every_one(string format, string type)
    {
        var (maker, client) = await HomesAsync();
        var image = $"alt/multi-{format}";
        await PushIndexAsync(maker, image, format);
        await maker.MustAsync("skopeo", "--insecure-policy", "copy", "--all", "--sign-by", Key, $"docker://{Site.Image(image)}:unsigned", $"docker://{Site.Image(image)}:signed");

        var index = JsonDocument.Parse((await maker.MustAsync("skopeo", "inspect", "--raw", $"docker://{Site.Image(image)}:signed")).Output).RootElement;
        Assert.Equal(type, index.GetProperty("mediaType").GetString());
        var digests = index.GetProperty("manifests").EnumerateArray().Select(m => m.GetProperty("digest").GetString()!).ToList();
        Assert.Equal(2, digests.Count);
        foreach (var digest in digests.Append(await Site.DigestAsync(image, "signed")))
            Assert.Equal(HttpStatusCode.OK, await FirstSignatureAsync(image, digest));

        await client.MustAsync("podman", "pull", $"{Site.Image(image)}:signed");
        foreach (var architecture in Architectures)
            await client.MustAsync("skopeo", "--override-arch", architecture, "copy", $"docker://{Site.Image(image)}:signed", Target());
        await client.MustAsync("skopeo", "copy", "--all", $"docker://{Site.Image(image)}:signed", Target());
        Assert.Equal(0, (await VerifyAsync(client, $"{image}:signed")).ExitCode);
        var all = await VerifyAsync(client, $"{image}:signed", "--all", "--output", "json");
        Assert.Equal(0, all.ExitCode);
        Assert.Equal(digests, JsonDocument.Parse(all.Output).RootElement.EnumerateArray().Select(v => v.GetProperty("manifest").GetProperty("digest").GetString()));
    }

    [Theory]
    [InlineData("oci")]
    [InlineData("v2s2")]
    public async Task A_signature_of_the_index_alone_is_not_enough(string format)
    {
        var (maker, client) = await HomesAsync();
        var image = $"alt/index-only-{format}";
        await PushIndexAsync(maker, image, format);
        await maker.MustAsync(
            "skopeo", "copy", "--multi-arch", "index-only", "--sign-by", Key, $"docker://{Site.Image(image)}:unsigned", $"docker://{Site.Image(image)}:signed");
        Assert.Equal(HttpStatusCode.OK, await FirstSignatureAsync(image, await Site.DigestAsync(image, "signed")));

        var pull = await client.RunAsync("podman", "pull", $"{Site.Image(image)}:signed");
        Assert.Equal(125, pull.ExitCode);
        Assert.Contains("Source image rejected: A signature was required, but no signature exists", pull.Errors, StringComparison.Ordinal);
        Assert.Equal(3, (await VerifyAsync(client, $"{image}:signed")).ExitCode);
        Assert.Equal(3, (await VerifyAsync(client, $"{image}:signed", "--all")).ExitCode);
    }

    [Fact]
    public async Task A_layer_of_no_bytes_goes_up_and_comes_down_signed()
    {
        const string Nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        var (maker, client) = await HomesAsync();
        var layout = Site.Combine($"empty-layer-{Guid.NewGuid():N}");
        TinyImage.Write(layout, "beside nothing");
        await File.WriteAllBytesAsync(Path.Combine(layout, Nothing), []);
        var manifest = Path.Combine(layout, "manifest.json");
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace(
            "\"layers\":[", $$"""
            "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:{{Nothing}}","size":0},
            """, StringComparison.Ordinal));

        await maker.MustAsync("skopeo", "copy", "--preserve-digests", "--sign-by", Key, $"dir:{layout}", $"docker://{Site.Image("alt/nothing")}");
        var target = Target();
        await client.MustAsync("skopeo", "copy", "--preserve-digests", $"docker://{Site.Image("alt/nothing")}", target);
        Assert.Equal(0, new FileInfo(Path.Combine(target["dir:".Length..], Nothing)).Length);
        Assert.Equal(0, (await VerifyAsync(client, "alt/nothing")).ExitCode);
    }

    private async Task<(ContainersHome Maker, ContainersHome Client)> HomesAsync()
    {
        Assert.SkipUnless(Environment.UserName == "root", "podman's store needs root here");
        foreach (var tool in new[] { "podman", "skopeo", "buildah" })
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
        var (maker, client) = (await Site.MakerAsync("imagemaker"), await Site.ClientAsync());
        client.Insecure(Site.Name);
        return (maker, client);
    }

    private async Task PushIndexAsync(ContainersHome maker, string image, string format)
    {
        var list = $"list-{format}-{Guid.NewGuid():N}";
        await maker.MustAsync("buildah", "manifest", "create", list);
        foreach (var architecture in Architectures)
        {
            var layout = Site.Combine($"{architecture}-{Guid.NewGuid():N}");
            TinyImage.Write(layout, $"{image} {architecture}", docker: format == "v2s2", architecture: architecture);
            await maker.MustAsync("skopeo", "copy", $"dir:{layout}", $"docker://{Site.Image(image)}:{architecture}");
            await maker.MustAsync("buildah", "manifest", "add", "--arch", architecture, list, $"docker://{Site.Image(image)}:{architecture}");
        }

        await maker.MustAsync("buildah", "manifest", "push", "--all", "--format", format, list, $"docker://{Site.Image(image)}:unsigned");
    }

    private async Task<HttpStatusCode> FirstSignatureAsync(string repository, string digest)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://{Site.Signatures}/sigstore/{repository}@{digest.Replace(':', '=')}/signature-1"));
        return answer.StatusCode;
    }

    private static Task<ChildResult> VerifyAsync(Deployment site, ContainersHome home, string image, params string[] more) => Deployment.PlombaAsync(
    [
        "verify", site.Image(image), .. more, "--tls-verify=false", "--policy", Path.Combine(home.Configuration, "policy.json"),
        "--registries.d", Path.Combine(home.Configuration, "registries.d"),
    ]);

    private Task<ChildResult> VerifyAsync(ContainersHome home, string image, params string[] more) => VerifyAsync(Site, home, image, more);

    private string Target() => $"dir:{Site.Combine($"pulled-{Guid.NewGuid():N}")}";
}
