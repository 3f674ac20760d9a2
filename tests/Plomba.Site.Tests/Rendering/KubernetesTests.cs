using System.Text;
using Plomba.Files;
using Plomba.Site.Rendering;
using Plomba.Site.Rendering.Kubernetes;
using YamlDotNet.RepresentationModel;

namespace Plomba.Site.Tests.Rendering;

/// <summary>A node's files as objects of Kubernetes.</summary>
public sealed class KubernetesTests : IDisposable
{
    private const string Image = "registry.local/alt/busybox:1";

    private static readonly RenderingRequest Request = new() { KeyOf = key => Encoding.UTF8.GetBytes($"\u0099 packets of {key.Name}") };

    private readonly TemporaryDirectory _work = new();

    [Fact]
    public void The_ConfigMap_holds_every_file_of_the_role_byte_for_byte()
    {
        var site = Sites.Valid(Sites.Reference + "kubernetes = [\"team-b\"]\n");
        var expected = SiteRendering.ForNode(site, Request).ToDictionary(f => f.RelativePath, f => f.Content.ToArray(), StringComparer.Ordinal);
        foreach (var key in site.Keys)
            expected[site.FileOf(key).Text[1..]] = Request.KeyOf(key).ToArray();

        Assert.Equal(expected, FilesOf(site));
    }

    [Fact]
    public void Paths_with_blanks_come_back_from_the_manifest()
    {
        var site = Sites.Valid(Sites.Reference.Replace("/var/sigstore/keys", "/var/a: b #c/keys", StringComparison.Ordinal));

        Assert.Contains("var/a: b #c/keys/build-robot.pgp", FilesOf(site).Keys);
    }

    [Fact]
    public async Task The_container_puts_the_files_in_place_and_changes_nothing_twice()
    {
        var site = Sites.Valid(Sites.Reference);
        var files = FilesOf(site);
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_work.Combine("files/..1", path))!);
            await File.WriteAllBytesAsync(_work.Combine("files/..1", path), content, TestContext.Current.CancellationToken);
        }

        // As the kubelet mounts a ConfigMap: links to a directory that is exchanged as a whole.
        foreach (var top in new[] { "etc", "var" })
            File.CreateSymbolicLink(_work.Combine("files", top), $"..data/{top}");
        File.CreateSymbolicLink(_work.Combine("files", "..data"), "..1");
        Directory.CreateDirectory(_work.Combine("host/etc"));
        await File.WriteAllTextAsync(_work.Combine("host/etc/hosts"), "127.0.0.1 localhost\n192.0.2.9 registry.local # plomba example\n", TestContext.Current.CancellationToken);

        var first = await PlaceAsync(site);
        var second = await PlaceAsync(site);

        Assert.Equal((files.Count, ""), (first.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, second));
        Assert.All(files, f => Assert.Equal(f.Value, File.ReadAllBytes(_work.Combine("host", f.Key))));
        Assert.Equal("127.0.0.1 localhost\n192.0.2.10 registry.local sigstore.local # plomba example\n", await File.ReadAllTextAsync(_work.Combine("host/etc/hosts"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Kubectl_reads_the_manifest()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("kubectl"), "kubectl is not installed");
        var manifest = _work.Combine("node.yaml");
        await File.WriteAllTextAsync(manifest, NodeManifest.Render(Sites.Valid(Sites.Reference), Image, Request), TestContext.Current.CancellationToken);

        var result = await ChildProcess.RunAsync("kubectl", ["label", "--local", "-f", manifest, "read=back", "-o", "name"]);

        Assert.Equal(["namespace/plomba", "configmap/plomba-node", "daemonset.apps/plomba-node"], result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public void Dispose() => _work.Dispose();

    private async Task<string> PlaceAsync(SiteDescription site)
    {
        await File.WriteAllTextAsync(_work.Combine("place.sh"), Args(site).Replace("sleep 60", "exit", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var result = await ChildProcess.RunAsync("sh", [_work.Combine("place.sh")], environment: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["FILES"] = _work.Combine("files"),
            ["HOST"] = _work.Combine("host"),
            ["TMPDIR"] = _work.Path,
        });
        Assert.Equal("", result.Errors);
        return result.Text;
    }

    private static string Args(SiteDescription site) => ((YamlScalarNode)Container(site)["args"][0]).Value!;

    private static YamlNode Container(SiteDescription site) => Documents(site)[2]["spec"]["template"]["spec"]["containers"][0];

    // What the volume of the DaemonSet would hold.
    private static Dictionary<string, byte[]> FilesOf(SiteDescription site)
    {
        var documents = Documents(site);
        var (data, binary) = ((YamlMappingNode)documents[1]["data"], (YamlMappingNode)documents[1]["binaryData"]);
        var items = (YamlSequenceNode)documents[2]["spec"]["template"]["spec"]["volumes"][1]["configMap"]["items"];
        Assert.Equal(data.Children.Count + binary.Children.Count, items.Children.Count);
        return items.ToDictionary(
            i => ((YamlScalarNode)i["path"]).Value!,
            i => data.Children.TryGetValue(i["key"], out var text) ? Encoding.UTF8.GetBytes(((YamlScalarNode)text).Value!) : Convert.FromBase64String(((YamlScalarNode)binary[i["key"]]).Value!),
            StringComparer.Ordinal);
    }

    private static List<YamlNode> Documents(SiteDescription site)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(NodeManifest.Render(site, Image, Request)));
        return [.. yaml.Documents.Select(d => d.RootNode)];
    }
}
