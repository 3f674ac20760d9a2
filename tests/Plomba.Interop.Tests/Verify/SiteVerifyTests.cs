using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Verify;

/// <summary><c>verify --site</c>: policy, plain HTTP and signature store all follow from the one description.</summary>
public sealed class SiteVerifyTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_but_the_site_is_needed_to_verify_its_images(bool extension)
    {
        foreach (var tool in new[] { "gpg", "htpasswd", "skopeo" })
            Assert.SkipUnless(ChildProcess.IsInstalled(tool), $"{tool} is not installed");
        await using var site = await Deployment.StartAsync(extension);
        var maker = await site.MakerAsync("imagemaker");
        TinyImage.Write(site.Combine("image"), "signed for the site");
        var image = site.Image("alt/verified");
        await maker.MustAsync("skopeo", "copy", "--dest-tls-verify=false", $"dir:{site.Combine("image")}", $"docker://{image}");
        Assert.Equal((3, true), await VerifyAsync("A signature was required, but no signature exists"));

        await maker.MustAsync(
            "skopeo", "copy", "--dest-tls-verify=false", "--sign-by", site.Keys["images-developer"], $"dir:{site.Combine("image")}", $"docker://{image}");
        Assert.Equal((0, true), await VerifyAsync($"signature store: {(extension ? "extension" : "lookaside")} "));

        await File.WriteAllBytesAsync(Path.Combine(site.KeyDirectory, "images-developer.pgp"), await site.Gpg.ExportAsync(site.Keys["build-robot"]));
        var changed = await Deployment.PlombaAsync("verify", "--site", site.SiteFile, image);
        Assert.Equal(1, changed.ExitCode);
        Assert.Contains("is not valid", changed.Errors, StringComparison.Ordinal);

        async Task<(int ExitCode, bool IsSaid)> VerifyAsync(string text)
        {
            var result = await Deployment.PlombaAsync("verify", "--site", site.SiteFile, "--explain", image);
            return (result.ExitCode, result.Text.Contains(text, StringComparison.Ordinal));
        }
    }
}
