using Plomba.Files;

namespace Plomba.Interop.Tests.Roles;

/// <summary>
/// The files of each version that differs decide alike: what is signed by any key of its namespace is accepted, nothing
/// else. skopeo stands for CRI-O, which reads the same files through the same library and is not to be had here.
/// </summary>
public sealed class VersionedFilesTests : IClassFixture<SignedImagesFixture>
{
    private readonly SignedImagesFixture _fixture;
    private readonly Deployment _site;

    public VersionedFilesTests(SignedImagesFixture fixture)
    {
        foreach (var tool in new[] { "skopeo", "podman", "buildah" })
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
        Assert.SkipUnless(UserId.Effective == 0, "podman's store needs root here");
        (_fixture, _site) = (fixture, fixture.Deployment);
    }

    [Theory]
    [InlineData("client", "--podman-version", "4.1")]
    [InlineData("client", "--podman-version", "4.3")]
    [InlineData("node", "--crio-version", "1.24")]
    [InlineData("node", "--crio-version", "1.28")]
    [InlineData("node", "--crio-version", "1.35")]
    public async Task Either_key_of_a_namespace_counts_and_nothing_unsigned_passes(string role, string option, string version)
    {
        await _fixture.PushAsync();
        var files = await RenderAsync(_site.SiteFile, role, option, version);
        var policy = Path.Combine(files, "etc/containers/policy.json");

        Assert.Equal((0, 0), ((await PullAsync(files, policy, "alt/first")).ExitCode, (await PullAsync(files, policy, "alt/second")).ExitCode));
        Assert.Contains("A signature was required, but no signature exists", (await PullAsync(files, policy, "alt/unsigned")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Kubernetes_namespace_runs_its_own_images_alone()
    {
        await _fixture.PushAsync();
        var site = _site.Combine("kubernetes.toml");
        await File.WriteAllTextAsync(site, await File.ReadAllTextAsync(_site.SiteFile, TestContext.Current.CancellationToken) + "kubernetes = [\"team-b\"]\n", TestContext.Current.CancellationToken);
        var files = await RenderAsync(site, "node", "--crio-version", "1.31");
        var policy = Path.Combine(files, "etc/crio/policies/team-b.json");

        Assert.Equal(0, (await PullAsync(files, policy, "beta/third")).ExitCode);
        Assert.Contains("is rejected by policy", (await PullAsync(files, policy, "alt/first")).Errors, StringComparison.Ordinal);
    }

    private async Task<string> RenderAsync(string site, string role, string option, string version)
    {
        var to = _site.Combine($"rendered-{Guid.NewGuid():N}");
        await Deployment.MustAsync("site", "render", "--for", role, option, version, "--to", to, "--site", site);
        var files = Path.Combine(to, role);
        // The keyring's place is part of the policy.
        foreach (var keyring in Directory.EnumerateFiles(files, "*.keyring", SearchOption.AllDirectories))
            File.Copy(keyring, Path.Combine(_site.KeyDirectory, Path.GetFileName(keyring)), overwrite: true);
        return files;
    }

    private async Task<ChildResult> PullAsync(string files, string policy, string image) => await ChildProcess.RunAsync(
        "skopeo",
        ["--policy", policy, "--registries.d", Path.Combine(files, "etc/containers/registries.d"), "copy", "--src-tls-verify=false", $"docker://{_site.Image(image)}", $"dir:{_site.Combine($"pulled-{Guid.NewGuid():N}")}"]);
}
