using System.Diagnostics.CodeAnalysis;
using System.Net;
using Plomba.Site.Names;

namespace Plomba.Site.Tls;

/// <summary>A name a server certificate is for: a host name in lower case, or an IP address. Never with a port.</summary>
public sealed record CertificateName
{
    private CertificateName(string text, IPAddress? address) => (Text, Address) = (text, address);

    /// <summary>As it is written.</summary>
    public string Text { get; }

    /// <summary>Null for a host name.</summary>
    public IPAddress? Address { get; }

    /// <summary>Parses; false with what to write instead.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CertificateName? name, [NotNullWhen(false)] out string? why)
    {
        (name, why) = (null, null);
        if (IpAddresses.TryParse(text, out var address))
            name = new CertificateName(address.ToString(), address);
        else if (HostName.TryParse(text, out var host, out why) && host.Port is null)
            name = Of(host);
        else
            why ??= Language.Text.Say("certificates know no ports: write the host alone");
        return name is not null;
    }

    /// <summary>The host of a name that may have a port.</summary>
    public static CertificateName Of(HostName name) => new(name.Host, name.IsAddress ? IPAddress.Parse(name.Host) : null);

    /// <summary>The names under which clients of a site connect to its server, each once.</summary>
    public static IReadOnlyList<CertificateName> OfSite(SiteDescription site)
    {
        ArgumentNullException.ThrowIfNull(site);
        return [.. new[] { Of(site.Registry.Name), Of(site.Signatures.Name) }.Distinct()];
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text;
}
