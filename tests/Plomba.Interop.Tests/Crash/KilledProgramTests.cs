using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Crash;

/// <summary><c>plomba serve</c> itself is killed (SIGKILL) while clients push and sign over HTTP, and started again on the same data.</summary>
public sealed class KilledProgramTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("PLOMBA_LONG") == "1";
    private static readonly string[] Repositories = ["crash/one", "crash/two", "crash/three"];
    private readonly TemporaryDirectory _directory = new(prefix: "killed");
    private readonly GpgHome _gpg = new();
    private readonly string _registry = $"127.0.0.1:{RunningProgram.FreePort().ToString(CultureInfo.InvariantCulture)}";
    private readonly Random _random = new(20261123);
    private readonly ConcurrentBag<Acknowledged> _everything = [];
    private HttpClient _http = null!;

    private string Data => _directory.Combine("data");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        await _gpg.CreateKeyAsync("crash@example.org", "ed25519");
        _http = new HttpClient { BaseAddress = new Uri($"http://{_registry}") };
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        await _gpg.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_was_acknowledged_before_a_kill_is_served_after_it_and_nothing_half_made()
    {
        var (rounds, limit) = Long ? (100, TimeSpan.FromMinutes(20)) : (100, TimeSpan.FromSeconds(30));
        var (clock, kills) = (Stopwatch.StartNew(), 0);
        for (; kills < rounds && clock.Elapsed < limit; kills++)
            await PushUntilKilledAsync(kills);
        await using (await StartAsync())
            await EverythingHoldsAsync();
        output.WriteLine($"{kills} kills, {_everything.Count} acknowledged pushes, {clock.Elapsed.TotalSeconds:F0} s");
        Assert.InRange(_everything.Count(p => p.Signature is not null), 5, int.MaxValue);

        foreach (var damage in new Action<string>[] { File.Delete, Overwrite })
        {
            damage(Path.Combine(Data, "index.db"));
            await using var server = await StartAsync();
            await EverythingHoldsAsync();
            await new PushingClient(_http, _gpg, _registry, Repositories[0], _everything).PushAsync($"after-{damage.Method.Name.ToLowerInvariant()}", sign: true);
            await EverythingHoldsAsync();
            server.Kill();
        }
    }

    [Fact]
    public async Task A_push_by_skopeo_that_a_kill_cut_off_works_the_next_time()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");
        using var home = new ContainersHome();
        home.Insecure(_registry);
        var layout = _directory.Combine("image");
        TinyImage.Write(layout, "cut off", padding: 32 << 20);
        string[] push = ["--insecure-policy", "copy", $"dir:{layout}", $"docker://{_registry}/cut/off:1"];
        await using (var server = await StartAsync())
        {
            var pushing = home.RunAsync("skopeo", push);
            await Task.Delay(300);
            server.Kill();
            await pushing;
        }

        await using var again = await StartAsync();
        await new ServedContent(_http).IsWholeAsync("cut/off");
        await home.MustAsync("skopeo", push);
        Assert.Equal(1, await new ServedContent(_http).IsWholeAsync("cut/off"));
    }

    private static void Overwrite(string index) => DurableFile.Write(index, RandomNumberGenerator.GetBytes(50_000));

    private async Task PushUntilKilledAsync(int round)
    {
        await using var server = await StartAsync();
        var acknowledged = new ConcurrentBag<Acknowledged>();
        var prefix = $"r{round.ToString(CultureInfo.InvariantCulture)}";
        var pushing = Task.WhenAll(Repositories.Select(
            repository => new PushingClient(_http, _gpg, _registry, repository, acknowledged).RunAsync(prefix)));
        await Task.WhenAny(pushing, Task.Delay(_random.Next(50, 600)));
        server.Kill();
        await pushing;
        foreach (var pushed in acknowledged)
            _everything.Add(pushed);

        await using var again = await StartAsync();
        var served = new ServedContent(_http);
        await served.HoldsAsync(acknowledged);
        await new PushingClient(_http, _gpg, _registry, Repositories[round % 3], _everything).PushAsync($"{prefix}-next", sign: false);
        if (round % 10 == 0)
            await EverythingIsWholeAsync();
        again.Kill();
    }

    private async Task EverythingHoldsAsync()
    {
        await new ServedContent(_http).HoldsAsync(_everything);
        Assert.InRange(await EverythingIsWholeAsync(), _everything.Count, int.MaxValue);
    }

    private async Task<int> EverythingIsWholeAsync()
    {
        var count = 0;
        foreach (var repository in Repositories)
            count += await new ServedContent(_http).IsWholeAsync(repository);
        return count;
    }

    private Task<RunningProgram> StartAsync() =>
        RunningProgram.StartAsync(PlombaProgram.Path, ["serve", "--data", Data, "--listen", _registry], $"http://{_registry}/healthz");
}
