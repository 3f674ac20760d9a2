using Plomba.Images;

namespace Plomba.Site.Watching;

/// <summary>
/// Follows the file of a site while a program runs. A changed file is read when it has stopped changing; a valid site
/// replaces the one in force as a whole, an invalid or missing one is reported and the old one stays. Thread-safe.
/// </summary>
public sealed class SiteWatcher : IDisposable
{
    private readonly Lock _reading = new();
    private readonly SiteDescription _started;
    private readonly ISiteFollower _follower;
    private readonly FileSignal _signal;
    private volatile SiteDescription _current;
    private Digest? _refused;
    private bool _unreadable;

    /// <summary>Begins to follow a site; <see cref="Dispose"/> ends it.</summary>
    /// <param name="site">The site the program started with.</param>
    /// <param name="follower">Who takes changes up.</param>
    /// <param name="clock">Measures how long the file has been quiet.</param>
    public SiteWatcher(SiteDescription site, ISiteFollower follower, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(site);
        _started = _current = site;
        _follower = follower;
        _signal = new FileSignal(site.File, clock, () => Read(always: false));
    }

    /// <summary>The site in force.</summary>
    public SiteDescription Current => _current;

    /// <summary>Reads the file now, as on SIGHUP; what is wrong is reported even if it was before.</summary>
    public void Reload() => Read(always: true);

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();

    private void Read(bool always)
    {
        lock (_reading)
        {
            byte[] content;
            try
            {
                content = SiteFile.ReadBytes(_started.File);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (always || !_unreadable)
                    _follower.Keep($"it cannot be read: {e.Message}");
                _unreadable = true;
                return;
            }

            _unreadable = false;
            Take(content, always);
        }
    }

    private void Take(byte[] content, bool always)
    {
        var revision = Digest.Sha256(content);
        if (revision == _current.Revision)
        {
            _refused = null;
            return;
        }

        if (!always && revision == _refused)
            return;
        var reading = SiteFile.Parse(content, _started.File);
        if (WhyNot(reading) is { } why)
        {
            _refused = revision;
            _follower.Keep(why);
            return;
        }

        _refused = null;
        var change = SiteChange.Between(_started, _current, reading.Site!);
        _current = change.Site;
        _follower.Take(change);
    }

    private string? WhyNot(SiteReading reading)
    {
        if (reading.Site is { } site)
            return _follower.Refuse(SiteChange.Between(_started, _current, site).Site);
        var errors = reading.Findings.Where(f => f.Severity == FindingSeverity.Error).ToList();
        var first = errors[0];
        return $"line {first.Line}: {first.Code}: {first.Text}{(errors.Count > 1 ? $" (and {errors.Count - 1} more)" : "")}";
    }
}

/// <summary>Who goes by a site and takes its changes up. Called by one thread at a time, on a thread of the pool or the one that reloads.</summary>
public interface ISiteFollower
{
    /// <summary>Why a valid site cannot be taken here, on one line; null: it can.</summary>
    string? Refuse(SiteDescription site);

    /// <summary>A new site is in force.</summary>
    void Take(SiteChange change);

    /// <summary>The file was not taken and the old site stays; the same content is reported once, unless asked for again.</summary>
    /// <param name="why">One line.</param>
    void Keep(string why);
}
