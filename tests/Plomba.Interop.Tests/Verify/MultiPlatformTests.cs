using System.Text;
using System.Text.Json;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Verify;

/// <summary>Multi-platform images and layouts, each beside skopeo.</summary>
public sealed class MultiPlatformTests(SignedImages images) : IClassFixture<SignedImages>
{
    [Theory]
    [InlineData("none", 3, 3)]
    [InlineData("list", 3, 3)]
    [InlineData("amd64", 0, 3)]
    [InlineData("arm64", 3, 3)]
    [InlineData("amd64,arm64", 0, 0)]
    public async Task An_index_is_as_good_as_the_instances_that_are_used(string signedOnes, int one, int all)
    {
        Assert.SkipUnless(SignedImages.Missing.Length == 0, $"not installed: {SignedImages.Missing}");
        using var directory = new TemporaryDirectory();
        var digests = WriteIndex(directory);
        var question = await images.LayOutAsync();
        var name = $"{question.Repository}:multi";
        await images.Home.MustAsync(
            "skopeo", "--insecure-policy", "copy", "--all", "--preserve-digests", "--dest-tls-verify=false", $"dir:{directory.Combine("index")}", $"docker://{name}");
        foreach (var which in signedOnes.Split(',').Where(digests.ContainsKey))
            await question.StoreAsync(1, await images.SignAsync("maker", name, digests[which]), digests[which]);
        question.SignedBy("maker");

        Assert.Equal(one == 0, (await question.SkopeoAsync($"docker://{name}", "--override-arch=amd64")).ExitCode == 0);
        Assert.Equal(all == 0, (await question.SkopeoAsync($"docker://{name}", "--override-arch=amd64", "--all")).ExitCode == 0);
        Assert.Equal(one, (await question.PlombaAsync($"docker://{name}", ["--override-arch=amd64"])).ExitCode);
        var told = await question.PlombaAsync($"docker://{name}", ["--all", "--output", "json"]);
        Assert.Equal(all, told.ExitCode);
        var verdicts = JsonDocument.Parse(told.Output).RootElement;
        Assert.Equal(2, verdicts.GetArrayLength());
        Assert.Equal("linux/amd64", verdicts[0].GetProperty("manifest").GetProperty("platform").GetString());
        Assert.Equal(digests["list"], verdicts[0].GetProperty("manifest").GetProperty("index").GetString());
    }

    [Fact]
    public async Task A_platform_that_is_not_there_is_undecided()
    {
        Assert.SkipUnless(SignedImages.Missing.Length == 0, $"not installed: {SignedImages.Missing}");
        using var directory = new TemporaryDirectory();
        WriteIndex(directory);
        var question = (await images.LayOutAsync()).SignedBy("maker");
        var result = await question.PlombaAsync($"dir:{directory.Combine("index")}", ["--override-arch=riscv64"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no image found in image index for architecture \"riscv64\"", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_judged_by_the_signatures_in_it()
    {
        Assert.SkipUnless(SignedImages.Missing.Length == 0, $"not installed: {SignedImages.Missing}");
        using var directory = new TemporaryDirectory();
        TinyImage.Write(directory.Combine("image"), "in a directory");
        var image = $"dir:{directory.Combine("image")}";
        var digest = TinyImage.DigestOf(directory.Combine("image"));
        var question = await images.LayOutAsync();
        await File.WriteAllTextAsync(question.Policy, $$"""
            {"default": [{"type": "signedBy", "keyType": "GPGKeys", "keyPath": "{{images.Key("maker")}}",
                          "signedIdentity": {"type": "exactRepository", "dockerRepository": "example.com/a/b"} }]}
            """);
        await AgreeAsync(3);
        await File.WriteAllBytesAsync(directory.Combine("image", "signature-1"), await images.SignAsync("maker", "example.com/a/b:1", digest));
        await AgreeAsync(0);
        await File.WriteAllBytesAsync(directory.Combine("image", "signature-1"), await images.SignAsync("maker", "example.com/a/c:1", digest));
        await AgreeAsync(3);

        async Task AgreeAsync(int exitCode)
        {
            Assert.Equal(exitCode == 0, (await question.SkopeoAsync(image)).ExitCode == 0);
            Assert.Equal(exitCode, (await question.PlombaAsync(image, [])).ExitCode);
        }
    }

    [Fact]
    public async Task A_layout_that_skopeo_wrote_is_read_by_name()
    {
        Assert.SkipUnless(SignedImages.Missing.Length == 0, $"not installed: {SignedImages.Missing}");
        using var directory = new TemporaryDirectory();
        TinyImage.Write(directory.Combine("image"), "in a layout");
        foreach (var name in new[] { "one", "two" })
            await images.Home.MustAsync("skopeo", "--insecure-policy", "copy", $"dir:{directory.Combine("image")}", $"oci:{directory.Combine("layout")}:{name}");
        var question = await images.LayOutAsync();
        await File.WriteAllTextAsync(question.Policy, """{"default": [{"type": "insecureAcceptAnything"}]}""");
        Assert.Equal(0, (await question.PlombaAsync($"oci:{directory.Combine("layout")}:two", [])).ExitCode);
        Assert.Equal(1, (await question.PlombaAsync($"oci:{directory.Combine("layout")}:three", [])).ExitCode);
    }

    // An OCI index of two platforms in a dir: layout.
    private static Dictionary<string, string> WriteIndex(TemporaryDirectory directory)
    {
        var index = directory.Combine("index");
        Directory.CreateDirectory(index);
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        var entries = new List<string>();
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            var instance = directory.Combine(architecture);
            TinyImage.Write(instance, architecture, architecture: architecture);
            digests[architecture] = TinyImage.DigestOf(instance);
            foreach (var file in Directory.EnumerateFiles(instance).Where(f => Path.GetFileName(f).Length == 64))
                File.Copy(file, Path.Combine(index, Path.GetFileName(file)), overwrite: true);
            var manifest = Path.Combine(instance, "manifest.json");
            File.Copy(manifest, Path.Combine(index, $"{digests[architecture]["sha256:".Length..]}.manifest.json"));
            entries.Add(
                "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"" + digests[architecture]
                + "\",\"size\":" + new FileInfo(manifest).Length + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}}");
        }

        File.WriteAllText(Path.Combine(index, "version"), "Directory Transport Version: 1.1\n");
        File.WriteAllBytes(
            Path.Combine(index, "manifest.json"),
            Encoding.UTF8.GetBytes("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[" + string.Join(',', entries) + "]}"));
        digests["list"] = TinyImage.DigestOf(index);
        return digests;
    }
}
