using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace Plomba.Registry.Hosting;

/// <summary>
/// Tells systemd that the server is alive, twice as often as <c>WatchdogSec=</c> asks for (sd_watchdog_enabled(3)). The
/// beats come from the pool that answers requests: a server that no longer gets to answer no longer beats, and is restarted.
/// </summary>
internal sealed class Watchdog : IAsyncDisposable
{
    private static readonly ServiceState Alive = new("WATCHDOG=1");

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _beating;

    private Watchdog(SystemdNotifier systemd, TimeSpan interval, TimeProvider clock) => _beating = BeatAsync(systemd, interval, clock);

    /// <summary>Begins to beat; null where nobody watches.</summary>
    public static Watchdog? Start(SystemdNotifier systemd, TimeProvider clock) =>
        IntervalOf(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID")) is { } interval
            ? new Watchdog(systemd, interval, clock)
            : null;

    /// <summary>How often to beat; null: not at all, as when another process is watched.</summary>
    public static TimeSpan? IntervalOf(string? microseconds, string? process) =>
        long.TryParse(microseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 1
        && (process is null || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(limit / 2)
            : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
    }

    private async Task BeatAsync(SystemdNotifier systemd, TimeSpan interval, TimeProvider clock)
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                systemd.Notify(Alive);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
