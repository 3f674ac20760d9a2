using System.Globalization;
using Plomba.Files;

namespace Plomba.Registry.Tests.Catalog;

/// <summary>
/// The power fails while four clients push: at a random moment the file system is shut down without flushing anything, so
/// that its device holds nothing but what had reached it; mounted again, it is looked at.
/// </summary>
public sealed class PowerLossTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("PLOMBA_LONG") == "1" ? 200 : 10;
    private readonly TemporaryDirectory _directory = new();
    private readonly Random _random = new(20261123);

    [Fact]
    public async Task Whatever_was_acknowledged_before_the_power_failed_is_whole()
    {
        Assert.SkipUnless(LoopDevice.IsPossible, LoopDevice.Reason);
        var acknowledged = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var lines = await PushUntilPowerFailsAsync(round);
            acknowledged += lines.Length;
            await using var after = await LoopDevice.MountAsync(_directory.Combine("image"), _directory.Combine("after"));
            Assert.NotNull(after);
            var pushes = new AcknowledgedPushes(_directory.Combine("after", "data"));
            await pushes.CheckAsync(lines, afterPowerLoss: true);
            await pushes.CheckEverythingAsync();
        }

        output.WriteLine($"{Rounds} power failures, {acknowledged} acknowledgements");
    }

    public void Dispose() => _directory.Dispose();

    private async Task<string[]> PushUntilPowerFailsAsync(int round)
    {
        File.Delete(_directory.Combine("image"));
        await using var device = await LoopDevice.CreateAsync(_directory.Combine("image"), 512 * 1024 * 1024, _directory.Combine("before"));
        Assert.SkipWhen(device is null, LoopDevice.Reason);
        var acknowledgements = _directory.Combine($"round-{round}");
        using var kill = new CancellationTokenSource();
        var worker = ChildProcess.RunAsync(
            AcknowledgedPushes.Worker, [_directory.Combine("before", "data"), acknowledgements, round.ToString(CultureInfo.InvariantCulture)], cancellation: kill.Token);
        while (!worker.IsCompleted && (!File.Exists(acknowledgements) || File.ReadAllLines(acknowledgements).Length < 20))
            await Task.Delay(5);
        await Task.Delay(_random.Next(0, 400));

        device.CutPower();
        await kill.CancelAsync();
        await Task.WhenAny(worker);
        // Nothing can have been acknowledged since: every fsync failed.
        return File.ReadAllLines(acknowledgements);
    }
}
