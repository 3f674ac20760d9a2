using System.Text;
using Plomba.Site.Names;

namespace Plomba.Site.Rendering;

/// <summary>
/// <c>registries.d/plomba.yaml</c>: where signatures are read and written. Every setting stands under its new name and
/// its old one, which clients before podman 4.2 and CRI-O 1.25 read. Never <c>default-docker</c>: it may stand in
/// another file, and twice is an error for every pull.
/// </summary>
internal static class SignatureStoreFile
{
    /// <summary>For a client.</summary>
    public static byte[] ForClient(SiteDescription site) => Render(
        site,
        "Never default-docker: it may stand in another file, and twice is an error for every pull.",
        [("lookaside", site.LookasideUrl), ("sigstore", site.LookasideUrl)]);

    /// <summary>For a maker on the server's host, whose podman writes into its inbox.</summary>
    public static byte[] ForMaker(SiteDescription site, AccountName maker)
    {
        var inbox = site.InboxOf(maker).Url;
        return Render(
            site,
            "A registries.d in the home directory hides /etc/containers/registries.d altogether.",
            [("lookaside", site.LookasideUrl), ("lookaside-staging", inbox), ("sigstore", site.LookasideUrl), ("sigstore-staging", inbox)]);
    }

    private static byte[] Render(SiteDescription site, string comment, IEnumerable<(string Key, string Url)> settings)
    {
        var text = new StringBuilder()
            .Append(RenderedText.Header(site)).Append("# ").Append(comment).Append('\n')
            .Append("docker:\n")
            .Append("  ").Append(RenderedText.YamlKey(site.Registry.Name.Text)).Append(":\n");
        foreach (var (key, url) in settings)
            text.Append("    ").Append(key).Append(": ").Append(RenderedText.YamlScalar(url)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
