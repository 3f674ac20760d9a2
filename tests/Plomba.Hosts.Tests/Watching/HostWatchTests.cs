using Plomba.Hosts.Rules;
using Plomba.Hosts.Plans;
using Plomba.Hosts.Rules.Mending;
using Plomba.Hosts.Accounts;
using Plomba.Hosts.Tests.Rules;
using Plomba.Hosts.Watching;
using Plomba.Testing;

namespace Plomba.Hosts.Tests.Watching;

/// <summary>Drift is seen at once, told once, and mended when that is wanted.</summary>
public sealed class HostWatchTests(MakerKeys keys)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_configuration_that_is_moved_away_is_found_and_closed_again_within_seconds()
    {
        using var machine = HealthyMachine.Create(keys);
        await using var watch = await Watch.StartAsync(machine, fix: true);
        Directory.Move(machine.Real($"{HealthyMachine.ClientHome}/.config"), machine.Real($"{HealthyMachine.ClientHome}/.config.old"));
        await watch.SeesAsync("P110 carol: ");
        await watch.SeesAsync($"mended {HealthyMachine.ClientHome}/.config/containers");
        await watch.SeesAsync("P110 carol: no longer found");
        Assert.Empty(await machine.CheckAsync());
    }

    [Fact]
    public async Task What_is_put_into_a_new_directory_is_seen_too()
    {
        using var machine = HealthyMachine.Create(keys);
        await using var watch = await Watch.StartAsync(machine, fix: false);
        // A home that had no configuration at all: nothing of it could be watched before.
        machine.Write("/home/dave/.config/containers/registries.d/own.yaml", "default-docker:\n  lookaside: http://elsewhere.example/\n", 1003);
        await watch.SeesAsync("P106 dave: ");
        machine.Write("/home/dave/.config/containers/registries.d/own.yaml", machine.Read("/etc/containers/registries.d/plomba.yaml"), 1003);
        await watch.SeesAsync("P106 dave: no longer found");
    }

    [Fact]
    public async Task An_image_that_is_loaded_past_the_policy_is_seen()
    {
        using var machine = HealthyMachine.Create(keys);
        await using var watch = await Watch.StartAsync(machine, fix: false);
        EveryRuleTests.Unsigned(machine, $"{HealthyMachine.ClientHome}/.local/share/containers/storage", 1002);
        await watch.SeesAsync("P201 carol: ");
    }

    [Fact]
    public async Task A_finding_is_told_once_however_often_it_is_found()
    {
        using var machine = HealthyMachine.Create(keys);
        await using var watch = await Watch.StartAsync(machine, fix: false);
        machine.Write("/etc/hosts", "127.0.0.1 localhost\n");
        await watch.SeesAsync("P302 /etc/hosts: ");
        machine.Write("/home/bob/.bashrc", "ls\n", 1001); // makes it look again
        machine.Unlock();
        await watch.SeesAsync("P109 carol: ");
        Assert.Equal(2, watch.Lines.Count(l => l.Contains("P302 /etc/hosts: ", StringComparison.Ordinal))); // two names are missing
    }

    [Fact]
    public async Task What_cannot_be_mended_is_not_tried_without_end()
    {
        using var machine = HealthyMachine.Create(keys);
        machine.Write("/var/sigstore/keys/images-developer.pgp", "garbage");
        await using var watch = await Watch.StartAsync(machine, fix: true);
        for (var i = 0; i < 5; i++)
        {
            machine.Write("/home/bob/.bashrc", $"{i}\n", 1001);
            await Task.Delay(400, TestContext.Current.CancellationToken);
        }

        Assert.InRange(watch.Lines.Count(l => l.StartsWith("cannot mend", StringComparison.Ordinal)), 0, 1);
    }

    [Fact]
    public async Task The_service_tells_the_journal_mends_and_ends_cleanly_when_told()
    {
        using var machine = HealthyMachine.Create(keys);
        await using var service = RunningProgram.Start(PlombaProgram.Path, ["host", "watch", "--fix", "--root", machine.Real("/")]);
        await SaysAsync(service, "watching: 0 errors, 0 warnings");
        machine.Unlock();
        await SaysAsync(service, "P109 carol: no longer found");
        Assert.Equal(0, await service.StopAsync());
        Assert.Contains("the watch ends", service.Log, StringComparison.Ordinal);
    }

    private static async Task SaysAsync(RunningProgram service, string text)
    {
        for (var i = 0; i < 100 && !service.Log.Contains(text, StringComparison.Ordinal); i++)
            await Task.Delay(Soon / 100, TestContext.Current.CancellationToken);
        Assert.Contains(text, service.Log, StringComparison.Ordinal);
    }

    private sealed class Watch : IWatchedHost, IWatchJournal, IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly HealthyMachine _machine;
        private readonly bool _fix;
        private readonly List<string> _lines = [];
        private Task? _running;

        private Watch(HealthyMachine machine, bool fix) => (_machine, _fix) = (machine, fix);

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                    return [.. _lines];
            }
        }

        public static async Task<Watch> StartAsync(HealthyMachine machine, bool fix)
        {
            var watch = new Watch(machine, fix);
            var ready = new TaskCompletionSource();
            var host = new HostWatch(watch, machine.Real("/").TrimEnd('/'), watch, TimeProvider.System) { Ready = ready.SetResult };
            watch._running = host.RunAsync(watch._end.Token);
            await ready.Task.WaitAsync(Soon);
            return watch;
        }

        public async Task SeesAsync(string line)
        {
            for (var i = 0; i < 100; i++)
            {
                if (Lines.Any(l => l.StartsWith(line, StringComparison.Ordinal)))
                    return;
                await Task.Delay(Soon / 100, TestContext.Current.CancellationToken);
            }

            Assert.Fail($"\"{line}\" was not seen, but: {string.Join('\n', Lines)}");
        }

        public async Task<CheckedMachine> ReadAsync(CancellationToken cancellation)
        {
            var accounts = (await AccountFiles.ReadAsync(_machine.Root, TimeProvider.System, [], cancellation)).Require();
            return new CheckedMachine(_machine.Root, _machine.Site, CheckedUsers.Of(accounts, _machine.Site.Groups), TimeProvider.System);
        }

        public async Task<bool> MendAsync(CheckReport report, IWatchJournal journal, CancellationToken cancellation)
        {
            if (!_fix)
                return true;
            var mended = await new Mender(_machine.Root, _machine.Site, new LocalMaterial(_machine.Root, _machine.Site), TimeProvider.System).MendAsync(report, cancellation);
            foreach (var change in mended.Changes)
                Write(JournalPriority.Notice, $"mended {change.Path}");
            foreach (var problem in mended.Problems)
                Write(JournalPriority.Error, $"cannot mend: {problem}");
            return mended.Problems.IsEmpty;
        }

        public void Write(JournalPriority priority, string line)
        {
            lock (_lines)
                _lines.Add(line);
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _running!.WaitAsync(Soon);
            _end.Dispose();
        }
    }
}
