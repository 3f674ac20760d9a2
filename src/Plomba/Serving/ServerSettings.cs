using Microsoft.Extensions.Logging;
using Plomba.CommandLine;
using Plomba.Files;
using Plomba.Registry.Blobs;
using Plomba.Registry.Hosting;
using Plomba.Site;
using TlsFiles = Plomba.Registry.Hosting.TlsFiles;

namespace Plomba.Serving;

/// <summary>Puts the server's settings together: the command line over the site over the defaults.</summary>
internal static class ServerSettings
{
    private const string DefaultData = "plomba-data";

    /// <summary>Reads what the request names.</summary>
    /// <exception cref="Failure">Something in it is wrong; nothing was started.</exception>
    public static (RegistryServerOptions Options, SiteInForce Site) Read(ServeRequest request)
    {
        var tls = Tls(request);
        var listen = Listeners(request.Listen, "--listen");
        var signaturesListen = Listeners(request.SignaturesListen, "--signatures-listen");
        var site = ReadSite(request.Site);
        var registry = site?.Registry;
        tls ??= registry?.Tls is { } files ? new TlsFiles(files.Certificate.Text, files.Key.Text) : null;
        if (listen.Count == 0)
            listen = registry is null ? [Listener.Standard] : Listeners([.. registry.Listen.Select(l => l.Text)], "registry.listen");
        if (signaturesListen.Count == 0 && site is not null)
            signaturesListen = Listeners([.. site.Signatures.Listen.Select(l => l.Text)], "signatures.listen");
        var data = Path.GetFullPath(request.Data ?? registry?.Data.Text ?? DefaultData);
        var current = site is null
            ? SiteInForce.Undescribed(SiteViews.Standard($"http://{listen[0]}", data))
            : SiteInForce.Described(site, tls is not null);
        return (new RegistryServerOptions
        {
            Listen = listen,
            SignaturesListen = signaturesListen,
            DataDirectory = data,
            Site = current,
            Open = request.Open,
            Tls = tls,
            VerifyReads = registry?.VerifyEveryRead == true ? VerifyReads.Always : VerifyReads.OnChange,
            LogFormat = request.JsonLog ? LogFormat.Json : LogFormat.Text,
            LogLevel = request.Debug ? LogLevel.Debug : request.Quiet ? LogLevel.Warning : LogLevel.Information,
        }, current);
    }

    private static SiteDescription? ReadSite(string? named)
    {
        if (named is null && !File.Exists(SiteFile.DefaultPath))
            return null;
        var path = named ?? SiteFile.DefaultPath;
        SiteReading reading;
        try
        {
            reading = SiteFile.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(Text.Say($"cannot read the site {path}: {FileTrouble.Of(e)}"), Text.Say("Make one with: plomba site init FILE"));
        }

        if (reading.Site is { } site)
            return site;
        var mistakes = reading.Findings.Where(finding => finding.Severity == FindingSeverity.Error).ToList();
        throw new Failure(
            Text.Count(
                mistakes.Count,
                $"the site {reading.File} has {mistakes.Count} mistake, in line {mistakes[0].Line}: {mistakes[0].Text}",
                $"the site {reading.File} has {mistakes.Count} mistakes, the first in line {mistakes[0].Line}: {mistakes[0].Text}"),
            Text.Say($"See them all with: plomba site check {path}"));
    }

    private static TlsFiles? Tls(ServeRequest request) => (request.Certificate, request.Key) switch
    {
        (null, null) => null,
        ({ } certificate, { } key) => new TlsFiles(Path.GetFullPath(certificate), Path.GetFullPath(key)),
        _ => throw Failure.Usage(Text.Say("--tls-certificate and --tls-key are given together")),
    };

    private static List<Listener> Listeners(IReadOnlyList<string> texts, string option)
    {
        var listeners = new List<Listener>();
        foreach (var text in texts)
        {
            if (!Listener.TryParse(text, out var listener))
                throw Failure.Usage(Text.Say($"{option}: {text} is no address"), Text.Say("Write IP:PORT, [IPV6]:PORT or systemd:NAME, such as 127.0.0.1:5000."));
            listeners.Add(listener);
        }

        return listeners;
    }
}
