using System.CommandLine;
using System.Globalization;
using Plomba.CommandLine;
using Plomba.Hosts.Rules;
using Plomba.Hosts.Watching;

namespace Plomba.Verbs.Host;

/// <summary><c>plomba host watch</c>: a service that sees drift at once, tells the journal, and mends it if told to.</summary>
internal static class HostWatchVerb
{
    private static readonly Option<bool> Fix = new("--fix") { Description = Text.Say("Mend what the machine's roles say, at once.") };

    public static Command Create()
    {
        var command = new Command("watch", Text.Say("See at once when the machine drifts from its site, and tell the journal.")) { Fix };
        CheckTarget.AddTo(command);
        return command.Does(async (parsed, terminal, cancellation) =>
        {
            using var target = CheckTarget.Open(parsed);
            var journal = new Journal(terminal);
            target.SiteIsWrong = why => journal.Write(JournalPriority.Warning, $"{why}; the site as it was read before still counts");
            var watch = new HostWatch(new Watched(target, parsed.GetValue(Fix)), target.Directory, journal, TimeProvider.System)
            {
                Ready = () => ServiceManager.Notify("READY=1"),
                Alive = () => ServiceManager.Notify("WATCHDOG=1"),
                Heartbeat = ServiceManager.WatchdogInterval / 2 ?? TimeSpan.FromMinutes(10),
            };
            await watch.RunAsync(cancellation);
            return ExitCode.Done;
        });
    }

    private sealed class Watched(CheckTarget target, bool fix) : IWatchedHost
    {
        public Task<CheckedMachine> ReadAsync(CancellationToken cancellation) => target.ReadAsync(cancellation);

        public async Task<bool> MendAsync(CheckReport report, IWatchJournal journal, CancellationToken cancellation)
        {
            if (!fix)
                return true;
            try
            {
                var mended = await target.Mender.MendAsync(report, cancellation);
                foreach (var change in mended.Changes)
                    journal.Write(JournalPriority.Notice, $"mended {change.Path}: {change.Why}");
                foreach (var problem in mended.Problems)
                    journal.Write(JournalPriority.Error, $"cannot mend: {problem}");
                return mended.Problems.IsEmpty;
            }
            catch (IOException e)
            {
                journal.Write(JournalPriority.Error, $"cannot mend: {e.Message}");
                return false;
            }
        }
    }

    // systemd reads the priority in front of a line; a person at a terminal needs none.
    private sealed class Journal(Terminal terminal) : IWatchJournal
    {
        public void Write(JournalPriority priority, string line) =>
            terminal.Say(ServiceManager.IsJournal ? $"<{((int)priority).ToString(CultureInfo.InvariantCulture)}>{line}" : line);
    }
}
