using System.Globalization;

namespace Plomba.Fuzzing.Tests;

/// <summary>
/// Every parser that eats foreign bytes: two seconds each, a minute with <c>PLOMBA_LONG</c>, or <c>PLOMBA_FUZZ_SECONDS</c>.
/// A finding names its seed, and <c>PLOMBA_SEED</c> runs it again.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        Number("PLOMBA_FUZZ_SECONDS") ?? (Environment.GetEnvironmentVariable("PLOMBA_LONG") is null ? 2 : 60));

    public static TheoryData<string> Names => [.. Parsers.All.Select(parser => parser.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_foreign_breaks_stops_or_bloats_it(string name)
    {
        var parser = Parsers.All.Single(parser => parser.Name == name);
        var campaign = new Campaign(parser, Number("PLOMBA_SEED") ?? Random.Shared.Next());
        var finding = campaign.Run(Duration);
        output.WriteLine($"{name}: {campaign.Inputs} inputs, {campaign.Outcomes} outcomes");
        Assert.True(finding is null, finding);
        Assert.True(campaign.Outcomes > 2, "the inputs never got anywhere");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
