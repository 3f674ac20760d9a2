using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Plomba.Files;
using Plomba.Registry.Access;
using Plomba.Registry.Api;

namespace Plomba.Registry.Hosting;

/// <summary>What came of starting a server.</summary>
public abstract record ServerStart
{
    private ServerStart()
    {
    }

    /// <summary>It answers.</summary>
    public sealed record Started(RegistryServer Server) : ServerStart;

    /// <summary>It does not, and holds nothing; a new data directory may have been made.</summary>
    public sealed record Refused(StartRefusal Reason) : ServerStart;
}

/// <summary>
/// The running registry: started with <see cref="StartAsync"/>, stopped by disposing (requests under way get
/// <see cref="RegistryServerOptions.Drain"/> to finish, uploads stay resumable).
/// </summary>
public sealed class RegistryServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly RegistryServerOptions _options;
    private readonly OpenRegistry _registry;
    private readonly SystemdNotifier _systemd = new();
    private Watchdog? _watchdog;
    private bool _stopped;

    private RegistryServer(WebApplication application, RegistryServerOptions options, OpenRegistry registry)
    {
        _application = application;
        _options = options;
        _registry = registry;
    }

    /// <summary>Opens the data, takes the addresses, and answers.</summary>
    public static async Task<ServerStart> StartAsync(RegistryServerOptions options, CancellationToken cancellation = default)
    {
        if (Exposure.Check(options, options.Site.Current) is { } exposed)
            return new ServerStart.Refused(exposed);
        WebApplication? application = null;
        OpenRegistry? registry = null;
        try
        {
            application = Build(options);
            var services = application.Services;
            var opening = await OpenRegistry.OpenAsync(options, services.GetRequiredService<ILoggerFactory>(), cancellation);
            if (opening.Refusal is { } refusal)
            {
                await application.DisposeAsync();
                return new ServerStart.Refused(refusal);
            }

            registry = opening.Registry!;
            application.Run(new RequestHandler(registry.State).HandleAsync);
            await application.StartAsync(cancellation);
            var server = new RegistryServer(application, options, registry);
            server._systemd.Notify(ServiceState.Ready);
            server._watchdog = Watchdog.Start(server._systemd, options.Clock);
            return new ServerStart.Started(server);
        }
        catch (Exception e) when (Explain(e, options) is { } reason)
        {
            if (registry is not null)
                await registry.DisposeAsync();
            if (application is not null)
                await application.DisposeAsync();
            return new ServerStart.Refused(reason);
        }
    }

    /// <summary>Where it answers, as URLs; free ports are the real ones.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];

    /// <summary>The server's log, for those who run it.</summary>
    public ILogger Log => _registry.State.Log;

    /// <summary>Whether a site may replace the one in force: one without accounts must not open addresses other machines reach.</summary>
    /// <returns>Why not; null: it may.</returns>
    public StartRefusal? Check(SiteView site) => Exposure.Check(_options, site);

    /// <summary>Reads password file and inboxes again now, without waiting for a request to do so.</summary>
    public void Refresh() => _registry.Refresh();

    /// <summary>Stops: takes no new connections, lets requests finish, breaks off what takes longer than the drain time.</summary>
    public async Task StopAsync()
    {
        if (_stopped)
            return;
        _stopped = true;
        _systemd.Notify(ServiceState.Stopping);
        using var drain = new CancellationTokenSource(_options.Drain);
        await _application.StopAsync(drain.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_watchdog is not null)
            await _watchdog.DisposeAsync();
        await _application.DisposeAsync();
        await _registry.DisposeAsync();
    }

    private static WebApplication Build(RegistryServerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "plomba" });
        // The slim builder reads appsettings.json of the current directory and Kestrel__ variables; either could open a port.
        builder.Configuration.Sources.Clear();
        builder.Services.AddSingleton(options.Clock);
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain);
        Logs.Configure(builder.Logging, options);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(Listening.Limits);
        builder.WebHost.ConfigureKestrel((_, kestrel) => Listening.Bind(kestrel, options));
        return builder.Build();
    }

    private static StartRefusal? Explain(Exception e, RegistryServerOptions options) => e switch
    {
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } => new StartRefusal(
            () => Text.Say($"cannot listen on {Wanted(options)}: address already in use"), () => Text.Say("Something listens there already: stop it, or choose another address with --listen.")),
        SocketException { SocketErrorCode: SocketError.AccessDenied } => new StartRefusal(
            () => Text.Say($"no permission to listen on {Wanted(options)}"), () => Text.Say("Ports below 1024 need root, CAP_NET_BIND_SERVICE or a socket unit.")),
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => new StartRefusal(
            () => Text.Say($"this machine does not have the address it should listen on: {Wanted(options)}"), () => Text.Say("See the machine's addresses with: ip address")),
        SocketException => new StartRefusal(() => Text.Say($"cannot listen: {e.Message}"), null),
        CryptographicException => new StartRefusal(
            () => Text.Say($"the TLS certificate or its key cannot be used: {e.Message}"), () => Text.Say("Both are PEM files; the key is not encrypted and belongs to the certificate.")),
        StorageException => new StartRefusal(() => e.Message, null),
        FileNotFoundException { FileName: { } file } => new StartRefusal(() => Text.Say($"there is no file {file}"), () => Text.Say("Certificate and key are named by --tls-certificate and --tls-key, or by registry.tls in the site.")),
        IOException or UnauthorizedAccessException => new StartRefusal(() => FileTrouble.Of(e), null),
        _ => null,
    };

    private static string Wanted(RegistryServerOptions options) => string.Join(", ", options.Listen.Concat(options.SignaturesListen));

    /// <summary>The program itself decides when it stops; the host reads no signals and no console.</summary>
    private sealed class QuietLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
