using System.Globalization;
using Plomba.Site.Names;

namespace Plomba.Site.Rendering.Units;

/// <summary>
/// The server's units: one service that runs as a user of its own and can write nothing but its data, and a socket unit
/// for each listener that the site leaves to systemd.
/// </summary>
public static class ServerUnits
{
    /// <summary>The service.</summary>
    public const string Service = "plomba.service";

    /// <summary>The socket of <c>registry.listen = ["systemd:registry"]</c>.</summary>
    public const string RegistrySocket = "plomba-registry.socket";

    /// <summary>The socket of <c>signatures.listen = ["systemd:signatures"]</c>.</summary>
    public const string SignaturesSocket = "plomba-signatures.socket";

    /// <summary>The account and group the service runs as.</summary>
    public const string Account = "plomba";

    /// <summary>The socket units a site needs, in a fixed order.</summary>
    public static IReadOnlyList<string> SocketsOf(SiteDescription site)
    {
        ArgumentNullException.ThrowIfNull(site);
        return
        [
            .. site.Registry.Listen.Any(l => l.SocketName is not null) ? [RegistrySocket] : Array.Empty<string>(),
            .. site.Signatures.Listen.Any(l => l.SocketName is not null) ? [SignaturesSocket] : Array.Empty<string>(),
        ];
    }

    /// <summary>All units, by their file's name.</summary>
    /// <param name="site">The site.</param>
    /// <param name="program">Absolute path of the program on the machine.</param>
    public static IReadOnlyList<(string Name, string Text)> Render(SiteDescription site, string program)
    {
        ArgumentNullException.ThrowIfNull(site);
        var sockets = SocketsOf(site);
        return
        [
            (Service, RenderService(site, program, sockets)),
            .. sockets.Contains(RegistrySocket, StringComparer.Ordinal)
                ? [(RegistrySocket, Socket(site, "registry", site.Registry.Name))]
                : Array.Empty<(string, string)>(),
            .. sockets.Contains(SignaturesSocket, StringComparer.Ordinal)
                ? [(SignaturesSocket, Socket(site, "signatures", site.Signatures.Name))]
                : Array.Empty<(string, string)>(),
        ];
    }

    private static string RenderService(SiteDescription site, string program, IReadOnlyList<string> sockets)
    {
        var capability = NeedsLowPort(site) ? "CAP_NET_BIND_SERVICE" : "";
        var after = string.Join(' ', sockets.Prepend("network-online.target"));
        var socketLines = sockets.Count == 0 ? "" : $"Requires={string.Join(' ', sockets)}\n";
        var handedOver = sockets.Count == 0 ? "" : $"Sockets={string.Join(' ', sockets)}\n";
        return $"""
            {RenderedText.Header(site)}[Unit]
            Description=Plomba: images, signatures and keys of the site {site.Name}
            Wants=network-online.target
            After={after}
            {socketLines}StartLimitIntervalSec=0

            [Service]
            Type=notify
            ExecStart={UnitText.Word(program)} serve --site {SiteFile.DefaultPath}
            ExecReload=/bin/kill -HUP $MAINPID
            {handedOver}Restart=always
            RestartSec=2s
            WatchdogSec=60s
            # An index that is made again from a long journal takes its time; stopping waits for requests under way.
            TimeoutStartSec=1h
            TimeoutStopSec=45s
            User={Account}
            Group={Account}
            UMask=0027
            LimitNOFILE=65536
            ReadWritePaths={UnitText.Path(site.Registry.Data.Text)}
            {ReadOnly(site)}AmbientCapabilities={capability}
            CapabilityBoundingSet={capability}
            {UnitText.ProtectHome(site)}ProtectProc=invisible
            RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
            SystemCallFilter=@system-service
            SystemCallFilter=~@privileged @resources
            {Hardening.Lines}
            [Install]
            WantedBy=multi-user.target

            """;
    }

    private static string Socket(SiteDescription site, string name, HostName host) => $"""
        {RenderedText.Header(site)}[Unit]
        Description=Plomba: the socket {name} of the site {site.Name}

        [Socket]
        ListenStream={host.EffectivePort(site.Registry.Tls is not null).ToString(CultureInfo.InvariantCulture)}
        FileDescriptorName={name}
        Service={Service}
        NoDelay=yes
        Backlog=4096

        [Install]
        WantedBy=sockets.target

        """;

    // Keys and inboxes are not the service's to write, even where they lie within its data.
    private static string ReadOnly(SiteDescription site) => string.Concat(
        new[] { site.KeysDirectory, site.Signatures.Inboxes }
            .Where(p => p.Text.StartsWith(site.Registry.Data.Text + "/", StringComparison.Ordinal))
            .Select(p => $"ReadOnlyPaths={UnitText.Path(p.Text)}\n"));

    private static bool NeedsLowPort(SiteDescription site) =>
        site.Registry.Listen.Concat(site.Signatures.Listen).Any(l => l.EndPoint is { Port: < 1024 });
}
