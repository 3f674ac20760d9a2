using System.Text;
using CsCheck;
using Plomba.Trust.Policy;

namespace Plomba.Trust.Tests.Policy;

public sealed class PolicyReaderTests
{
    [Fact]
    public void Every_mistake_is_reported_with_its_line_and_column_at_once()
    {
        var reading = Read("""
            {
                "default": [{"type": "rejects"}],
                "transports": {
                    "docker": {
                        "пример": [{"type": "signedBy", "keyType": "GPG", "keyPath": "/k", "extra": 1}],
                        "a": [],
                        "a": [{"type": "reject"}]
                    },
                    "dir": {"relative": [{"type": "reject"}]}
                },
                "Default": []
            }
            """);
        Assert.Null(reading.Policy);
        Assert.Equal(
            [
                "2:26: Unknown policy requirement type \"rejects\"",
                "5:56: Unrecognized keyType value \"GPG\"",
                "5:80: Unknown key \"extra\"",
                "6:18: List of verification policy requirements must not be empty",
                "7:13: Duplicate key \"a\"",
            ],
            reading.Mistakes.Take(5).Select(m => m.ToString()));
        Assert.StartsWith("9:17: Unknown key \"relative\": ", reading.Mistakes[5].ToString(), StringComparison.Ordinal);
        Assert.Equal("11:5: Unknown key \"Default\"", reading.Mistakes[6].ToString());
        Assert.Equal(7, reading.Mistakes.Length);
    }

