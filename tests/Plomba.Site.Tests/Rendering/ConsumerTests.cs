using System.Text;
using System.Text.Json;
using CsCheck;
using Plomba.Files;
using Plomba.Site.Rendering;
using Plomba.Testing;
using Tomlyn;
using Tomlyn.Model;
using YamlDotNet.RepresentationModel;

namespace Plomba.Site.Tests.Rendering;

/// <summary>What is rendered means to its readers what the site says, however odd the names in it are.</summary>
public sealed class ConsumerTests
{
    // Characters that mean something to YAML, TOML, JSON, URLs, shells or hosts files.
    private const string Metacharacters = "abz09._-/:#%?&*!|>{}[],@ =$~+^;()<é\t\n\r\"'\\`\0\u0085\u2028";

    [Fact]
    public void Names_with_metacharacters_never_pass() =>
        Gen.Char[Metacharacters].Array[1, 12].Sample(characters =>
        {
            var text = new string(characters);
            var quoted = JsonSerializer.Serialize(text); // every JSON string is a TOML basic string, save \/ which it never writes
            foreach (var site in new[]
            {
                $"format = 1\n[site]\nname = {quoted}\n[registry]\nname = \"r.local\"\n",
                $"format = 1\n[site]\nname = \"s\"\n[registry]\nname = {quoted}\n",
                Sites.Minimal + $"[signatures]\nname = {quoted}\n",
                Sites.Minimal + $"[[namespace]]\nname = {quoted}\n",
                Sites.Minimal + $"[[namespace]]\nname = \"a\"\nmakers = [{quoted}]\n",
                Sites.Minimal + $"[[key]]\nname = {quoted}\nfingerprint = \"0123456789ABCDEF0123456789ABCDEF01234567\"\n",
                Sites.Minimal + $"[groups]\nuser = {quoted}\n",
            })
                Assert.True(Sites.Read(site).Site is null || text.All(c => char.IsAsciiLetterOrDigit(c) || "._-/:".Contains(c, StringComparison.Ordinal)), text);
        }, iter: 2_000);

    [Fact]
    public void Any_path_that_passes_comes_back_from_every_reader() =>
        Gen.Char[Metacharacters].Array[1, 12].Sample(characters =>
        {
            var path = "/p" + new string(characters);
            if (Sites.Read(Site(path)).Site is not { } site)
                return;
            Assert.True(Names.AccountName.TryParse("m", out var maker, out _));
            using var policy = JsonDocument.Parse(Content(SiteRendering.ForClient(site)[0]));
            Assert.Equal(
                site.KeysDirectory.Text + "/k.pgp",
                policy.RootElement.GetProperty("transports").GetProperty("docker").GetProperty("localhost:5000/n")[0].GetProperty("keyPath").GetString());
            var url = Yaml(Content(SiteRendering.ForMaker(site, maker)[1]), "localhost:5000")["lookaside-staging"];
            Assert.StartsWith("file:///", url, StringComparison.Ordinal);
            Assert.Equal(site.Signatures.Inboxes.Text + "/m", Uri.UnescapeDataString(url["file://".Length..]));
        }, iter: 3_000);

    [Theory]
    [InlineData("registry.local")]
    [InlineData("localhost:5000")]
    [InlineData("127.0.0.1:5000")]
    [InlineData("1.1.1.1")]
    [InlineData("12.e5")]
    public void The_registrys_name_is_a_string_to_every_reader(string name)
    {
        var site = Sites.Valid($"format = 1\n[site]\nname = \"s\"\n[registry]\nname = \"{name}\"\n");
        var files = SiteRendering.ForClient(site);

        Assert.Equal($"http://{name}/sigstore", Yaml(Content(files[1]), name)["lookaside"]);
        Assert.Equal($"http://{name}/sigstore", Yaml(Content(files[1]), name)["sigstore"]);
        var registry = (TomlTableArray)TomlSerializer.Deserialize<TomlTable>(Content(files[2]))!["registry"];
        Assert.Equal((name, name, true), ((string)registry[0]["prefix"], (string)registry[0]["location"], (bool)registry[0]["insecure"]));
    }

    [Fact]
    public async Task Skopeo_takes_the_rendered_policies_and_holds_to_them()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");
        using var work = new TemporaryDirectory();
        TinyImage.Write(work.Combine("image"), "rendering");
        var site = Sites.Valid(Sites.Reference);

        var client = await CopyAsync("client", SitePolicy.ForClient(site));
        var maker = await CopyAsync("maker", SitePolicy.ForMaker(site));

        Assert.Equal(1, client.ExitCode);
        Assert.Contains("is rejected by policy", client.Errors, StringComparison.Ordinal);
        Assert.Equal(0, maker.ExitCode);

        async Task<ChildResult> CopyAsync(string name, Trust.Policy.SignaturePolicy policy)
        {
            DurableFile.Write(work.Combine(name), Trust.Policy.PolicyWriter.Write(policy));
            return await ChildProcess.RunAsync("skopeo", ["--policy", work.Combine(name), "copy", $"dir:{work.Combine("image")}", $"dir:{work.Combine(name + "-copy")}"]);
        }
    }

    [Fact]
    public async Task Skopeo_reads_the_rendered_stores_and_registries()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");
        using var home = new ContainersHome();
        var port = RunningProgram.FreePort();
        var site = Sites.Valid($"format = 1\n[site]\nname = \"s\"\n[registry]\nname = \"localhost:{port}\"\n");
        foreach (var file in SiteRendering.ForClient(site))
            DurableFile.Write(Path.Combine(home.Configuration, Path.GetRelativePath("etc/containers", file.RelativePath)), file.Content.Span);

        var result = await home.RunAsync("skopeo", "inspect", $"docker://localhost:{port}/alt/x");

        // Nothing answers there: a file that is not understood would be the error before the connection is.
        Assert.Contains($"pinging container registry localhost:{port}", result.Errors, StringComparison.Ordinal);
        Assert.Contains("connection refused", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"http://localhost:{port}/v2/", result.Errors, StringComparison.Ordinal);
    }

    private static string Site(string path)
    {
        var quoted = JsonSerializer.Serialize(path);
        return Sites.Minimal + $"""
            [keys]
            directory = {quoted}
            [signatures]
            inboxes = {quoted}
            [[key]]
            name = "k"
            fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567"
            [[namespace]]
            name = "n"
            keys = ["k"]
            """;
    }

    private static string Content(RenderedFile file) => Encoding.UTF8.GetString(file.Content.Span);

    private static Dictionary<string, string> Yaml(string text, string registry)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        var docker = (YamlMappingNode)((YamlMappingNode)yaml.Documents[0].RootNode)["docker"];
        return ((YamlMappingNode)docker[registry]).Children.ToDictionary(c => ((YamlScalarNode)c.Key).Value!, c => ((YamlScalarNode)c.Value).Value!, StringComparer.Ordinal);
    }
}
