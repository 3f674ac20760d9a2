using System.Text;
using Plomba.Files;
using Plomba.Site.Rendering;
using Plomba.Testing;
using Plomba.Trust.Keys;
using Tomlyn;
using Tomlyn.Model;

namespace Plomba.Site.Tests.Rendering;

/// <summary>What a node's files mean to those who read them.</summary>
public sealed class NodeFilesTests
{
    [Theory]
    [InlineData("1.24")]
    [InlineData("1.28")]
    [InlineData("1.35")]
    public void Every_version_is_told_which_policy_to_use(string version) =>
        Assert.Equal("/etc/containers/policy.json", Crio(Sites.Reference, version).Policy);

    [Fact]
    public void The_list_of_insecure_registries_repeats_what_other_files_name() =>
        Assert.Equal(["registry.local", "old.example:5000"], Crio(Sites.Reference, "1.34", "old.example:5000", "registry.local").Insecure!);

    [Fact]
    public void From_CRI_O_1_35_on_there_is_no_list_of_insecure_registries() =>
        Assert.Null(Crio(Sites.Reference, "1.35", "old.example:5000").Insecure);

    [Fact]
    public void With_tls_an_older_file_no_longer_keeps_the_registry_insecure()
    {
        var site = Sites.Reference.Replace("[signatures]", "tls = { certificate = \"/c\", key = \"/k\" }\n[signatures]", StringComparison.Ordinal);

        Assert.Null(Crio(site, "1.30").Insecure);
        Assert.Null(Crio(site, "1.30", "old.example:5000").Insecure);
        Assert.Equal(["old.example:5000"], Crio(site, "1.30", "registry.local", "old.example:5000").Insecure!);
    }

    [Fact]
    public void A_Kubernetes_namespace_gets_the_images_that_name_it_and_no_others()
    {
        var site = Sites.Valid(Sites.Reference.Replace("require = \"any\"", "require = \"any\"\nkubernetes = [\"team-a\", \"shared\"]", StringComparison.Ordinal)
            + "kubernetes = [\"shared\"]\n");
        var files = SiteRendering.ForNode(site).ToDictionary(f => f.RelativePath, f => Encoding.UTF8.GetString(f.Content.Span), StringComparer.Ordinal);

        Assert.Equal(["team-a", "shared"], site.Namespaces[0].Kubernetes.Select(k => k.Text));
        Assert.Equal(files["etc/containers/policy.json"], files["etc/crio/policies/shared.json"]);
        var own = Scopes(files["etc/crio/policies/team-a.json"]);
        Assert.Equal(["registry.local/alt: signedBy", "registry.local/beta: reject"], own);
    }

    [Fact]
    public async Task A_keyring_holds_every_key_of_its_namespace()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        await using var gpg = new GpgHome();
        var fingerprints = new[] { await gpg.CreateKeyAsync("First <first@example.org>", "ed25519"), await gpg.CreateKeyAsync("Second <second@example.org>", "ed25519") };
        var site = Sites.Valid(Sites.Reference);
        var files = new Queue<byte[]>();
        foreach (var fingerprint in fingerprints)
            files.Enqueue(await gpg.ExportAsync(fingerprint));

        var keyring = NamespaceKeyring.Render(site.Namespaces[0], _ => KeyFile.TryRead(files.Dequeue(), DateTimeOffset.MaxValue, out var file, out var why) ? file.Binary : throw new InvalidDataException(why));

        var shown = (await gpg.GpgAsync(keyring, "--batch", "--with-colons", "--show-keys")).Text;
        Assert.Equal(fingerprints, shown.Split('\n').Where(l => l.StartsWith("fpr:", StringComparison.Ordinal)).Select(l => l.Split(':')[9]));
    }

    // Read back by a TOML parser; CRI-O itself is not to be had.
    private static (string? Policy, string[]? Insecure) Crio(string site, string version, params string[] others)
    {
        Assert.True(ReleaseVersion.TryParse(version, out var crio));
        var file = SiteRendering.ForNode(Sites.Valid(site), new RenderingRequest
        {
            Versions = new ClientVersions(null, crio),
            OtherInsecureRegistries = others,
            KeyOf = _ => ReadOnlyMemory<byte>.Empty,
        }).Single(f => f.RelativePath == "etc/crio/crio.conf.d/50-plomba.conf");
        var image = (TomlTable)((TomlTable)TomlSerializer.Deserialize<TomlTable>(Encoding.UTF8.GetString(file.Content.Span))!["crio"])["image"];
        return ((string)image["signature_policy"], image.TryGetValue("insecure_registries", out var list) ? [.. ((TomlArray)list!).Select(i => (string)i!)] : null);
    }

    private static IEnumerable<string> Scopes(string policy)
    {
        using var document = System.Text.Json.JsonDocument.Parse(policy);
        return [.. document.RootElement.GetProperty("transports").GetProperty("docker").EnumerateObject()
            .Select(s => $"{s.Name}: {s.Value[0].GetProperty("type").GetString()}")];
    }
}
