using Plomba.Site.Names;
using Plomba.Trust.Policy;

namespace Plomba.Site.Rendering;

/// <summary>
/// CRI-O's policies of Kubernetes namespaces: pods there may run images of the site's namespaces that name it, and no
/// others. Always a part of the node's own policy, never looser, as CRI-O expects.
/// </summary>
internal static class NamespacePolicies
{
    /// <summary>The Kubernetes namespaces that the site names, in order.</summary>
    public static IReadOnlyList<KubernetesName> NamesOf(SiteDescription site) =>
        [.. site.Namespaces.SelectMany(n => n.Kubernetes).Distinct().OrderBy(n => n.Text, StringComparer.Ordinal)];

    /// <summary>The policy of one of them.</summary>
    public static SignaturePolicy Of(SiteDescription site, KubernetesName name, ClientVersions versions)
    {
        var policy = SitePolicy.ForClient(site, versions);
        foreach (var other in site.Namespaces.Where(n => !n.Kubernetes.Contains(name)))
            policy = policy.With("docker", site.ScopeOf(other), new Reject());
        return policy;
    }
}
