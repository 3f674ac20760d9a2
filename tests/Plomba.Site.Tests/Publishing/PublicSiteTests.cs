using System.Text;
using Plomba.Site.Publishing;
using Plomba.Site.Rendering;

namespace Plomba.Site.Tests.Publishing;

public sealed class PublicSiteTests
{
    [Fact]
    public void A_machine_derives_the_same_files_from_the_public_part_as_the_administrator_from_the_whole()
    {
        var whole = Sites.Valid(Sites.Reference);
        var read = SiteFile.Parse(PublicSite.Write(whole), "/var/lib/plomba/trust/current/site.toml");
        Assert.True(read.Site is not null, string.Join('\n', read.Findings.Select(f => f.Text)));
        Assert.Equal(
            SiteRendering.All(whole, whole.Makers.First()).Where(f => f.Role != RenderedRole.Server).Select(f => (f.Path, Encoding.UTF8.GetString(f.Content.Span))),
            SiteRendering.All(read.Site, whole.Makers.First()).Where(f => f.Role != RenderedRole.Server).Select(f => (f.Path, Encoding.UTF8.GetString(f.Content.Span))));
    }

    [Fact]
    public void Every_setting_is_decided_about_to_be_public_or_not()
    {
        // Whoever adds a setting decides here, and in PublicSite, whether machines get it.
        string[] decided =
        [
            "SiteDescription: File Revision Name Registry Signatures KeysDirectory Groups Access Trust Keys Namespaces",
            "RegistrySettings: Name Listen Address Data VerifyEveryRead Tls",
            "SignatureSettings: Name Listen Address Inboxes Extension",
            "SiteKey: Name Fingerprint Owner",
            "SiteNamespace: Name Makers Keys Require Identity PublicLookaside Kubernetes",
        ];
        Type[] types = [typeof(SiteDescription), typeof(RegistrySettings), typeof(SignatureSettings), typeof(SiteKey), typeof(SiteNamespace)];
        Assert.Equal(decided, types.Select(t => $"{t.Name}: {string.Join(' ', t.GetProperties().Where(p => p.CanWrite).Select(p => p.Name))}"));
    }

    [Fact]
    public void What_concerns_the_server_alone_stays_out()
    {
        var text = Encoding.UTF8.GetString(PublicSite.Write(Sites.Valid(Sites.Reference)));
        foreach (var secret in new[] { "htpasswd", "listen", "data =", "plain-http-passwords", "[trust]" })
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Foreign_text_in_a_site_stays_text()
    {
        var site = Sites.Valid(Sites.Minimal + "[[key]]\nname = \"k\"\nfingerprint = \"0123456789ABCDEF0123456789ABCDEF01234567\"\nowner = \"x\\\" [[namespace]] name = \\\"\\\\\"\n");
        var read = SiteFile.Parse(PublicSite.Write(site), "/x/site.toml").Site!;
        Assert.Equal(site.Keys[0].Owner, read.Keys[0].Owner);
        Assert.Empty(read.Namespaces);
    }
}
