using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Plomba.Images.Manifests;
using Plomba.Testing;

namespace Plomba.Images.Tests;

public sealed class ManifestVectorTests(ITestOutputHelper output)
{
    [Fact]
    public void Media_types_are_guessed_as_recorded() => Vectors.Check(
        "manifest/guess-mime-type.jsonl",
        static vector => Same(vector, "mimeType", ManifestFormat.Guess(Content(vector))),
        output);

    [Fact]
    public void Content_types_are_normalised_as_recorded() => Vectors.Check(
        "manifest/normalized-mime-type.jsonl",
        static vector => Same(vector, "result", ManifestFormat.Normalize(Text(vector, "input")!)),
        output);

    [Fact]
    public void Digests_are_computed_as_recorded() => Vectors.Check("manifest/digest.jsonl", static vector =>
    {
        var algorithm = new HashAlgorithmName(Text(vector, "algorithm")!.ToUpperInvariant());
        return ManifestDigest.TryCompute(Content(vector), algorithm, out var digest, out var error)
            ? Same(vector, "digest", digest.Text)
            : RefusedSchema1(vector, error);
    }, output);

    [Fact]
    public void Manifests_match_digests_as_recorded() => Vectors.Check("manifest/matches-digest.jsonl", static vector =>
    {
        var content = Content(vector);
        var matches = Digest.TryParse(Text(vector, "expected"), out var expected) && ManifestDigest.Matches(content, expected);
        if (matches == vector.GetProperty("matches").GetBoolean())
            return Outcome.Pass;
        return ManifestDigest.TryCompute(content, out _, out var error)
            ? Outcome.Fail(matches ? "matches" : "does not match")
            : RefusedSchema1(vector, error);
    }, output);

    [Fact]
    public void Ambiguous_formats_are_found_as_recorded() => Vectors.Check("manifest/unambiguous-format.jsonl", static vector =>
    {
        var allowed = vector.GetProperty("allowedFields").EnumerateArray()
            .Aggregate(EssentialMembers.None, (all, one) => all | Enum.Parse<EssentialMembers>(one.GetString()!, ignoreCase: true));
        var recorded = Text(vector, "error");

        // A caller's mistake, a bit that means nothing, stands in no field but the recorded error.
        const string CallersMistake = "internal error: invalid allowedManifestFields value ";
        if (recorded?.StartsWith(CallersMistake, StringComparison.Ordinal) == true)
        {
            var wrong = (EssentialMembers)int.Parse(recorded[CallersMistake.Length..], CultureInfo.InvariantCulture);
            Assert.Throws<ArgumentOutOfRangeException>(() => ManifestFormat.FindForeignMembers(Content(vector), wrong));
            return Outcome.Pass;
        }

        var foreign = ManifestFormat.FindForeignMembers(Content(vector), allowed);
        var named = string.Join(", ", (foreign ?? []).Select(name => $"\"{name}\""));
        var accepted = foreign is { Count: 0 };
        return accepted == vector.GetProperty("accept").GetBoolean() && (named.Length == 0 || recorded!.Contains($"{{{named}}}", StringComparison.Ordinal))
            ? Outcome.Pass
            : Outcome.Fail($"'{named}' instead of '{recorded}'");
    }, output);

    [Fact]
    public void Instances_are_chosen_as_recorded() => Vectors.Check("manifest/choose-instance.jsonl", static vector =>
    {
        var declared = Text(vector, "kind") == "oci" ? MediaTypes.OciIndex : MediaTypes.DockerManifestList;
        if (!ManifestDocument.TryParse(Encoding.UTF8.GetBytes(Text(vector, "list")!), declared, out var document, out var error))
            return Text(vector, "digest") is null ? Outcome.Pass : RefusedSchema1(vector, error);
        var platform = vector.GetProperty("platform");
        var selection = PlatformSelection.ForHost(Text(platform, "os"), Text(platform, "arch"), Text(platform, "variant"));
        var index = Assert.IsType<ImageIndex>(document);
        var chosen = InstanceChoice.Choose(index, selection, vector.GetProperty("preferGzip").GetBoolean());
        var recorded = Text(vector, "digest");
        return chosen?.Digest.Text == recorded ? Outcome.Pass : Outcome.Fail($"{chosen?.Digest} instead of {recorded}");
    }, output);

    private static ReadOnlyMemory<byte> Content(JsonElement vector) => vector.GetProperty("manifestB64").GetBytesFromBase64();

    private static Outcome Same(JsonElement vector, string key, string ours) =>
        ours == Text(vector, key) ? Outcome.Pass : Outcome.Fail($"'{ours}' instead of '{Text(vector, key)}'");

    private static Outcome RefusedSchema1(JsonElement vector, ManifestError error) =>
        error.Problem == ManifestProblem.Schema1 && vector.TryGetProperty("schema1", out var schema1) && schema1.GetBoolean()
            ? Outcome.Except
            : Outcome.Fail(error.Message);

    private static string? Text(JsonElement json, string key) =>
        json.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
