using System.Collections.Immutable;
using System.Globalization;
using Plomba.Hosts.Rules;

namespace Plomba.Hosts.Watching;

/// <summary>What a watch does with what it sees. Called one at a time.</summary>
public interface IWatchedHost
{
    /// <summary>The machine as it is now.</summary>
    Task<CheckedMachine> ReadAsync(CancellationToken cancellation);

    /// <summary>Mends what can be mended of the findings; what it did goes to the journal. Does nothing unless told to.</summary>
    /// <returns>Whether it worked; false: not before something else changes, or a while has passed, again.</returns>
    Task<bool> MendAsync(CheckReport report, IWatchJournal journal, CancellationToken cancellation);
}

/// <summary>Where a watch tells what it sees. Its lines are English, as every log is.</summary>
public interface IWatchJournal
{
    /// <summary>One line.</summary>
    void Write(JournalPriority priority, string line);
}

/// <summary>The priorities of syslog(3) that are used.</summary>
public enum JournalPriority
{
    /// <summary>An error.</summary>
    Error = 3,

    /// <summary>A warning.</summary>
    Warning = 4,

    /// <summary>Worth noting: something was mended or is well again.</summary>
    Notice = 5,

    /// <summary>For the record.</summary>
    Information = 6,
}

/// <summary>
/// Keeps checking a machine whenever something changes that a rule looks at. Directories are watched before they are
/// looked at, so nothing is missed in between; those that appear later are watched as soon as their parent tells of them.
/// </summary>
/// <param name="host">The machine.</param>
/// <param name="root">Where the machine's root directory is for this process; empty for the running machine.</param>
/// <param name="journal">Where changes are told.</param>
/// <param name="clock">For the pauses.</param>
public sealed class HostWatch(IWatchedHost host, string root, IWatchJournal journal, TimeProvider clock)
{
    // podman writes a store in several steps.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    // A user who changes something without end does not keep the check from being made, or the machine from other work.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    // What no directory tells of: processes, keys that expire.
    private static readonly TimeSpan Regularly = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan WithoutWatches = TimeSpan.FromSeconds(15);

    private readonly Dictionary<int, WatchedPlace> _places = [];
    private ImmutableHashSet<Finding> _known = [];
    private ImmutableHashSet<Finding>? _notMended;
    private long _triedAt;

    /// <summary>Called after the first check, when everything is watched.</summary>
    public Action? Ready { get; init; }

    /// <summary>Called after each check, and while it waits: it lives.</summary>
    public Action? Alive { get; init; }

    /// <summary>How often at least <see cref="Alive"/> is called while nothing happens.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Runs until it is cancelled; then it ends without an error.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        // Logs are English, whatever language the service was started in.
        CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        using var inotify = new Inotify();
        var isFirst = true;
        var watchesLeft = true;
        try
        {
            while (true)
            {
                var machine = await host.ReadAsync(cancellation);
                watchesLeft = Arm(inotify, machine, watchesLeft);
                var report = RuleSet.Check(await host.ReadAsync(cancellation), RuleSet.All);
                Tell(report, isFirst);
                await MendAsync(report, cancellation);
                if (isFirst)
                    Ready?.Invoke();
                isFirst = false;
                Alive?.Invoke();
                await WaitAsync(inotify, watchesLeft ? Regularly : WithoutWatches, cancellation);
                // At most half of the time is spent on checks.
                await Task.Delay(report.Duration < LongestWait ? report.Duration : LongestWait, clock, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            journal.Write(JournalPriority.Information, "the watch ends");
        }
    }

    // Mending that fails changes files and takes that back: without a pause it would go round and round.
    private async Task MendAsync(CheckReport report, CancellationToken cancellation)
    {
        if (report.Findings.IsEmpty || (_notMended is { } last && last.SetEquals(report.Findings) && clock.GetElapsedTime(_triedAt) < Again))
            return;
        _triedAt = clock.GetTimestamp();
        _notMended = await host.MendAsync(report, journal, cancellation) ? null : [.. report.Findings];
    }

    private bool Arm(Inotify inotify, CheckedMachine machine, bool watchesLeft)
    {
        var before = _places.Keys.ToList();
        _places.Clear();
        try
        {
            foreach (var place in WatchedPlaces.Of(machine).DistinctBy(p => p.Path, StringComparer.Ordinal))
            {
                // Two paths to one directory: whatever matters to either.
                if (inotify.Watch(root + place.Path) is { } number && !_places.TryAdd(number, place))
                    _places[number] = place with { Names = [] };
            }

            // What went elsewhere would hold a watch of the kernel's for ever.
            foreach (var number in before.Where(n => !_places.ContainsKey(n)))
                inotify.Leave(number);
            return true;
        }
        catch (IOException e)
        {
            if (watchesLeft)
                journal.Write(JournalPriority.Warning, $"{e.Message}; looking every {WithoutWatches.TotalSeconds:0} seconds instead");
            return false;
        }
    }

    // Until something happens that matters, and then until it has been quiet for a moment.
    private async Task WaitAsync(Inotify inotify, TimeSpan longest, CancellationToken cancellation)
    {
        var start = clock.GetTimestamp();
        while (!await ChangesAsync(inotify, longest < Heartbeat ? longest : Heartbeat, cancellation))
        {
            Alive?.Invoke();
            if (clock.GetElapsedTime(start) >= longest)
                return;
        }

        var first = clock.GetTimestamp();
        while (clock.GetElapsedTime(first) < LongestWait && await ChangesAsync(inotify, Quiet, cancellation))
        {
        }
    }

    // Whether anything that matters happens within a time.
    private async Task<bool> ChangesAsync(Inotify inotify, TimeSpan time, CancellationToken cancellation)
    {
        var start = clock.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = clock.CreateTimer(_ => Cancel(limit), null, time, Timeout.InfiniteTimeSpan);
        try
        {
            while (clock.GetElapsedTime(start) < time)
            {
                var seen = await inotify.Events.ReadAsync(limit.Token);
                if (seen.IsOverflow || seen.IsGone || (_places.TryGetValue(seen.Watch, out var place) && place.IsAbout(seen.Name)))
                    return true;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Nothing happened.
        }

        return false;
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The wait was over at the same moment.
        }
    }

    private void Tell(CheckReport report, bool isFirst)
    {
        var now = report.Findings.ToImmutableHashSet();
        foreach (var finding in report.Findings.Where(f => !_known.Contains(f)))
            journal.Write(finding.Severity == Severity.Error ? JournalPriority.Error : JournalPriority.Warning, $"{finding.Rule} {finding.Subject}: {finding.Found}");
        foreach (var finding in _known.Where(f => !now.Contains(f)).OrderBy(f => f.Rule, StringComparer.Ordinal))
            journal.Write(JournalPriority.Notice, $"{finding.Rule} {finding.Subject}: no longer found");
        if (isFirst)
            journal.Write(JournalPriority.Information, $"watching: {report.Errors} errors, {report.Warnings} warnings; users: {report.Users}, images: {report.Images}");
        _known = now;
    }
}
