using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Clients;

/// <summary>What buildah and skopeo do beside push and pull: build on top, list, look, synchronise, delete.</summary>
public sealed class OtherVerbsTests(LookasideFixture fixture) : IClassFixture<LookasideFixture>
{
    private Deployment Site => fixture.Deployment;

    private string Key => Site.Keys["images-developer"];

    [Fact]
    public async Task buildah_pushes_signed_and_pulls_under_the_policy()
    {
        var (maker, client) = await HomesAsync("buildah");
        foreach (var (image, sign) in new[] { ("alt/built", new[] { "--sign-by", Key }), ("alt/built-unsigned", []) })
        {
            await Site.BuildAsync(maker, image, image);
            await maker.MustAsync("buildah", ["push", "--tls-verify=false", .. sign, Site.Image(image), $"docker://{Site.Image(image)}"]);
        }

        await client.MustAsync("buildah", "pull", "--tls-verify=false", Site.Image("alt/built"));
        await client.MustAsync("buildah", "from", "--pull-never", Site.Image("alt/built"));
        var refused = await client.RunAsync("buildah", "pull", "--tls-verify=false", Site.Image("alt/built-unsigned"));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("Source image rejected: A signature was required, but no signature exists", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task skopeo_lists_inspects_and_deletes()
    {
        var (maker, client) = await HomesAsync("skopeo");
        foreach (var tag in new[] { "v1", "v10", "v2" })
            await PushAsync(maker, $"alt/listed:{tag}", tag);
        Assert.Equal(["v1", "v10", "v2"], await TagsAsync(client, "alt/listed"));
        var seen = JsonDocument.Parse((await maker.MustAsync("skopeo", "inspect", $"docker://{Site.Image("alt/listed")}:v2")).Output).RootElement;
        Assert.Equal(await Site.DigestAsync("alt/listed", "v2"), seen.GetProperty("Digest").GetString());
        Assert.Equal("amd64", seen.GetProperty("Architecture").GetString());
        Assert.Equal(3, seen.GetProperty("RepoTags").GetArrayLength());

        var stranger = await client.RunAsync("skopeo", "delete", $"docker://{Site.Image("alt/listed")}:v2");
        Assert.NotEqual(0, stranger.ExitCode);
        await maker.MustAsync("skopeo", "delete", $"docker://{Site.Image("alt/listed")}:v2");
        Assert.Equal(["v1", "v10"], await TagsAsync(client, "alt/listed"));
        var gone = await maker.RunAsync("skopeo", "inspect", $"docker://{Site.Image("alt/listed")}:v2");
        Assert.Contains("manifest unknown", gone.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task skopeo_synchronises_a_repository_away_and_back()
    {
        var (maker, _) = await HomesAsync("skopeo");
        foreach (var tag in new[] { "one", "two" })
            await PushAsync(maker, $"alt/synced:{tag}", tag);
        var away = Directory.CreateDirectory(Site.Combine($"away-{Guid.NewGuid():N}")).FullName;
        await maker.MustAsync("skopeo", "--insecure-policy", "sync", "--src", "docker", "--dest", "dir", Site.Image("alt/synced"), away);
        Assert.Equal(["synced:one", "synced:two"], Directory.EnumerateDirectories(away).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        await maker.MustAsync("skopeo", "sync", "--src", "dir", "--dest", "docker", away, Site.Image("alt/back"));
        Assert.Equal(["one", "two"], await TagsAsync(maker, "alt/back/synced"));
        Assert.Equal(await Site.DigestAsync("alt/synced", "one"), await Site.DigestAsync("alt/back/synced", "one"));
    }

    private async Task<(ContainersHome Maker, ContainersHome Client)> HomesAsync(string tool)
    {
        Assert.SkipUnless(ChildProcess.IsInstalled(tool) && ChildProcess.IsInstalled("podman"), $"{tool} or podman is not installed");
        Assert.SkipUnless(Environment.UserName == "root", "podman's store needs root here");
        var (maker, client) = (await Site.MakerAsync("imagemaker"), await Site.ClientAsync());
        client.Insecure(Site.Name);
        return (maker, client);
    }

    private async Task PushAsync(ContainersHome maker, string image, string content)
    {
        var layout = Site.Combine($"layout-{Guid.NewGuid():N}");
        TinyImage.Write(layout, content);
        await maker.MustAsync("skopeo", "copy", $"dir:{layout}", $"docker://{Site.Image(image)}");
    }

    private async Task<IEnumerable<string?>> TagsAsync(ContainersHome home, string repository)
    {
        var listed = await home.MustAsync("skopeo", "list-tags", $"docker://{Site.Image(repository)}");
        return JsonDocument.Parse(listed.Output).RootElement.GetProperty("Tags").EnumerateArray().Select(t => t.GetString()).Order(StringComparer.Ordinal);
    }
}
