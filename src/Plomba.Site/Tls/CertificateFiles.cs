namespace Plomba.Site.Tls;

/// <summary>Where the four files of a site's own TLS are.</summary>
/// <param name="Authority">The CA's certificate, for everybody (0644).</param>
/// <param name="AuthorityKey">The CA's key (0600); may be kept elsewhere between renewals.</param>
/// <param name="Certificate">The server's certificate (0644).</param>
/// <param name="Key">The server's key (0600, until its owner lets the service's group read it).</param>
public sealed record CertificateFiles(string Authority, string AuthorityKey, string Certificate, string Key)
{
    /// <summary>All four in one directory, under their usual names.</summary>
    public static CertificateFiles In(string directory) => new(
        Path.Combine(directory, "ca.crt"), Path.Combine(directory, "ca.key"), Path.Combine(directory, "server.crt"), Path.Combine(directory, "server.key"));

    /// <summary>Those a site names, its CA's key beside the CA's certificate; where it names none, in <c>tls</c> beside the site.</summary>
    public static CertificateFiles Of(SiteDescription site)
    {
        ArgumentNullException.ThrowIfNull(site);
        if (site.Registry.Tls is not { } tls)
            return In(Path.Combine(Path.GetDirectoryName(site.File)!, "tls"));
        var authority = tls.Authority?.Text ?? Path.Combine(Path.GetDirectoryName(tls.Certificate.Text)!, "ca.crt");
        return new(authority, Path.Combine(Path.GetDirectoryName(authority)!, "ca.key"), tls.Certificate.Text, tls.Key.Text);
    }

    /// <summary>The line of <c>[registry]</c> that names them.</summary>
    public string SiteLine => $"tls = {{ certificate = \"{Certificate}\", key = \"{Key}\", ca = \"{Authority}\" }}";
}
