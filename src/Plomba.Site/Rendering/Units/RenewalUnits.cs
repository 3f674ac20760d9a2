using Plomba.Site.Tls;

namespace Plomba.Site.Rendering.Units;

/// <summary>
/// The units that renew the server's certificate before it ends, where the site has a CA of its own. As root, for the
/// service may write neither its certificate nor read the CA's key; the server takes up what is new while it runs.
/// </summary>
public static class RenewalUnits
{
    /// <summary>Renews when it is time; does nothing else.</summary>
    public const string Service = "plomba-tls-renew.service";

    /// <summary>Starts <see cref="Service"/> every day.</summary>
    public const string Timer = "plomba-tls-renew.timer";

    /// <summary>The units by their file's name; none where the certificate is somebody else's to renew.</summary>
    /// <param name="site">The site.</param>
    /// <param name="program">Absolute path of the program on the machine.</param>
    public static IReadOnlyList<(string Name, string Text)> Render(SiteDescription site, string program)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(program);
        return site.Registry.Tls?.Authority is null
            ? []
            : [(Service, RenderService(site, program)), (Timer, HostUnits.RenderTimer("renew the server's certificate", "OnCalendar=daily", "1h"))];
    }

    private static string RenderService(SiteDescription site, string program)
    {
        var files = CertificateFiles.Of(site);
        var written = new[] { files.Certificate, files.Key }.Select(f => Path.GetDirectoryName(f)!).Distinct(StringComparer.Ordinal).Select(UnitText.Path);
        return $"""
            {RenderedText.Header(site)}[Unit]
            Description=Plomba: renew the certificate of the site {site.Name} when it is time
            # Where the CA's key is kept elsewhere, a person renews: plomba tls renew --ca-key FILE
            ConditionPathExists={files.AuthorityKey.Replace("%", "%%", StringComparison.Ordinal)}

            [Service]
            Type=oneshot
            ExecStart={UnitText.Word(program)} tls renew --site {SiteFile.DefaultPath}
            UMask=0077
            ReadWritePaths={string.Join(' ', written)}
            {UnitText.ProtectHome(site)}ProtectProc=invisible
            # What is replaced keeps its owner.
            CapabilityBoundingSet=CAP_CHOWN CAP_FOWNER CAP_DAC_OVERRIDE
            PrivateNetwork=yes
            RestrictAddressFamilies=AF_UNIX
            IPAddressDeny=any
            SystemCallFilter=@system-service
            SystemCallFilter=~@resources @keyring
            {Hardening.Lines}
            """;
    }
}
