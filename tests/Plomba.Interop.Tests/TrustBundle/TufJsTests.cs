using System.Text;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.TrustBundle;

/// <summary>The trust bundle beside another implementation of TUF, in both directions.</summary>
public sealed class TufJsTests
{
    [Fact]
    public async Task Tuf_js_accepts_what_two_administrators_published_and_the_server_hands_out()
    {
        await using var site = await AdministeredSite.CreateAsync(2, "alice", "bob", "carol");
        Assert.False((await site.PublishAsync("alice")).GetProperty("published").GetBoolean());
        Assert.True((await site.PublishAsync("bob")).GetProperty("published").GetBoolean());
        await site.ServeAsync();
        var metadata = site.Combine("client");
        Directory.CreateDirectory(metadata);
        File.Copy(Path.Combine(site.TrustDirectory, "1.root.json"), Path.Combine(metadata, "root.json"));

        var first = await TufJs.RunAsync("fetch.js", metadata, site.Url, "site.toml", "client/etc/containers/policy.json");
        Assert.True(first.ExitCode == 0, first.Errors);
        Assert.Contains("name = \"administered\"", first.Text, StringComparison.Ordinal);
        Assert.Contains("\"type\": \"reject\"", first.Text, StringComparison.Ordinal);

        // Another namespace, and another administrator in place of bob: the client follows both.
        var text = await File.ReadAllTextAsync(site.SiteFile);
        var dave = await site.NewKeyAsync("dave");
        var bob = text.Split('"').First(part => part.StartsWith("bob ", StringComparison.Ordinal));
        await File.WriteAllTextAsync(site.SiteFile, text.Replace(bob, dave, StringComparison.Ordinal) + "[[namespace]]\nname = \"later\"\n");
        Assert.True((await site.PublishAsync("alice", "bob", "dave")).GetProperty("published").GetBoolean());
        var second = await TufJs.RunAsync("fetch.js", metadata, site.Url, "site.toml");
        Assert.True(second.ExitCode == 0, second.Errors);
        Assert.Contains("name = \"later\"", second.Text, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(site.TrustDirectory, "2.root.json")));
    }

    [Fact]
    public async Task Tuf_js_refuses_the_bundle_when_a_byte_of_it_was_changed()
    {
        await using var site = await AdministeredSite.CreateAsync(1, "alice");
        await site.PublishAsync("alice");
        await site.ServeAsync();
        var metadata = site.Combine("client");
        Directory.CreateDirectory(metadata);
        File.Copy(Path.Combine(site.TrustDirectory, "1.root.json"), Path.Combine(metadata, "root.json"));
        var targets = Path.Combine(site.TrustDirectory, "1.targets.json");
        await File.WriteAllTextAsync(targets, (await File.ReadAllTextAsync(targets)).Replace("\"length\": ", "\"length\": 1", StringComparison.Ordinal));
        var refused = await TufJs.RunAsync("fetch.js", metadata, site.Url, "site.toml");
        Assert.NotEqual(0, refused.ExitCode);
    }

    [Fact]
    public async Task A_bundle_that_tuf_js_made_with_keys_of_every_kind_is_joined()
    {
        using var directory = new TemporaryDirectory(prefix: "tufjs");
        var (bundle, machine, site) = (directory.Combine("bundle"), directory.Combine("machine"), directory.Combine("site.toml"));
        Directory.CreateDirectory(bundle);
        Directory.CreateDirectory(machine);
        await File.WriteAllTextAsync(site, "format = 1\n[site]\nname = \"foreign\"\n[registry]\nname = \"registry.example.org\"\n");
        var made = await TufJs.RunAsync("publish.js", bundle, site);
        Assert.True(made.ExitCode == 0, made.Errors);
        var joined = await PlombaProgram.RunAsync("host", "join", "--file", bundle, "--root-sha256", made.Text.Trim(), "--root", machine);
        Assert.True(joined.ExitCode == 0, joined.Errors);
        Assert.Equal(await File.ReadAllTextAsync(site), await File.ReadAllTextAsync(Path.Combine(machine, "etc/plomba/joined/current/site.toml")));

        // One signature less than the threshold, and it is not.
        var targets = Path.Combine(bundle, "1.targets.json");
        var bytes = await File.ReadAllBytesAsync(targets);
        await File.WriteAllBytesAsync(targets, [.. bytes.Select(b => b == (byte)'a' ? (byte)'b' : b)]);
        Directory.CreateDirectory(directory.Combine("other"));
        var refused = await PlombaProgram.RunAsync("host", "join", "--file", bundle, "--root-sha256", made.Text.Trim(), "--root", directory.Combine("other"));
        Assert.Equal(3, refused.ExitCode);
    }

    [Fact]
    public async Task A_machine_joins_from_an_archive_and_from_a_directory_as_from_the_server()
    {
        await using var site = await AdministeredSite.CreateAsync(1, "alice");
        var digest = (await site.PublishAsync("alice")).GetProperty("rootSha256").GetString()!;
        await site.ServeAsync();
        var archive = site.Combine("bundle.tar.gz");
        Assert.Equal(0, (await ChildProcess.RunAsync("tar", ["-czf", archive, "-C", site.Combine("data"), "trust"])).ExitCode);
        string[][] ways = [[site.Url], ["--file", archive], ["--file", site.TrustDirectory]];
        foreach (var (index, way) in ways.Index())
        {
            var root = site.Combine($"machine{index}");
            Directory.CreateDirectory(root);
            var result = await PlombaProgram.RunAsync(["host", "join", .. way, "--root-sha256", digest, "--root", root]);
            Assert.True(result.ExitCode == 0, result.Errors);
            Assert.Contains("administered", Encoding.UTF8.GetString(await File.ReadAllBytesAsync(Path.Combine(root, "etc/plomba/joined/current/site.toml"))), StringComparison.Ordinal);
        }
    }
}
