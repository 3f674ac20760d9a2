using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Plomba.Images;
using Plomba.Testing;
using Plomba.Trust.Configuration;
using Plomba.Trust.Configuration.RegistriesConf;

namespace Plomba.Trust.Tests.Configuration;

public sealed class RegistriesConfVectorTests(ITestOutputHelper output)
{
    private const string System = "/etc/containers/registries.conf";

    [Fact]
    public void Registries_are_looked_up_as_recorded() => Vectors.Check("registries-conf/lookups.jsonl", Judge, output);

    [Fact]
    public void Prefixes_match_as_recorded() => Vectors.Check("registries-conf/prefix-match.jsonl", vector =>
    {
        var length = RegistryPrefix.Match(vector.GetProperty("ref").GetString()!, vector.GetProperty("prefix").GetString()!);
        return length == vector.GetProperty("matchLength").GetInt32() ? Outcome.Pass : Outcome.Fail($"{length}");
    }, output);

    [Fact]
    public void References_are_rewritten_as_recorded() => Vectors.Check("registries-conf/rewrite.jsonl", vector =>
    {
        Assert.True(ImageReference.TryParse(vector.GetProperty("ref").GetString(), out var reference));
        var rewritten = RegistryPrefix.Rewrite(reference, vector.GetProperty("prefix").GetString()!, vector.GetProperty("location").GetString()!, out var error);
        return rewritten?.Text == vector.GetProperty("result").GetString() && error == vector.GetProperty("error").GetString()
            ? Outcome.Pass
            : Outcome.Fail($"{rewritten} {error}");
    }, output);

    [Fact]
    public void Pull_sources_are_those_recorded() => Vectors.Check("registries-conf/pull-sources.jsonl", vector =>
    {
        var registry = vector.GetProperty("registry");
        var toml = $"[[registry]]\nprefix = {registry.GetProperty("prefix").GetRawText()}\nlocation = {registry.GetProperty("location").GetRawText()}\n"
            + $"insecure = {registry.GetProperty("insecure").GetRawText()}\nmirror-by-digest-only = {registry.GetProperty("mirrorByDigestOnly").GetRawText()}\n"
            + string.Concat(registry.GetProperty("mirrors").EnumerateArray().Select(m =>
                $"[[registry.mirror]]\nlocation = {m.GetProperty("location").GetRawText()}\ninsecure = {m.GetProperty("insecure").GetRawText()}\n"
                + $"pull-from-mirror = {m.GetProperty("pullFromMirror").GetRawText()}\n"));
        if (Load(new HandedFiles().Add(System, toml), out var mistake) is not { } configuration)
            return Outcome.Fail($"{mistake}");
        Assert.True(ImageReference.TryParse(vector.GetProperty("ref").GetString(), out var reference));
        return SameSources(configuration.SourcesOf(reference), vector.GetProperty("sources"), s => s.GetProperty("endpoint").GetProperty("insecure").GetBoolean());
    }, output);

    private static Outcome Judge(JsonElement vector)
    {
        var files = new HandedFiles().Add(System, vector.GetProperty("conf").GetString()!);
        foreach (var dropIn in vector.GetProperty("dropIns").EnumerateObject())
            files.Add($"/etc/containers/registries.conf.d/{dropIn.Name}", dropIn.Value.GetString()!);
        var expected = vector.GetProperty("expect");
        if (Load(files, out var mistake) is not { } configuration)
            return expected.TryGetProperty("loadError", out var error) ? SameError(error.GetString()!, mistake!) : Outcome.Fail($"{mistake}");
        if (expected.TryGetProperty("loadError", out var loadError))
            return Outcome.Fail($"loaded, recorded {loadError}");

        var recorded = JsonNode.Parse(expected.GetProperty("config").GetRawText());
        if (!JsonNode.DeepEquals(Json(configuration), recorded))
            return Outcome.Fail($"merged to {Json(configuration).ToJsonString()}, recorded {recorded!.ToJsonString()}");
        foreach (var lookup in expected.GetProperty("lookups").EnumerateArray())
        {
            Assert.True(ImageReference.TryParse(lookup.GetProperty("ref").GetString(), out var reference));
            var sources = configuration.SourcesOf(reference.WithDefaultTag());
            if (sources.Entry?.Prefix != lookup.GetProperty("registry").GetString())
                return Outcome.Fail($"{reference}: entry {sources.Entry?.Prefix}");
            if (sources.Entry is not { } entry)
                continue;
            if (entry.Blocked != lookup.GetProperty("blocked").GetBoolean() || entry.Insecure != lookup.GetProperty("insecure").GetBoolean())
                return Outcome.Fail($"{reference}: blocked {entry.Blocked}, insecure {entry.Insecure}");
            if (lookup.TryGetProperty("sourcesError", out var sourcesError))
            {
                if (sources.Error != sourcesError.GetString())
                    return Outcome.Fail($"{reference}: {sources.Error}, recorded {sourcesError}");
            }
            else if (SameSources(sources, lookup.GetProperty("sources"), s => s.GetProperty("insecure").GetBoolean()) is { Failure: not null } failed)
            {
                return failed;
            }
        }

        return Outcome.Pass;
    }

