using System.Text.Json;
using Plomba.Testing;
using Plomba.Trust.Configuration;
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

    [Fact]
    public void Short_names_are_told_as_recorded() => Vectors.Check("short-names/is-short-name.jsonl", vector =>
    {
        var reference = ShortName.Parse(vector.GetProperty("input").GetString()!, out var isShort, out var error);
        return isShort == vector.GetProperty("isShort").GetBoolean() && (reference?.Text ?? "") == (vector.GetProperty("named").GetString() ?? "")
            ? Outcome.Pass
            : Outcome.Fail($"{isShort} {reference} {error}");
    }, output);

    [Fact]
    public void Short_names_are_resolved_as_recorded() => Vectors.Check("short-names/resolve.jsonl", vector =>
    {
        var error = vector.GetProperty("error").GetString();
        // Recorded with a mode that the configuration cannot express.
        if (error?.StartsWith("unsupported short-name mode", StringComparison.Ordinal) == true)
            return Outcome.Except;
        var names = Load(vector.GetProperty("files"));
        var name = vector.GetProperty("name").GetString()!;
        var onlyDockerHub = vector.GetProperty("forceDockerHub").GetBoolean();
        var resolution = vector.GetProperty("group").GetString() == "Resolve"
            ? names.Resolve(name, Mode(vector.GetProperty("mode").GetString()), onlyDockerHub)
            : names.ResolveLocally(name, onlyDockerHub);
        var wanted = vector.GetProperty("candidates") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(c => c.GetString()!) : [];
        return resolution.Candidates.Select(c => c.Text).SequenceEqual(wanted, StringComparer.Ordinal) && IsSame(error, resolution.Error)
            ? Outcome.Pass
            : Outcome.Fail($"{name}: {string.Join(' ', resolution.Candidates)} {resolution.Error}, recorded {vector.GetProperty("candidates")} {error}");
    }, output);

    // The file's name was another one in the recorded runs.
    private static bool IsSame(string? recorded, string? ours) => recorded?.Split(" are defined in ")[0] == ours?.Split(" are defined in ")[0];

    private static ShortNames Load(JsonElement recorded)
    {
        var files = new HandedFiles()
            .Add("/etc/containers/registries.conf", recorded.GetProperty("registriesConf").GetString()!)
            .Add("/home/anna/.cache/containers/short-name-aliases.conf", recorded.GetProperty("userAliases").GetString()!);
        foreach (var dropIn in recorded.GetProperty("dropIns").EnumerateObject())
            files.Add($"/etc/containers/registries.conf.d/{dropIn.Name}", dropIn.Value.GetString()!);
        var environment = new TrustEnvironment("/home/anna", IsRoot: false, _ => null);
        var configuration = RegistriesConfiguration.Load(null, environment, files, out var mistake);
        Assert.True(configuration is not null, $"{mistake}");
        return ShortNames.Load(configuration, environment, files, out mistake) ?? throw new FormatException($"{mistake}");
    }

    private static ShortNameMode? Mode(string? mode) => mode switch
    {
        "permissive" => ShortNameMode.Permissive,
        "enforcing" => ShortNameMode.Enforcing,
        "disabled" => ShortNameMode.Disabled,
        _ => null,
    };
}
