using System.Text;
using Plomba.Site.Rendering;
using Plomba.Site.Rendering.Kubernetes;
using Plomba.Testing;

namespace Plomba.Site.Tests.Rendering;

/// <summary>
/// Everything that is rendered, byte for byte: <c>Expected/any</c> for versions that are not known, and for each version
/// that reads something else its files that differ. What is rendered instead lies in <c>artifacts/rendered</c> afterwards.
/// </summary>
public sealed class ExpectedFilesTests
{
    private static readonly string Expected = Path.Combine(PlombaProgram.Repository, "tests/Plomba.Site.Tests/Rendering/Expected");

    // The reference deployment, and a Kubernetes namespace of its own for its second namespace.
    private static readonly SiteDescription Site = Sites.Valid(Sites.Reference + "kubernetes = [\"team-b\"]\n");

    [Fact]
    public void The_reference_deployment_renders_the_expected_files() => Compare("any", Render(null, null));

    [Fact]
    public void A_site_with_sockets_of_systemd_and_tls_renders_the_expected_units()
    {
        var site = Sites.Valid(Sites.Reference
            .Replace("0.0.0.0:80\"", "systemd:registry\"", StringComparison.Ordinal)
            .Replace("0.0.0.0:81\"", "systemd:signatures\"", StringComparison.Ordinal)
            .Replace("[signatures]", "tls = { certificate = \"/etc/plomba/tls.crt\", key = \"/etc/plomba/tls.key\" }\n[signatures]", StringComparison.Ordinal));

        Compare("sockets-and-tls", [.. SiteRendering.ForServer(site), .. SiteRendering.ForNode(site)]);
    }

    [Fact]
    public void A_site_with_a_CA_of_its_own_renews_its_certificate()
    {
        var site = Sites.Valid(Sites.Reference.Replace(
            "[signatures]", "tls = { certificate = \"/etc/plomba/tls/server.crt\", key = \"/etc/plomba/tls/server.key\", ca = \"/etc/plomba/tls/ca.crt\" }\n[signatures]", StringComparison.Ordinal));

        Compare("own-authority", [.. SiteRendering.ForServer(site).Where(f => f.Path.Contains("-renew.", StringComparison.Ordinal))]);
    }

    [Fact]
    public void The_objects_of_Kubernetes_are_the_expected_ones()
    {
        var manifest = NodeManifest.Render(Site, "registry.local/alt/busybox:1", new RenderingRequest { KeyOf = key => new byte[] { 0x99, (byte)key.Name.Text.Length } });

        Compare("kubernetes", [new RenderedFile(RenderedRole.Everybody, "node.yaml", Encoding.UTF8.GetBytes(manifest))]);
    }

    [Theory]
    [InlineData("podman-4.1", "4.1", null)]
    [InlineData("crio-1.24", null, "1.24")]
    [InlineData("crio-1.25", null, "1.25")]
    [InlineData("crio-1.35", null, "1.35")]
    public void A_version_that_reads_something_else_gets_it(string name, string? podman, string? crio)
    {
        var usual = Render(null, null).ToDictionary(f => f.Path, f => f.Content.ToArray(), StringComparer.Ordinal);

        Compare(name, [.. Render(podman, crio).Where(f => !usual.TryGetValue(f.Path, out var same) || !same.AsSpan().SequenceEqual(f.Content.Span))]);
    }

    [Theory]
    [InlineData("4.2", null)]
    [InlineData("4.3", "1.28")]
    [InlineData("5.4", "1.33")]
    [InlineData(null, "1.34")]
    public void Versions_that_read_the_same_get_the_same(string? podman, string? crio) =>
        Assert.Equal(Render(null, null).Select(Describe), Render(podman, crio).Select(Describe));

    private static IReadOnlyList<RenderedFile> Render(string? podman, string? crio) => SiteRendering.All(Site, Site.Makers.First(), new RenderingRequest
    {
        Versions = new ClientVersions(Version(podman), Version(crio)),
        KeyOf = key => Encoding.UTF8.GetBytes($"the packets of {key.Name}\n"),
    });

    private static ReleaseVersion? Version(string? text) =>
        text is null ? null : ReleaseVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text, nameof(text));

    private static string Describe(RenderedFile file) => $"{file.Path}\n{Encoding.UTF8.GetString(file.Content.Span)}";

    private static void Compare(string name, IReadOnlyList<RenderedFile> rendered)
    {
        var expected = Path.Combine(Expected, name);
        var actual = Path.Combine(PlombaProgram.Repository, "artifacts", "rendered", name);
        if (Directory.Exists(actual))
            Directory.Delete(actual, recursive: true);
        foreach (var file in rendered)
        {
            var path = Path.Combine(actual, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content.Span);
        }

        Assert.Equal(
            Directory.Exists(expected) ? Directory.EnumerateFiles(expected, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(expected, f)).Order(StringComparer.Ordinal) : [],
            rendered.Select(f => f.Path).Order(StringComparer.Ordinal));
        Assert.All(rendered, f => Assert.Equal(File.ReadAllText(Path.Combine(expected, f.Path)), Encoding.UTF8.GetString(f.Content.Span)));
    }
}
