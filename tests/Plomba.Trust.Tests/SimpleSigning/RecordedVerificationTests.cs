using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Plomba.Images;
using Plomba.Testing;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.SimpleSigning;

public sealed class RecordedVerificationTests(ITestOutputHelper output)
{
    private readonly OpenPgpMechanism _mechanism = new(new FakeTimeProvider(Vectors.Clock));

    [Fact]
    public void Recorded_signatures_are_decided_as_the_reference_does() => Vectors.Check("simple-signing/gpg-verify.jsonl", Judge, output);

    [Fact]
    public void The_keys_of_recorded_keyrings_are_those_that_gpgme_imports() => Vectors.Check("simple-signing/gpg-verify.jsonl", JudgeImport, output);

    private Outcome JudgeImport(JsonElement vector)
    {
        if (!vector.TryGetProperty("gpgme", out var gpgme) || !gpgme.TryGetProperty("imported", out var imported) || imported.ValueKind != JsonValueKind.Array)
            return Outcome.Except;
        var expected = imported.EnumerateArray().Select(f => f.GetString()!).Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal).ToList();
        var actual = Import(vector).Keys.Select(k => k.Text).Order(StringComparer.Ordinal).ToList();
        return expected.SequenceEqual(actual, StringComparer.Ordinal)
            ? Outcome.Pass
            : Outcome.Fail($"{vector.GetProperty("name").GetString()}: {string.Join(' ', actual)}, not {string.Join(' ', expected)}");
    }

    private IKeyring Import(JsonElement vector) => _mechanism.Import(
        [.. vector.GetProperty("keyringsB64").EnumerateArray().Select((k, i) => new KeySource($"key {i}", k.GetBytesFromBase64()))]);

    private Outcome Judge(JsonElement vector)
    {
        var (accepted, why) = Verify(vector);
        return (vector.GetProperty("required").GetString(), accepted) switch
        {
            ("accept" or "accept-preferred", true) or ("reject", false) => Outcome.Pass,
            ("accept-preferred", false) => Outcome.Except,
            ("accept", false) when vector.TryGetProperty("mayReject", out var may) && may.GetBoolean() => Outcome.Except,
            (var required, _) => Outcome.Fail($"{vector.GetProperty("name").GetString()}: {why}, not {required}"),
        };
    }

    private (bool Accepted, string Why) Verify(JsonElement vector)
    {
        var keyring = Import(vector);
        if (keyring.Keys.Count == 0)
            return (false, "No public keys imported");
        var check = keyring.Verify(vector.GetProperty("signatureB64").GetBytesFromBase64());
        if (!check.IsGood)
            return (false, check.Message);
        if (!keyring.Keys.Contains(check.Key!.Value))
            return (false, "accepted for a key that is not in the keyring");
        if (!SignedPayload.TryParse(check.Content, out var payload, out var error))
            return (false, error);
        return payload.ManifestDigest == Digest.Sha256(vector.GetProperty("manifestB64").GetBytesFromBase64())
            && payload.DockerReference == vector.GetProperty("expectReference").GetString()
            ? (true, "accepted")
            : (false, "another digest or reference");
    }
}
