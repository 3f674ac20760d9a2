using Microsoft.Extensions.Logging;
using Plomba.Registry.Access;
using Plomba.Registry.Hosting;
using Plomba.Site;

namespace Plomba.Serving;

/// <summary>
/// The site a running server goes by. It is read again on SIGHUP and when its file has changed and then stayed the same for a moment; one
/// with mistakes is reported and the old one stays. Thread-safe.
/// </summary>
internal sealed partial class SiteInForce : ISiteSource, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _reloading = new();
    private readonly string? _path;
    private SiteDescription? _description;
    private volatile SiteView _view;
    private (DateTime Written, long Length) _stamp;
    private (DateTime Written, long Length) _read;
    private ITimer? _timer;
    private RegistryServer? _server;

    private SiteInForce(string? path, SiteDescription? description, SiteView view)
    {
        (_path, _description, _view) = (path, description, view);
        _stamp = _read = path is null ? default : Stamp(path);
    }

    /// <inheritdoc/>
    public SiteView Current => _view;

    /// <summary>A described site, read from its file.</summary>
    public static SiteInForce Described(SiteDescription site) => new(site.File, site, SiteViews.Of(site));

    /// <summary>No site: nothing to reload.</summary>
    public static SiteInForce Undescribed(SiteView view) => new(null, null, view);

    /// <summary>Begins to look for changes, for this server.</summary>
    public void Follow(RegistryServer server, TimeProvider clock)
    {
        _server = server;
        if (_path is not null)
            _timer = clock.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Reads the site, the password file and the inboxes again now.</summary>
    public void Reload()
    {
        lock (_reloading)
        {
            if (_path is not null)
                ReadAgain(_path, _server!.Log);
            _server!.Refresh();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? default;

    // A file that is being written changes between two looks; it is read when two looks find the same.
    private void Look()
    {
        lock (_reloading)
        {
            var stamp = Stamp(_path!);
            var settled = stamp == _stamp && stamp != _read;
            _stamp = stamp;
            if (settled)
                ReadAgain(_path!, _server!.Log);
        }
    }

    private void ReadAgain(string path, ILogger log)
    {
        _read = _stamp = Stamp(path);
        SiteReading reading;
        try
        {
            reading = SiteFile.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogKept(log, path, e.Message);
            return;
        }

        if (reading.Site is not { } site)
        {
            var mistakes = reading.Findings.Where(finding => finding.Severity == FindingSeverity.Error).ToList();
            LogKept(log, path, $"{mistakes.Count} mistakes, the first in line {mistakes[0].Line}: {mistakes[0].Text}");
            return;
        }

        if (site.Revision != _description!.Revision)
            Replace(site, log);
    }

    private void Replace(SiteDescription site, ILogger log)
    {
        var view = SiteViews.Of(site);
        if (_server!.Check(view) is { } refused)
        {
            LogKept(log, site.File, refused.Message);
            return;
        }

        if (NeedsRestart(_description!, site) is { Count: > 0 } changed)
        {
            var what = string.Join(", ", changed);
            LogNeedsRestart(log, what);
        }

        (_description, _view) = (site, view);
        LogReloaded(log, site.File, site.Revision.Text);
    }

    private static List<string> NeedsRestart(SiteDescription old, SiteDescription site)
    {
        var changed = new List<string>();
        if (!old.Registry.Listen.SequenceEqual(site.Registry.Listen))
            changed.Add("registry.listen");
        if (!old.Signatures.Listen.SequenceEqual(site.Signatures.Listen))
            changed.Add("signatures.listen");
        if (old.Registry.Data != site.Registry.Data)
            changed.Add("registry.data");
        if (old.Registry.Tls != site.Registry.Tls)
            changed.Add("registry.tls");
        if (old.Registry.VerifyEveryRead != site.Registry.VerifyEveryRead)
            changed.Add("registry.verify-reads");
        return changed;
    }

    private static (DateTime Written, long Length) Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    [LoggerMessage(EventId = 111, Level = LogLevel.Information, Message = "site {File} is in force, revision {Revision}")]
    private static partial void LogReloaded(ILogger log, string file, string revision);

    [LoggerMessage(EventId = 112, Level = LogLevel.Error, Message = "site {File} is not taken, the old one stays in force: {Reason}")]
    private static partial void LogKept(ILogger log, string file, string reason);

    [LoggerMessage(EventId = 113, Level = LogLevel.Warning, Message = "changed, but only a restart takes it: {What}")]
    private static partial void LogNeedsRestart(ILogger log, string what);
}
