using System.Text.Json;
using Plomba.Testing;

namespace Plomba.Images.Tests;

public sealed class ReferenceVectorTests(ITestOutputHelper output)
{
    [Fact]
    public void Digests_are_judged_as_recorded() => Vectors.Check("reference/digest.jsonl", static vector =>
    {
        var accepted = Digest.TryParse(vector.GetProperty("input").GetString(), out _, out var why);
        return Compare(vector, accepted, accepted ? null : ReferenceError.BadDigest(why));
    }, output);

    [Fact]
    public void References_are_normalised_as_recorded() => Vectors.Check("reference/normalized.jsonl", static vector =>
    {
        _ = ImageReference.TryParse(vector.GetProperty("input").GetString(), out var reference, out var error);
        return Compare(vector, reference, error);
    }, output);

    [Fact]
    public void References_are_read_raw_and_canonical_as_recorded() => Vectors.Check("reference/raw.jsonl", static vector =>
    {
        var input = vector.GetProperty("input").GetString();
        _ = vector.GetProperty("group").GetString() == "ParseNamed"
            ? ImageReference.TryParseCanonical(input, out var reference, out var error)
            : ImageReference.TryParseRaw(input, out reference, out error);
        return Compare(vector, reference, error);
    }, output);

    private static Outcome Compare(JsonElement vector, ImageReference? reference, ReferenceError? error)
    {
        if (reference is null || !vector.GetProperty("accept").GetBoolean())
            return Compare(vector, reference is not null, error);
        var expected = vector.GetProperty("result");
        var (recorded, ours) = (Describe(key => expected.TryGetProperty(key, out var v) ? v.ToString() : ""), Describe(reference));
        return recorded == ours ? Outcome.Pass : Outcome.Fail($"{ours} instead of {recorded}");
    }

    private static Outcome Compare(JsonElement vector, bool accepted, ReferenceError? error)
    {
        if (accepted != vector.GetProperty("accept").GetBoolean())
            return Outcome.Fail(accepted ? "accepted" : $"refused: {error}");
        var recorded = accepted ? null : vector.GetProperty("error").GetString();
        return recorded == error?.Message ? Outcome.Pass : Outcome.Fail($"'{error}' instead of '{recorded}'");
    }

    private static string Describe(ImageReference reference) => Describe(key => key switch
    {
        "domain" => reference.Domain,
        "path" => reference.Path.Text,
        "name" => reference.Name,
        "string" => reference.Text,
        "familiar" => reference.Familiar,
        "tag" => reference.Tag?.Text ?? "",
        "digest" => reference.Digest?.Text ?? "",
        _ => reference.IsNameOnly.ToString(),
    });

    private static string Describe(Func<string, string> value) =>
        string.Join(' ', new[] { "domain", "path", "name", "string", "familiar", "tag", "digest", "isNameOnly" }.Select(k => $"{k}={value(k)}"));
}
