using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Plomba.Files;
using Plomba.Site.Watching;

namespace Plomba.Site.Tests.Watching;

public sealed class SiteWatcherTests : ISiteFollower, IDisposable
{
    private const string Changed = Sites.Minimal + "[[namespace]]\nname = \"alt\"\n";

    private readonly TemporaryDirectory _work = new();
    private readonly BlockingCollection<SiteChange> _taken = [];
    private readonly BlockingCollection<string> _kept = [];
    private Func<SiteDescription, string?> _refuse = _ => null;

    [Fact]
    public void A_file_written_in_place_is_taken_up()
    {
        using var watcher = Watch();

        File.WriteAllText(Site, Changed);

        var change = Taken();
        Assert.Equal(["[[namespace]]"], change.Changed);
        Assert.Empty(change.NeedsRestart);
        Assert.Equal("alt", Assert.Single(watcher.Current.Namespaces).Name.Text);
        Assert.Empty(_kept);
    }

    [Fact]
    public void A_file_replaced_by_rename_is_taken_up_again_and_again()
    {
        using var watcher = Watch();

        DurableFile.Write(Site, System.Text.Encoding.UTF8.GetBytes(Changed));
        Assert.Single(Taken().Site.Namespaces);
        DurableFile.Write(Site, System.Text.Encoding.UTF8.GetBytes(Sites.Minimal));
        Assert.Empty(Taken().Site.Namespaces);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_named_pipe_in_its_place_is_reported_and_the_next_file_is_taken_up()
    {
        using var watcher = Watch();

        await ChildProcess.RunAsync("mkfifo", [_work.Combine("pipe")], cancellation: TestContext.Current.CancellationToken);
        DurableFile.Publish(_work.Combine("pipe"), Site);
        Assert.Contains("named pipe", _kept.Take(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        DurableFile.Write(_work.Combine("next"), System.Text.Encoding.UTF8.GetBytes(Changed));
        DurableFile.Publish(_work.Combine("next"), Site);
        Assert.Single(Taken().Site.Namespaces);
    }

    [Fact]
    public void A_link_whose_target_is_exchanged_is_taken_up()
    {
        Directory.CreateDirectory(_work.Combine("1"));
        Directory.CreateDirectory(_work.Combine("2"));
        File.WriteAllText(_work.Combine("1", "site.toml"), Sites.Minimal);
        File.WriteAllText(_work.Combine("2", "site.toml"), Changed);
        File.CreateSymbolicLink(_work.Combine("data"), "1");
        File.CreateSymbolicLink(Site, "data/site.toml");
        using var watcher = new SiteWatcher(SiteFile.Read(Site).Site!, this, TimeProvider.System);

        File.CreateSymbolicLink(_work.Combine("data.new"), "2");
        DurableFile.Publish(_work.Combine("data.new"), _work.Combine("data"));

        Assert.Single(Taken().Site.Namespaces);
    }

    [Fact]
    public async Task A_file_that_is_being_written_is_not_read_before_it_is_quiet()
    {
        var clock = new FakeTimeProvider();
        using var watcher = Watch(clock);

        await using (var file = new FileStream(Site, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite))
        {
            foreach (var piece in Changed.Chunk(Changed.Length / 6))
            {
                await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(piece));
                await file.FlushAsync();
                await Task.Delay(60);
            }
        }

        for (var attempt = 0; attempt < 500 && _taken.Count == 0; attempt++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(20);
        }

        Assert.Single(Taken().Site.Namespaces);
        Assert.Empty(_kept);
    }

    [Fact]
    public async Task An_invalid_or_missing_file_is_reported_once_and_the_old_site_stays()
    {
        using var watcher = Watch();
        var old = watcher.Current;

        File.WriteAllText(Site, Sites.Minimal + "colour = 1\nadress = 2\n");
        Assert.StartsWith("line 6: unknown-key: ", Kept(), StringComparison.Ordinal);
        File.SetLastWriteTimeUtc(Site, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.WriteAllText(Site, "");
        Assert.Contains("format = 1", Kept(), StringComparison.Ordinal);
        File.Delete(Site);
        Assert.Contains("cannot be read", Kept(), StringComparison.Ordinal);
        Assert.Same(old, watcher.Current);
        File.WriteAllText(Site, Sites.Minimal);
        await Task.Delay(600);
        Assert.Empty(_kept);
        Assert.Empty(_taken);

        File.WriteAllText(Site, Changed);
        Assert.Single(Taken().Site.Namespaces);
    }

    [Fact]
    public void A_reload_reads_at_once_and_reports_again_what_is_wrong()
    {
        using var watcher = Watch();
        File.WriteAllText(Site, Changed);
        watcher.Reload();
        Assert.Single(watcher.Current.Namespaces);

        File.WriteAllText(Site, "");
        watcher.Reload();
        watcher.Reload();

        Assert.True(_kept.Count >= 2);
        Assert.Single(watcher.Current.Namespaces);
    }

    [Fact]
    public void Listeners_and_directories_wait_for_a_restart_and_the_rest_does_not()
    {
        using var watcher = Watch();

        File.WriteAllText(Site, Changed.Replace("name = \"localhost:5000\"\n", "name = \"localhost:5001\"\nlisten = [\"127.0.0.1:5001\"]\ndata = \"/elsewhere\"\n", StringComparison.Ordinal));

        var change = Taken();
        Assert.Equal(["registry.listen", "registry.data", "signatures.inboxes", "keys.directory"], change.NeedsRestart);
        Assert.Equal(["[registry]", "[signatures]", "[[namespace]]"], change.Changed);
        Assert.Equal("localhost:5001", watcher.Current.Registry.Name.Text);
        Assert.Equal("127.0.0.1:5000", Assert.Single(watcher.Current.Registry.Listen).Text);
        Assert.Equal(_work.Combine("plomba-data", "keys"), watcher.Current.KeysDirectory.Text);

        File.WriteAllText(Site, Changed);
        Assert.Empty(Taken().NeedsRestart);
    }

    [Fact]
    public void A_valid_site_that_the_follower_refuses_is_not_taken()
    {
        _refuse = site => site.Namespaces.Count > 0 ? "no namespaces today" : null;
        using var watcher = Watch();

        File.WriteAllText(Site, Changed);

        Assert.Equal("no namespaces today", Kept());
        Assert.Empty(watcher.Current.Namespaces);
    }

    [Fact]
    public async Task Another_file_that_is_written_without_end_beside_the_site_delays_nothing()
    {
        using var watcher = Watch();
        using var stop = new CancellationTokenSource();
        var noise = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await File.AppendAllTextAsync(_work.Combine("log"), "x");
                await Task.Delay(20);
            }
        });

        File.WriteAllText(Site, Changed);

        Assert.Single(Taken().Site.Namespaces);
        await stop.CancelAsync();
        await noise;
    }

