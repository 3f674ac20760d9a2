using System.Text;
using Plomba.Testing;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Tests.Sigstore;

public sealed class SigstorePayloadTests(ITestOutputHelper output)
{
    private const string Digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    [Fact]
    public void Payloads_are_read_as_recorded() => Vectors.Check("sigstore/json-parse.jsonl", vector =>
    {
        if (vector.GetProperty("group").GetString() != "UntrustedSigstorePayload")
            return Outcome.Except; // entries of transparency logs are not read yet
        var accepted = SigstorePayload.TryParse(Encoding.UTF8.GetBytes(vector.GetProperty("json").GetString()!), out _, out var mistake);
        return accepted == vector.GetProperty("accept").GetBoolean() ? Outcome.Pass : Outcome.Fail($"{mistake}");
    }, output);

    [Theory]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    [InlineData("{\"creator\":\"x\",\"timestamp\":1e9,\"other\":{}}", null)]
    [InlineData("{\"timestamp\":1.5}", "\"timestamp\" must be a whole number")]
    [InlineData("{\"timestamp\":1e19}", "\"timestamp\" must be a whole number")]
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
