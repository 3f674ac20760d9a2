using System.Text;
using System.Text.Json;
using Plomba.Testing;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Tests.Sigstore;

public sealed class SigstoreVectorTests(ITestOutputHelper output)
{
    [Fact]
    public void Signatures_by_plain_keys_are_decided_as_recorded() => Vectors.Check("sigstore/payload-verify.jsonl", vector =>
    {
        var payload = vector.GetProperty("payloadB64").GetBytesFromBase64();
        var refusal = SigstoreVerification.CheckPayload(Keys(vector, "keysPkixDerB64"), payload, vector.GetProperty("base64Signature").GetString()!, out _);
        var accepted = refusal is null && SigstorePayload.TryParse(payload, out var read, out _) && IsWanted(vector, read);
        return Compare(vector, accepted, refusal?.Message);
    }, output);

    [Fact]
    public void Promises_of_logs_are_decided_as_recorded() => Vectors.Check("sigstore/rekor-set.jsonl", vector =>
    {
        var logs = new RekorLogs([.. Keys(vector, "rekorKeysPkixDerB64").Cast<EllipticSigstoreKey>()]);
        var check = logs.Verify(
            Encoding.UTF8.GetString(vector.GetProperty("setB64").GetBytesFromBase64()),
            PemContent.Of(vector.GetProperty("keyOrCertB64").GetBytesFromBase64()),
            vector.GetProperty("base64Signature").GetString()!,
            vector.GetProperty("payloadB64").GetBytesFromBase64());
        if (check.Error is null && vector.GetProperty("integratedTime") is { ValueKind: JsonValueKind.Number } time && time.GetInt64() != check.IntegratedTime)
            return Outcome.Fail($"integrated at {check.IntegratedTime}, recorded {time}");
        return Compare(vector, check.Error is null, check.Error);
    }, output);

    [Fact]
    public void Certificates_of_Fulcio_are_decided_as_recorded() => Vectors.Check("sigstore/fulcio-cert.jsonl", vector =>
    {
        var fulcio = new FulcioAuthority(
            Authority(vector, "caDerB64"), vector.GetProperty("oidcIssuer").GetString()!, vector.GetProperty("subjectEmail").GetString()!);
        var time = DateTimeOffset.FromUnixTimeSeconds(vector.GetProperty("time").GetInt64());
        var key = fulcio.Verify(vector.GetProperty("certPEM").GetString()!, vector.GetProperty("chainPEM").GetString(), time, out var problem);
        return CompareKey(vector, key, problem);
    }, output);

    [Fact]
    public void Certificates_of_an_own_authority_are_decided_as_recorded() => Vectors.Check("sigstore/pki-cert.jsonl", vector =>
    {
        var pki = new PkiAuthority(
            Authority(vector, "rootsDerB64"), Authority(vector, "intermediatesDerB64"), Name(vector, "subjectEmail"), Name(vector, "subjectHostname"));
        var now = DateTimeOffset.FromUnixTimeSeconds(vector.GetProperty("evaluatedAt").GetInt64());
        var key = pki.Verify(vector.GetProperty("certPEM").GetString()!, vector.GetProperty("chainPEM").GetString(), now, out var problem);
        return CompareKey(vector, key, problem);
    }, output);

    private static bool IsWanted(JsonElement vector, SigstorePayload payload) =>
        vector.GetProperty("digestAsked").GetString() == payload.ManifestDigest.Text
        && vector.GetProperty("digestAccepted").GetBoolean()
        && vector.GetProperty("referenceAsked").GetString() == payload.DockerReference
        && vector.GetProperty("referenceAccepted").GetBoolean();

    private static string? Name(JsonElement vector, string field) => vector.GetProperty(field).GetString() is { Length: > 0 } name ? name : null;

    private static List<SigstoreKey> Keys(JsonElement vector, string field)
    {
        var keys = new List<SigstoreKey>();
        foreach (var der in Items(vector, field))
        {
            Assert.True(SigstoreKey.TryReadDer(der, out var key, out var error), error);
            keys.Add(key);
        }

        return keys;
    }

    private static System.Security.Cryptography.X509Certificates.X509Certificate2[] Authority(JsonElement vector, string field) =>
        [.. Items(vector, field).Select(der => Certificates.Parse(der, out var error) ?? throw new FormatException(error))];

    private static IEnumerable<byte[]> Items(JsonElement vector, string field) =>
        vector.GetProperty(field) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray().Select(i => i.GetBytesFromBase64()) : [];

    private static Outcome CompareKey(JsonElement vector, SigstoreKey? key, CertificateProblem? problem)
    {
        Assert.Equal(key is null, problem is not null);
        if (key is not null
            && vector.GetProperty("publicKeyPkixDerB64") is { ValueKind: JsonValueKind.String } expected
            && !key.SubjectPublicKeyInfo.AsSpan().SequenceEqual(expected.GetBytesFromBase64()))
        {
            return Outcome.Fail("another key");
        }

        return Compare(vector, key is not null, problem?.Message);
    }

    private static Outcome Compare(JsonElement vector, bool accepted, string? why)
    {
        var mayReject = vector.TryGetProperty("mayReject", out var may) && may.GetBoolean();
        return accepted == vector.GetProperty("accept").GetBoolean() ? Outcome.Pass
            : mayReject && !accepted ? Outcome.Except
            : Outcome.Fail($"{(accepted ? "accepted" : why)}, recorded {vector.GetProperty("error")}");
    }
}