    [Fact]
    public void A_change_between_the_first_reading_and_the_watch_is_taken_up()
    {
        File.WriteAllText(Site, Sites.Minimal);
        var site = SiteFile.Read(Site).Site!;
        File.WriteAllText(Site, Changed);
        using var watcher = new SiteWatcher(site, this, TimeProvider.System);

        Assert.Single(Taken().Site.Namespaces);
    }

    string? ISiteFollower.Refuse(SiteDescription site) => _refuse(site);

    void ISiteFollower.Take(SiteChange change) => _taken.Add(change);

    void ISiteFollower.Keep(string why) => _kept.Add(why);

    public void Dispose() => _work.Dispose();

    private string Site => _work.Combine("site.toml");

    private SiteWatcher Watch(TimeProvider? clock = null)
    {
        File.WriteAllText(Site, Sites.Minimal);
        return new SiteWatcher(SiteFile.Read(Site).Site!, this, clock ?? TimeProvider.System);
    }

    private SiteChange Taken() => _taken.TryTake(out var change, TimeSpan.FromSeconds(20)) ? change : throw new TimeoutException($"no change was taken; kept: {string.Join("; ", _kept)}");

    private string Kept() => _kept.TryTake(out var why, TimeSpan.FromSeconds(20)) ? why : throw new TimeoutException("nothing was reported");
}
