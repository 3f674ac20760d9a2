using Plomba.Testing;
using Plomba.Trust.Configuration.RegistriesConf;

namespace Plomba.Trust.Tests.Configuration;

public sealed class ShortNameVectorTests(ITestOutputHelper output)
{
    [Fact]
    public void Names_of_aliases_are_checked_as_recorded() => Vectors.Check("short-names/alias-name-valid.jsonl", vector =>
    {
        var error = ShortName.CheckAliasName(vector.GetProperty("name").GetString()!);
        return error is null == vector.GetProperty("valid").GetBoolean() ? Outcome.Pass : Outcome.Fail($"{error}");
    }, output);

    [Fact]
    public void Values_of_aliases_are_read_as_recorded() => Vectors.Check("short-names/alias-value.jsonl", vector =>
    {
        var reference = ShortName.ParseAliasValue(vector.GetProperty("value").GetString()!, out var error);
        return reference?.Text == vector.GetProperty("result").GetString() ? Outcome.Pass : Outcome.Fail($"{reference} {error}");
    }, output);
}
