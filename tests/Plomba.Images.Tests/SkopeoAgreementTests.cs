using System.Text;
using Plomba.Files;
using Plomba.Images.Manifests;
using Plomba.Images.Transports;

namespace Plomba.Images.Tests;

/// <summary>What the installed skopeo takes and refuses, and how it hashes, beside ours.</summary>
public sealed class SkopeoAgreementTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly string[] Names =
    [
        "docker://a", "docker://A/b", "docker://EXAMPLE.com/b", "docker://exam_ple.com/a", "docker://localhost/a", "docker://Localhost/a",
        "docker://a.example:5000:1/a", "docker://a.example/a__b", "docker://a.example/a___b", "docker://a.example/a----b", "docker://a.example/a._b",
        "docker://a@sha256:" + Hex, "docker://a:v@sha256:" + Hex, "docker://" + Hex, "docker://[::1]/a", "docker://a ", "docker:a",
        "docker-archive:HERE/a.tar:b", "docker-archive:HERE/a.tar:@1", "docker-archive:HERE/a.tar:@x", "docker-archive:HERE/a.tar:b@sha256:" + Hex,
        "docker-daemon:a", "docker-daemon:a:b", "docker-daemon:sha256:" + Hex, "docker-daemon:sha256:latest",
        "oci:HERE:a", "oci:HERE:-a", "oci:HERE:a--b", "oci:HERE:a---b", "oci:HERE:a/b:c@d+e", "oci:/no/such/place:a", "oci-archive:HERE/x:a", "oci-archive:HERE/x:@1",
        "dir:HERE/a:b", "dir:/no/such/place", "sif:HERE/x", "nothing:a", "Docker://a", "a",
    ];

    [Fact]
    public async Task Names_are_taken_and_refused_as_skopeo_does()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");
        using var directory = new TemporaryDirectory();
        var environment = new TransportEnvironment(RealPath.TryResolve, StoreLocation.System);
        foreach (var name in Names.Select(name => name.Replace("HERE", directory.Path, StringComparison.Ordinal)))
        {
            // The source does not exist, so nothing is copied: skopeo reads both names first.
            var skopeo = await ChildProcess.RunAsync(
                "skopeo", ["--insecure-policy", "copy", "dir:/nonexistent", name], directory: directory.Path);
            var taken = !skopeo.Errors.Contains("Invalid destination name", StringComparison.Ordinal);
            var ours = ImageName.TryParse(name, environment, out _, out var error);
            Assert.True(taken == ours, $"{name}: skopeo says {skopeo.Errors}, we say {error?.Message ?? "yes"}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("""{"schemaVersion":2,"layers":null}""")]
    [InlineData("""{"schemaVersion":1,"mediaType":"application/vnd.oci.image.index.v1+json","signatures":[{}]}""")]
    public async Task Manifests_have_the_digest_skopeo_computes(string manifest)
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");
        using var directory = new TemporaryDirectory();
        var content = Encoding.UTF8.GetBytes(manifest);
        await using (var file = File.Create(directory.Combine("manifest.json")))
            await file.WriteAsync(content);
        var skopeo = await ChildProcess.RunAsync("skopeo", ["manifest-digest", directory.Combine("manifest.json")]);
        Assert.True(ManifestDigest.TryCompute(content, out var digest, out _));
        Assert.Equal(digest.Text, skopeo.Text.Trim());
    }
}
