using Microsoft.Extensions.Logging;
using Plomba.Registry.Access;
using Plomba.Registry.Hosting;
using Plomba.Site;
using Plomba.Site.Watching;

namespace Plomba.Serving;

/// <summary>
/// The site a running server goes by: what <see cref="SiteWatcher"/> has in force, as the server needs to see it. Requests
/// under way keep the snapshot they began with. Thread-safe.
/// </summary>
internal sealed partial class SiteInForce : ISiteSource, ISiteFollower, IDisposable
{
    private readonly SiteDescription? _started;
    private readonly bool _tls;
    private volatile SiteView _view;
    private SiteWatcher? _watcher;
    private RegistryServer? _server;

    private SiteInForce(SiteDescription? started, bool tls, SiteView view) => (_started, _tls, _view) = (started, tls, view);

    /// <inheritdoc/>
    public SiteView Current => _view;

    /// <summary>A described site, read from its file.</summary>
    /// <param name="site">The site.</param>
    /// <param name="tls">Whether the server has a certificate.</param>
    public static SiteInForce Described(SiteDescription site, bool tls) => new(site, tls, SiteViews.Of(site, tls));

    /// <summary>No site: nothing to reload.</summary>
    public static SiteInForce Undescribed(SiteView view) => new(null, tls: false, view);

    /// <summary>Begins to take up changes, for this server.</summary>
    public void Follow(RegistryServer server, TimeProvider clock)
    {
        _server = server;
        // Without a site the registry's name is where it listens, known only now when the port was free to choose.
        if (_started is null)
            _view = _view with { BaseUrl = server.Addresses[0] };
        else
            _watcher = new SiteWatcher(_started, this, clock);
    }

    /// <summary>Reads the site, the password file and the inboxes again now.</summary>
    public void Reload()
    {
        _watcher?.Reload();
        _server?.Refresh();
    }

    /// <inheritdoc/>
    public void Dispose() => _watcher?.Dispose();

    string? ISiteFollower.Refuse(SiteDescription site) => _server!.Check(SiteViews.Of(site, _tls))?.Message;

    void ISiteFollower.Take(SiteChange change)
    {
        _view = SiteViews.Of(change.Site, _tls);
        var changed = change.Changed.Count > 0 ? string.Join(", ", change.Changed)
            : change.NeedsRestart.Count > 0 ? "nothing before the restart" : "comments only";
        LogReloaded(_server!.Log, change.Site.File, change.Site.Revision.Text, changed);
        if (change.NeedsRestart.Count == 0)
            return;
        var waiting = string.Join(", ", change.NeedsRestart);
        LogNeedsRestart(_server.Log, waiting);
    }

    void ISiteFollower.Keep(string why) => LogKept(_server!.Log, _started!.File, why);

    [LoggerMessage(EventId = 211, Level = LogLevel.Information, Message = "site {File} is in force, revision {Revision}; changed: {Changed}")]
    private static partial void LogReloaded(ILogger log, string file, string revision, string changed);

    [LoggerMessage(EventId = 212, Level = LogLevel.Error, Message = "site {File} is not taken, the old one stays in force: {Reason}")]
    private static partial void LogKept(ILogger log, string file, string reason);

    [LoggerMessage(EventId = 213, Level = LogLevel.Warning, Message = "written otherwise than at the start, but only a restart takes it: {What}")]
    private static partial void LogNeedsRestart(ILogger log, string what);
}