    [Theory]
    [InlineData("", "1:1: unexpected end of JSON input")]
    [InlineData("{\"default\":[{\"type\":\"reject\"}],}", "1:32: invalid character '}' looking for beginning of object key string")]
    [InlineData("// a comment\n{}", "1:1: invalid character '/' looking for beginning of value")]
    [InlineData("{\"default\":[{\"type\":\"reject\"}]}\n{}", "2:1: invalid character '{' after top-level value")]
    [InlineData("\uFEFF{}", "1:1: the file begins with a byte order mark, which JSON does not allow")]
    [InlineData("{\"default\":[{\"type\":\"reject\",\"t\\u0079pe\":\"reject\"}]}", "1:30: Duplicate key \"type\"")]
    [InlineData("{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":null}]}", "1:62: \"keyPath\" must be a string, not null")]
    public void A_mistake_of_form_is_reported_where_it_is(string json, string expected) =>
        Assert.Equal(expected, Read(json).Mistakes[0].ToString());

    [Fact]
    public void A_hostile_key_cannot_put_control_characters_into_a_message()
    {
        var mistake = Assert.Single(Read("{\"default\":[{\"type\":\"reject\"}],\"\\u001b[2J\\n\\\"\":1}").Mistakes);
        Assert.Equal("Unknown key \"\\x1b[2J\\n\\\"\"", mistake.Message);
    }

    [Fact]
    public void Nesting_beyond_reason_is_a_mistake_and_not_a_stack_overflow() =>
        Assert.Contains("exceeded max depth", Read(new string('[', 1_000_000)).Mistakes[0].Message, StringComparison.Ordinal);

    [Fact]
    public void No_bytes_make_the_reader_throw() => Gen.OneOf(
            Gen.Byte.Array[0, 100],
            Gen.OneOf("{", "}", "[", "]", ",", ":", "\"", "\\", "\\u12", "\"default\"", "\"transports\"", "\"type\"", "\"reject\"", "\"signedBy\"", "null", "1", "1e", "-", "tru", " ", "\n", "\"a\"", "\"keyData\"", "\"signedIdentity\"")
                .Array[0, 40].Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts))))
        .Sample(bytes =>
        {
            var reading = PolicyReader.Read(bytes);
            Assert.True(reading.Policy is null != reading.Mistakes.IsEmpty);
        }, iter: 20_000);

    [Fact]
    public void Reading_what_was_written_gives_the_same_policy() => RandomPolicy.Sample(policy =>
    {
        var written = PolicyWriter.Write(policy);
        var reading = PolicyReader.Read(written);
        Assert.True(reading.Policy is not null, string.Join(" | ", reading.Mistakes));
        Assert.Equal(Encoding.UTF8.GetString(written), Encoding.UTF8.GetString(PolicyWriter.Write(reading.Policy)));
    }, iter: 2000);

    [Fact]
    public void A_policy_is_rendered_as_podman_writes_it()
    {
        var policy = SignaturePolicy.Of(new Reject())
            .With("docker", "registry.local/beta", new SignedBy(SignedByKeyType.GpgKeys, KeyMaterial.Path("/var/sigstore/keys/build-robot.pgp")))
            .With("docker", "registry.local/alt", new SignedBy(SignedByKeyType.GpgKeys, KeyMaterial.Paths("/k/a.pgp", "/k/b.pgp"), new MatchRepository()));
        Assert.Equal(
            """
            {
                "default": [
                    {
                        "type": "reject"
                    }
                ],
                "transports": {
                    "docker": {
                        "registry.local/alt": [
                            {
                                "type": "signedBy",
                                "keyType": "GPGKeys",
                                "keyPaths": [
                                    "/k/a.pgp",
                                    "/k/b.pgp"
                                ],
                                "signedIdentity": {
                                    "type": "matchRepository"
                                }
                            }
                        ],
                        "registry.local/beta": [
                            {
                                "type": "signedBy",
                                "keyType": "GPGKeys",
                                "keyPath": "/var/sigstore/keys/build-robot.pgp"
                            }
                        ]
                    }
                }
            }

            """,
            Encoding.UTF8.GetString(PolicyWriter.Write(policy)));
    }

    private static readonly Gen<string> Texts = Gen.String[1, 8].Where(t => t.EnumerateRunes().All(r => r.Value != 0xFFFD));

    private static readonly Gen<KeyMaterial> SomeKeys = Gen.OneOf(
        Texts.Select(KeyMaterial.Path),
        Texts.Array[1, 3].Select(files => KeyMaterial.Paths([.. files])),
        Gen.Byte.Array.Select(bytes => KeyMaterial.Data(bytes)));

    private static readonly Gen<SignedIdentity?> SomeIdentity = Gen.OneOf<SignedIdentity?>(
        null, new MatchExact(), new MatchRepoDigestOrExact(), new MatchRepository(), new ExactReference("busybox:1"),
        new ExactRepository("example.com/ns"), new RemapIdentity("mirror.example:5000", "vendor.example/ns"));

    private static readonly Gen<PolicyRequirement> SomeRequirement = Gen.OneOf(
        Gen.OneOf<PolicyRequirement>(new Reject(), new InsecureAcceptAnything(), new SignedBaseLayer(new MatchExact())),
        SomeKeys.Select(SomeIdentity, (keys, identity) => (PolicyRequirement)new SignedBy(SignedByKeyType.GpgKeys, keys, identity)),
        SomeKeys.Select(SomeIdentity, (keys, identity) => (PolicyRequirement)new SigstoreSigned(keys, null, null, null, identity)),
        SomeKeys.Select(keys => (PolicyRequirement)new SigstoreSigned(null, new Fulcio(KeyMaterial.Data(new byte[] { 1 }), "i", "e"), null, keys)),
        Gen.Const<PolicyRequirement>(new SigstoreSigned(null, null, new Pki(KeyMaterial.Path("/r"), null, null, "host"), null)));

    private static readonly Gen<SignaturePolicy> RandomPolicy = Gen.Select(
        SomeRequirement.Array[1, 3],
        Gen.Select(Texts, SomeRequirement.Array[1, 2]).Array[0, 4],
        (defaults, scopes) => scopes.Aggregate(
            SignaturePolicy.Of([.. defaults]), (policy, scope) => policy.With("docker", scope.Item1, [.. scope.Item2])));

    private static PolicyReading Read(string json) => PolicyReader.Read(Encoding.UTF8.GetBytes(json));
}
