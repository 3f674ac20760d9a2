using System.Globalization;

namespace Plomba.Fuzzing.Tests;

/// <summary>
/// Every parser that eats foreign bytes: two seconds each, a minute with <c>PLOMBA_LONG</c>, or <c>PLOMBA_FUZZ_SECONDS</c>.
/// A finding names its seed, and <c>PLOMBA_SEED</c> runs it again.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    // The short run repeats itself, so that a change is judged by what it changed; the long one explores.
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("PLOMBA_LONG") is not null;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        Number("PLOMBA_FUZZ_SECONDS") ?? (IsLong ? 60 : 2));

    // Above the longest that one input may take, and a second look at what it holds.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Names => [.. Parsers.All.Select(parser => parser.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nothing_foreign_breaks_stops_or_bloats_it(string name)
    {
        var parser = Parsers.All.Single(parser => parser.Name == name);
        var campaign = new Campaign(parser, Number("PLOMBA_SEED") ?? (IsLong ? Random.Shared.Next() : 1));
        var running = Task.Run(() => campaign.Run(Duration));
        var isEnded = await Task.WhenAny(running, Task.Delay(Duration + Patience)) == running;
        var finding = isEnded ? await running : campaign.Stuck;
        output.WriteLine($"{name}: {campaign.Inputs} inputs, {campaign.Outcomes} outcomes");
        Assert.True(finding is null, finding);
        Assert.True(campaign.Outcomes > 2, "the inputs never got anywhere");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
