using System.Text;
using System.Text.Json;
using Plomba.Images;
using Plomba.Testing;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.SimpleSigning;

public sealed class SignedPayloadTests(ITestOutputHelper output)
{
    [Fact]
    public void Recorded_payloads_are_read_as_the_reference_does() => Vectors.Check("simple-signing/payload-parse.jsonl", Judge, output);

    [Fact]
    public void A_payload_is_written_with_sorted_keys_and_read_back()
    {
        var payload = new SignedPayload(Digest.Sha256("x"u8), "registry.local/alt/alt:latest", "plomba 1", 1458239713);

        var json = payload.Write();

        Assert.Equal(
            "{\"critical\":{\"identity\":{\"docker-reference\":\"registry.local/alt/alt:latest\"},\"image\":{\"docker-manifest-digest\":\"sha256:"
            + "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\"},\"type\":\"atomic container signature\"},"
            + "\"optional\":{\"creator\":\"plomba 1\",\"timestamp\":1458239713}}",
            Encoding.UTF8.GetString(json));
        Assert.True(SignedPayload.TryParse(json, out var read, out _));
        Assert.Equal(payload, read);
    }

    [Theory]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData("{\"critical\":{\"type\":\"atomic container signature\",\"image\":{\"docker-manifest-digest\":\"sha256:" + Zeros + "\"},\"identity\":{\"docker-reference\":\"a\"}},\"critical\":{},\"optional\":{}}", "Duplicate key \"critical\"")]
    [InlineData("{\"critical\":{\"type\":\"atomic container signature\",\"image\":{\"docker-manifest-digest\":\"sha256:" + Zeros + "\"},\"identity\":{\"docker-reference\":\"a\"}},\"opt\\u0069onal\":{},\"optional\":{}}", "Duplicate key \"optional\"")]
    [InlineData("{\"optional\":{}}", "Key \"critical\" missing in a JSON object")]
    [InlineData("{\"critical\":{\"type\":\"atomic container signature\",\"image\":{\"docker-manifest-digest\":\"sha256:" + Zeros + "\"},\"identity\":{\"docker-reference\":\"a\"}},\"optional\":{},\"x\":1}", "Unknown key \"x\"")]
    [InlineData("{\"critical\":{\"type\":\"atomic container signature\",\"image\":{\"docker-manifest-digest\":\"sha256:" + Zeros + "\"},\"identity\":{\"docker-reference\":\"a\"}},\"optional\":{\"other\":[{\"n\":1e400}]}}", "a number beneath \"optional\" is too large")]
    [InlineData("5", "JSON object expected, got number")]
    public void A_payload_of_another_shape_is_refused_with_the_references_words(string json, string expected)
    {
        Assert.False(SignedPayload.TryParse(Encoding.UTF8.GetBytes(json), out _, out var error));
        Assert.Equal(expected, error);
    }

    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";

    private static Outcome Judge(JsonElement vector)
    {
        var json = vector.TryGetProperty("jsonB64", out var raw) ? raw.GetBytesFromBase64() : Encoding.UTF8.GetBytes(vector.GetProperty("json").GetString()!);
        var accepted = SignedPayload.TryParse(json, out var payload, out var error);
        var accept = vector.GetProperty("accept").GetBoolean();
        if (accept && !accepted)
            return vector.TryGetProperty("mayReject", out var may) && may.GetBoolean() ? Outcome.Except : Outcome.Fail(error!);
        if (!accept)
            return accepted ? Outcome.Fail("accepted") : Text(vector.GetProperty("error").GetString()!, error!);
        var result = vector.GetProperty("result");
        return payload!.ManifestDigest.Text == result.GetProperty("digest").GetString()
            && payload.DockerReference == result.GetProperty("reference").GetString()
            && payload.Creator == result.GetProperty("creator").GetString()
            && payload.Timestamp == (result.GetProperty("timestamp") is { ValueKind: JsonValueKind.Number } n ? n.GetInt64() : null)
            ? Outcome.Pass
            : Outcome.Fail($"read as {payload}");
    }

    private static Outcome Text(string expected, string actual)
    {
        string[] binding = ["Unknown key", "Duplicate key", "Key ", "Unrecognized signature type", "invalid docker-manifest-digest", "Field optional"];
        return !binding.Any(b => expected.StartsWith(b, StringComparison.Ordinal)) || expected == actual || TwoMistakes(expected, actual)
            ? Outcome.Pass
            : Outcome.Fail($"said {actual}, not {expected}");
    }

    // A document with two mistakes may be refused for either; a null is refused as such, not as an empty text.
    private static bool TwoMistakes(string expected, string actual) =>
        actual.Contains("not null", StringComparison.Ordinal) || actual.StartsWith("Key ", StringComparison.Ordinal);
}
