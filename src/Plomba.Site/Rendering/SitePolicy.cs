using System.Collections.Immutable;
using Plomba.Trust.Policy;

namespace Plomba.Site.Rendering;

/// <summary>The signature policy a site means. Clients, nodes and the registry itself use the very same one.</summary>
public static class SitePolicy
{
    /// <summary>For clients: what is not signed as the site says is refused, whatever registry it comes from.</summary>
    public static SignaturePolicy ForClient(SiteDescription site) => ForClient(site, ClientVersions.Unknown);

    /// <summary>The same in the words that these versions understand.</summary>
    public static SignaturePolicy ForClient(SiteDescription site, ClientVersions versions) => Build(site, new Reject(), versions);

    /// <summary>For makers, who start from anybody's images: the site's namespaces are held to the same keys.</summary>
    public static SignaturePolicy ForMaker(SiteDescription site) => ForMaker(site, ClientVersions.Unknown);

    /// <summary>The same in the words that these versions understand.</summary>
    public static SignaturePolicy ForMaker(SiteDescription site, ClientVersions versions) => Build(site, new InsecureAcceptAnything(), versions);

    private static SignaturePolicy Build(SiteDescription site, PolicyRequirement standard, ClientVersions versions) =>
        site.Namespaces.Aggregate(
            SignaturePolicy.Of(standard),
            (policy, n) => policy.With("docker", site.ScopeOf(n), RequirementsOf(site, n, versions)));

    private static ImmutableArray<PolicyRequirement> RequirementsOf(SiteDescription site, SiteNamespace @namespace, ClientVersions versions)
    {
        var files = @namespace.Keys.Select(k => site.FileOf(k).Text).ToImmutableArray();
        var identity = IdentityOf(@namespace.Identity);
        return (files.Length, @namespace.Require) switch
        {
            (0, _) => [new Reject()],
            (1, _) => [By(KeyMaterial.Path(files[0]), identity)],
            (_, KeyRequirement.All) => [.. files.Select(f => By(KeyMaterial.Path(f), identity))],
            _ when NamespaceKeyring.IsNeeded(@namespace, versions) => [By(KeyMaterial.Path(NamespaceKeyring.FileOf(site, @namespace).Text), identity)],
            _ => [By(KeyMaterial.Paths(files), identity)],
        };
    }

    private static SignedBy By(KeyMaterial keys, SignedIdentity? identity) => new(SignedByKeyType.GpgKeys, keys, identity);

    private static SignedIdentity? IdentityOf(IdentityRule rule) => rule switch
    {
        IdentityRule.Exact => new MatchExact(),
        IdentityRule.Repository => new MatchRepository(),
        _ => null,
    };
}
