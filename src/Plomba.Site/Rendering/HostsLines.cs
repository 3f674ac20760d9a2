using System.Net;
using Plomba.Site.Names;

namespace Plomba.Site.Rendering;

/// <summary>The lines of <c>/etc/hosts</c> for names that DNS does not know: one an address, its names on it.</summary>
public static class HostsLines
{
    /// <summary>The lines, without line ends; none where the site writes no address.</summary>
    public static IReadOnlyList<string> Of(SiteDescription site) =>
    [
        .. Named(site)
            .GroupBy(n => n.Address, n => n.Host)
            .Select(g => $"{g.Key} {string.Join(' ', g.Distinct(StringComparer.Ordinal))} # plomba {site.Name}"),
    ];

    private static IEnumerable<(IPAddress Address, string Host)> Named(SiteDescription site)
    {
        if (Line(site.Registry.Address, site.Registry.Name) is { } registry)
            yield return registry;
        if (Line(site.Signatures.Address, site.Signatures.Name) is { } signatures)
            yield return signatures;
    }

    private static (IPAddress Address, string Host)? Line(IPAddress? address, HostName name) =>
        address is null || name.IsAddress ? null : (address, name.Host);
}