    private static Outcome SameSources(PullSources ours, JsonElement recorded, Func<JsonElement, bool> insecure)
    {
        var wanted = recorded.EnumerateArray().Select(s => $"{s.GetProperty("reference").GetString()} {insecure(s)}").ToList();
        var got = ours.Sources.Select(s => $"{s.Reference} {s.Insecure}").ToList();
        return wanted.SequenceEqual(got) ? Outcome.Pass : Outcome.Fail($"{string.Join(", ", got)}{ours.Error}, recorded {string.Join(", ", wanted)}");
    }

    // The texts of the TOML library are its own; the reference dumps its structures behind "mixing".
    private static Outcome SameError(string recorded, ConfigurationMistake ours)
    {
        var text = recorded[(recorded.IndexOf("\": ", StringComparison.Ordinal) + 3)..].Split(": …")[0];
        return text == ours.Message || (text.StartsWith("toml:", StringComparison.Ordinal) && ours.Message.StartsWith("toml:", StringComparison.Ordinal))
            ? Outcome.Pass
            : Outcome.Fail($"{ours.Message}, recorded {text}");
    }

    private static RegistriesConfiguration? Load(HandedFiles files, out ConfigurationMistake? mistake) =>
        RegistriesConfiguration.Load(null, new TrustEnvironment("/home/anna", IsRoot: false, _ => null), files, out mistake);

    private static JsonObject Json(RegistriesConfiguration configuration) => new()
    {
        ["aliases"] = new JsonObject(configuration.Aliases.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value))),
        ["credentialHelpers"] = Texts(configuration.CredentialHelpers),
        ["registries"] = new JsonArray([.. configuration.Registries.Select(r => new JsonObject
        {
            ["blocked"] = r.Blocked,
            ["insecure"] = r.Insecure,
            ["location"] = r.Location,
            ["mirrorByDigestOnly"] = r.MirrorByDigestOnly,
            ["mirrors"] = new JsonArray([.. r.Mirrors.Select(m => new JsonObject
            {
                ["insecure"] = m.Insecure,
                ["location"] = m.Location,
                ["pullFromMirror"] = m.PullFrom switch
                {
                    PullFromMirror.All => "all",
                    PullFromMirror.DigestOnly => "digest-only",
                    PullFromMirror.TagOnly => "tag-only",
                    _ => "",
                },
            })]),
            ["prefix"] = r.Prefix,
        })]),
        ["shortNameMode"] = configuration.ShortNameMode switch
        {
            ShortNameMode.Permissive => "permissive",
            ShortNameMode.Enforcing => "enforcing",
            _ => "disabled",
        },
        ["unqualifiedSearchRegistries"] = configuration.UnqualifiedSearchRegistries is { } search ? Texts(search) : null,
        ["unqualifiedSearchRegistriesOrigin"] = configuration.UnqualifiedSearchRegistriesOrigin?.Replace("/etc/containers", "$DIR", StringComparison.Ordinal),
    };

    private static JsonArray Texts(ImmutableArray<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
