using System.Text;
using Plomba.Site.Names;
using Plomba.Site.Rendering;
using Plomba.Trust.Policy;

namespace Plomba.Site.Tests.Rendering;

public sealed class RenderingTests
{
    [Fact]
    public void Every_key_of_all_must_sign_and_any_of_several_may()
    {
        Assert.Equal(["signedBy /k/a.pgp", "signedBy /k/b.pgp"], Requirements("keys = [\"a\", \"b\"]\nrequire = \"all\""));
        Assert.Equal(["signedBy /k/a.pgp /k/b.pgp"], Requirements("keys = [\"a\", \"b\"]"));
        Assert.Equal(["signedBy /k/b.pgp"], Requirements("keys = [\"b\"]\nrequire = \"all\""));
    }

    [Fact]
    public void A_namespace_without_keys_is_rejected() => Assert.Equal(["reject"], Requirements("makers = [\"m\"]"));

    [Theory]
    [InlineData("", "signedBy /k/a.pgp")]
    [InlineData("identity = \"exact\"", "signedBy /k/a.pgp matchExact")]
    [InlineData("identity = \"repository\"", "signedBy /k/a.pgp matchRepository")]
    public void The_identity_is_the_one_written(string line, string requirement) =>
        Assert.Equal([requirement], Requirements($"keys = [\"a\"]\n{line}"));

    [Fact]
    public void The_whole_registry_is_the_scope_of_its_name()
    {
        var policy = SitePolicy.ForClient(Sites.Valid(Sites.Minimal + "[[namespace]]\nname = \"\"\nregistry-wide = true\n"));

        Assert.Equal("localhost:5000", Assert.Single(policy.Transports["docker"]).Key);
    }

    [Fact]
    public void With_tls_every_url_is_https_and_nothing_is_insecure()
    {
        var site = Sites.Valid(Sites.Minimal + "tls = { certificate = \"/c\", key = \"/k\" }\n");
        var client = string.Concat(SiteRendering.ForClient(site).Select(f => Encoding.UTF8.GetString(f.Content.Span)));

        Assert.Contains("lookaside: https://localhost:5000/sigstore\n", client, StringComparison.Ordinal);
        Assert.Contains("insecure = false", client, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", client, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("registry.local", "192.0.2.1", "sigstore.local:81", "192.0.2.2", "192.0.2.1 registry.local # plomba s|192.0.2.2 sigstore.local # plomba s")]
    [InlineData("registry.local:5000", "192.0.2.1", "registry.local:81", "192.0.2.1", "192.0.2.1 registry.local # plomba s")]
    [InlineData("registry.local", "2001:db8::1", "sigstore.local", "", "2001:db8::1 registry.local # plomba s")]
    [InlineData("registry.local", "", "sigstore.local", "", "")]
    public void Hosts_lines_hold_each_name_once(string registry, string address, string signatures, string signaturesAddress, string lines)
    {
        static string Line(string text) => text.Length == 0 ? "" : $"address = \"{text}\"\n";
        var site = Sites.Valid($"format = 1\n[site]\nname = \"s\"\n[registry]\nname = \"{registry}\"\n{Line(address)}[signatures]\nname = \"{signatures}\"\n{Line(signaturesAddress)}");

        Assert.Equal(lines, string.Join('|', HostsLines.Of(site)));
        Assert.Equal(lines.Length > 0, SiteRendering.ForEverybody(site).Count == 1);
    }

    [Fact]
    public void An_inbox_is_the_makers_own()
    {
        var site = Sites.Valid(Sites.Reference);
        Assert.True(AccountName.TryParse("imagemaker2", out var maker, out _));

        var yaml = Encoding.UTF8.GetString(SiteRendering.ForMaker(site, maker)[1].Content.Span);

        Assert.Contains("lookaside-staging: file:///var/sigstore/staging/imagemaker2\n", yaml, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Requirements(string lines)
    {
        var site = Sites.Valid(Sites.Minimal + $"""
            [keys]
            directory = "/k"
            [[key]]
            name = "a"
            fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567"
            [[key]]
            name = "b"
            fingerprint = "89ABCDEF0123456789ABCDEF0123456789ABCDEF"
            [[namespace]]
            name = "n"
            {lines}
            """);
        return SitePolicy.ForClient(site).Transports["docker"]["localhost:5000/n"].Select(Describe);
    }

    private static string Describe(PolicyRequirement requirement) => requirement is SignedBy by
        ? string.Join(' ', [by.Type, .. by.Keys.Files, .. by.SignedIdentity is { } identity ? [identity.Type] : Array.Empty<string>()])
        : requirement.Type;
}
