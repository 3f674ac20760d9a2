using System.Text;
using System.Text.Json;
using Plomba.Testing;
using Plomba.Transfer.Registries;

namespace Plomba.Transfer.Tests.Registries;

public sealed class ChallengeTests(ITestOutputHelper output)
{
    [Fact]
    public void Challenges_are_read_as_recorded() => Vectors.Check("auth/www-authenticate.jsonl", Judge, output);

    [Fact]
    public void A_value_that_is_never_closed_ends_the_parameters()
    {
        var challenge = Challenge.Parse("Bearer realm=\"https://r.example/token\",service=\"never closed");
        Assert.Equal("bearer", challenge.Scheme);
        Assert.Equal("https://r.example/token", challenge["realm"]);
        Assert.Null(challenge["service"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",,,")]
    [InlineData("=\"x\"")]
    public void What_is_no_challenge_has_no_scheme(string header) => Assert.Equal("", Challenge.Parse(header).Scheme);

    private static Outcome Judge(JsonElement vector)
    {
        var found = Challenge.Parse(Encoding.UTF8.GetString(vector.GetProperty("headerB64").GetBytesFromBase64()));
        var wanted = vector.GetProperty("params").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal);
        if (found.Scheme != vector.GetProperty("scheme").GetString())
            return Outcome.Fail($"scheme {found.Scheme}");
        return found.Parameters.Count == wanted.Count && wanted.All(p => found[p.Key] == p.Value)
            ? Outcome.Pass
            : Outcome.Fail(string.Join(", ", found.Parameters));
    }
}
