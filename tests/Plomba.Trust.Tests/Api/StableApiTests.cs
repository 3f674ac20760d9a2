using Plomba.Testing;

namespace Plomba.Trust.Tests.Api;

/// <summary>The libraries keep what docs/library.md promises.</summary>
public sealed class StableApiTests
{
    private static readonly string Listing = Path.Combine(PlombaProgram.Repository, "tests", "Plomba.Trust.Tests", "Api", "stable.txt");

    [Fact]
    public async Task The_promised_members_are_those_of_the_list()
    {
        var actual = StableApi.List();
        if (Environment.GetEnvironmentVariable("PLOMBA_UPDATE_API") is { Length: > 0 })
            await File.WriteAllTextAsync(Listing, actual);
        var listed = (await File.ReadAllTextAsync(Listing)).Split('\n');
        var found = actual.Split('\n');
        Assert.True(
            listed.SequenceEqual(found),
            $"gone:\n{string.Join('\n', listed.Except(found))}\nnew:\n{string.Join('\n', found.Except(listed))}\nA wanted change: run this test with PLOMBA_UPDATE_API=1 and commit stable.txt.");
    }
}
