using System.Text;
using Plomba.Site.Editing;

namespace Plomba.Site.Rendering;

/// <summary>
/// <c>crio.conf.d/50-plomba.conf</c>. The policy is always named: without it <c>~root/.config/containers/policy.json</c>
/// would hide the system's.
/// </summary>
internal static class CrioFile
{
    /// <summary>The directory of the policies of Kubernetes namespaces: CRI-O's own default, so that it is there either way.</summary>
    public const string PolicyDirectory = "/etc/crio/policies";

    /// <summary>The file's bytes.</summary>
    /// <param name="site">The site.</param>
    /// <param name="versions">CRI-O's version decides which settings it knows.</param>
    /// <param name="otherInsecure">What other files of CRI-O name as insecure: this file's list replaces theirs, so it repeats them.</param>
    public static byte[] Render(SiteDescription site, ClientVersions versions, IReadOnlyList<string> otherInsecure)
    {
        var own = site.Registry.Name.Text;
        var insecure = otherInsecure.Where(o => o != own).Distinct(StringComparer.Ordinal).ToList();
        if (site.Registry.Tls is null)
            insecure.Insert(0, own);
        // With TLS a list of another file must not keep the registry insecure; where there is none, none is written.
        var listed = versions.ReadInsecureRegistries && (site.Registry.Tls is null || otherInsecure.Contains(own, StringComparer.Ordinal));
        var text = new StringBuilder($"# Written by plomba from the site \"{site.Name}\".");
        if (listed)
            text.Append(" insecure_registries: only before CRI-O 1.35 (registries.conf.d says the same to all).");
        text.Append("\n[crio.image]\nsignature_policy = \"/etc/containers/policy.json\"\n");
        if (versions.ReadNamespacePolicies && NamespacePolicies.NamesOf(site).Count > 0)
            text.Append("signature_policy_dir = ").Append(TomlQuoting.Quote(PolicyDirectory)).Append('\n');
        if (listed)
            text.Append("insecure_registries = [").AppendJoin(", ", insecure.Select(TomlQuoting.Quote)).Append("]\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
