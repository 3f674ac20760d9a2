using System.Diagnostics;
using System.Globalization;
using Plomba.Files;

namespace Plomba.Registry.Tests.Catalog;

/// <summary>A server is killed (SIGKILL) at random moments while four clients push, sign and delete.</summary>
public sealed class KilledServerTests(ITestOutputHelper output) : IDisposable
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("PLOMBA_LONG") == "1";
    private readonly TemporaryDirectory _directory = new();
    private readonly Random _random = new(20261123);

    [Fact]
    public async Task Whatever_was_acknowledged_is_whole_and_nothing_half_made_is_visible()
    {
        var (rounds, limit) = Long ? (1000, TimeSpan.FromMinutes(30)) : (100, TimeSpan.FromSeconds(40));
        var clock = Stopwatch.StartNew();
        var (kills, acknowledged) = (0, 0);
        for (; kills < rounds && clock.Elapsed < limit; kills++)
        {
            var acknowledgements = _directory.Combine($"round-{kills}");
            await PushUntilKilledAsync(acknowledgements, kills);
            if (kills % 7 == 3)
                DamageIndex(kills);
            var lines = File.Exists(acknowledgements) ? File.ReadAllLines(acknowledgements) : [];
            acknowledged += lines.Length;
            await new AcknowledgedPushes(Data).CheckAsync(lines);
        }

        output.WriteLine($"{kills} kills, {acknowledged} acknowledgements, {clock.Elapsed.TotalSeconds:F0} s");
        Assert.InRange(acknowledged, 100, int.MaxValue);
        await new AcknowledgedPushes(Data).CheckEverythingAsync();
    }

    public void Dispose() => _directory.Dispose();

    private string Data => _directory.Combine("data");

    private async Task PushUntilKilledAsync(string acknowledgements, int round)
    {
        using var kill = new CancellationTokenSource();
        var running = ChildProcess.RunAsync(AcknowledgedPushes.Worker, [Data, acknowledgements, round.ToString(CultureInfo.InvariantCulture)], cancellation: kill.Token);
        var starting = Stopwatch.StartNew();

        // Every fifth dies while it starts, perhaps in the middle of making the index again.
        while (round % 5 != 4 && !File.Exists(acknowledgements) && !running.IsCompleted && starting.Elapsed < TimeSpan.FromSeconds(20))
            await Task.Delay(2);
        await Task.Delay(_random.Next(0, 250));
        await kill.CancelAsync();
        try
        {
            var result = await running;
            Assert.Fail($"the server ended by itself: {result.Errors}");
        }
        catch (OperationCanceledException)
        {
            // Killed.
        }
    }

    private void DamageIndex(int round)
    {
        var index = Path.Combine(Data, "index.db");
        switch (round / 7 % 3)
        {
            case 0:
                File.Delete(index);
                break;
            case 1:
                using (var file = File.OpenHandle(index, FileMode.Open, FileAccess.ReadWrite))
                    RandomAccess.SetLength(file, _random.NextInt64(RandomAccess.GetLength(file)));
                break;
            default:
                var rubbish = new byte[20_000];
                _random.NextBytes(rubbish);
                DurableFile.Write(index, rubbish);
                break;
        }
    }
}
