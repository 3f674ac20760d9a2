using Plomba.Images;
using Plomba.Site.Names;

namespace Plomba.Site.Tests.Reading;

public sealed class ValidSiteTests
{
    [Fact]
    public void The_reference_deployment_is_valid_and_says_what_it_says()
    {
        var site = Sites.Valid(Sites.Reference);

        Assert.Equal("example", site.Name.Text);
        Assert.Equal("/etc/plomba/site.toml", site.File);
        Assert.Equal("0.0.0.0:80", Assert.Single(site.Registry.Listen).Text);
        Assert.Equal("192.0.2.10", site.Registry.Address?.ToString());
        Assert.Equal("/var/lib/plomba", site.Registry.Data.Text);
        Assert.Equal("/etc/plomba/htpasswd", site.Access.Passwords?.Text);
        Assert.True(site.Access.PlainHttpPasswords);
        Assert.Equal(["images-developer", "images-developer-2025", "build-robot"], site.Keys.Select(k => k.Name.Text));
        Assert.Equal("Images Developer <images@example.org>", site.Keys[0].Owner);
        Assert.Equal(["alt", "beta"], site.Namespaces.Select(n => n.Name.Text));
        Assert.Equal(["imagemaker", "imagemaker2"], site.Makers.Select(m => m.Text));
    }

    [Fact]
    public void Urls_scopes_and_files_are_derived_from_the_names()
    {
        var site = Sites.Valid(Sites.Reference);

        Assert.Equal("http://registry.local", site.RegistryUrl);
        Assert.Equal("http://sigstore.local:81/sigstore", site.LookasideUrl);
        Assert.Equal("http://sigstore.local:81/keys/images-developer.pgp", site.UrlOf(site.Keys[0]));
        Assert.Equal("/var/sigstore/keys/images-developer.pgp", site.FileOf(site.Keys[0]).Text);
        Assert.Equal("registry.local/alt", site.ScopeOf(site.Namespaces[0]));
        Assert.Equal("/var/sigstore/staging/imagemaker", site.InboxOf(site.Makers.First()).Text);
    }

    [Fact]
    public void What_is_not_written_has_its_documented_default()
    {
        var site = Sites.Valid(Sites.Minimal);

        Assert.Equal("127.0.0.1:5000", Assert.Single(site.Registry.Listen).Text);
        Assert.Equal("/etc/plomba/plomba-data", site.Registry.Data.Text);
        Assert.Equal("/etc/plomba/plomba-data/keys", site.KeysDirectory.Text);
        Assert.Equal("/etc/plomba/plomba-data/staging", site.Signatures.Inboxes.Text);
        Assert.Equal("localhost:5000", site.Signatures.Name.Text);
        Assert.Empty(site.Signatures.Listen);
        Assert.True(site.Signatures.Extension);
        Assert.Equal("podman", site.Groups.User.Text);
        Assert.Equal("podman_dev", site.Groups.Maker.Text);
        Assert.Null(site.Access.Passwords);
        Assert.False(site.Registry.VerifyEveryRead);
        Assert.Null(site.Registry.Tls);
    }

    [Fact]
    public void Relative_paths_are_relative_to_the_site_file()
    {
        var site = Sites.Valid(Sites.Minimal + "data = \"../var\"\n[keys]\ndirectory = \"./k\"\n");

        Assert.Equal("/etc/var", site.Registry.Data.Text);
        Assert.Equal("/etc/plomba/k", site.KeysDirectory.Text);
    }

    [Fact]
    public void Headers_dotted_keys_and_inline_tables_mean_the_same()
    {
        var inline = Sites.Valid("""
            format = 1
            site.name = "s"
            registry = { name = "r.local", tls = { certificate = "/c", key = "/k" } }
            key = [{ name = "k", fingerprint = "0123 4567 89ab cdef 0123 4567 89ab cdef 0123 4567" }]
            namespace = [{ name = "a", makers = ["m"], keys = ["k"] }]
            """);
        var headers = Sites.Valid("""
            format = 1
            [site]
            "name" = 's'
            [registry]
            name = "r.local"
            [registry.tls]
            certificate = "/c"
            key = "/k"
            [[key]]
            name = "k"
            fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567"
            [[namespace]]
            name = "a"
            makers = [
              "m", # the only one
            ]
            keys = ["k"]
            """);

        Assert.Equal(headers.Registry.Tls, inline.Registry.Tls);
        Assert.Equal(headers.Keys, inline.Keys);
        Assert.Equal(headers.Namespaces[0].Keys, inline.Namespaces[0].Keys);
        Assert.Equal("https://r.local", inline.RegistryUrl);
    }

    [Fact]
    public void The_most_specific_namespace_decides_alone()
    {
        var site = Sites.Valid(Sites.Minimal + """
            [[namespace]]
            name = ""
            registry-wide = true
            [[namespace]]
            name = "alt"
            [[namespace]]
            name = "alt/deep"
            """);

        Assert.Equal("alt/deep", Of("alt/deep/x"));
        Assert.Equal("alt/deep", Of("alt/deep"));
        Assert.Equal("alt", Of("alt/deeper"));
        Assert.Equal("", Of("alternative/x"));
        Assert.Equal("localhost:5000", site.ScopeOf(site.Namespaces[0]));
        Assert.Null(Sites.Valid(Sites.Minimal).NamespaceOf(Repository("alt/x")));

        string? Of(string repository) => site.NamespaceOf(Repository(repository))?.Name.Text;
        static RepositoryName Repository(string text) => RepositoryName.TryParse(text, out var name) ? name : default;
    }

    [Fact]
    public void The_revision_is_the_digest_of_the_bytes()
    {
        Assert.Equal(Sites.Valid(Sites.Minimal).Revision, Sites.Valid(Sites.Minimal).Revision);
        Assert.NotEqual(Sites.Valid(Sites.Minimal).Revision, Sites.Valid(Sites.Minimal + "# changed\n").Revision);
    }

    [Theory]
    [InlineData("[::]:80", true)]
    [InlineData("[::1]:80", false)]
    [InlineData("127.0.0.9:80", false)]
    [InlineData("10.0.0.1:80", true)]
    public void A_listener_knows_whether_other_machines_can_reach_it(string text, bool reachable)
    {
        Assert.True(ListenAddress.TryParse(text, "registry", out var address, out _));
        Assert.Equal(reachable, address.IsOffLoopback);
    }
}
