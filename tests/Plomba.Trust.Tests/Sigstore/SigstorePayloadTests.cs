using System.Text;
using Plomba.Testing;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Tests.Sigstore;

public sealed class SigstorePayloadTests(ITestOutputHelper output)
{
    private const string Digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    [Fact]
    public void Payloads_and_entries_of_logs_are_read_as_recorded() => Vectors.Check("sigstore/json-parse.jsonl", vector =>
    {
        var json = Encoding.UTF8.GetBytes(vector.GetProperty("json").GetString()!);
        var error = "";
        var accepted = vector.GetProperty("group").GetString() switch
        {
            "UntrustedRekorSET" => RekorPromise.TryRead(json, out _, out error),
            "UntrustedRekorPayload" => RekorEntry.TryRead(json, out _, out error),
            _ => SigstorePayload.TryParse(json, out _, out _),
        };
        var mayReject = vector.TryGetProperty("mayReject", out var may) && may.GetBoolean();
        return accepted == vector.GetProperty("accept").GetBoolean() ? Outcome.Pass
            : !accepted && mayReject ? Outcome.Except
            : Outcome.Fail($"{error}");
    }, output);

    [Theory]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    [InlineData("{\"creator\":\"x\",\"timestamp\":1e9,\"other\":{}}", null)]
    [InlineData("{\"timestamp\":1.5}", "Field optional.timestamp is not an integer")]
    [InlineData("{\"timestamp\":1e19}", "Field optional.timestamp is not an integer")]
    [InlineData("{\"other\":1,\"other\":2}", "Duplicate key \"other\"")]
    [InlineData("[]", "JSON object expected, got array")]
    public void What_is_optional_is_checked_as_far_as_it_is_known(string optional, string? expected)
    {
        var json = $$$"""
            {"critical":{"type":"cosign container image signature","image":{"docker-manifest-digest":"{{{Digest}}}"},
            "identity":{"docker-reference":"example.com/app"}},"optional":{{{optional}}}}
            """;
        var accepted = SigstorePayload.TryParse(Encoding.UTF8.GetBytes(json), out var payload, out var mistake);
        Assert.Equal(expected, mistake?.Message);
        Assert.Equal(expected is null, accepted);
        if (accepted)
            Assert.Equal(("example.com/app", Digest), (payload!.DockerReference, payload.ManifestDigest.Text));
    }
}
