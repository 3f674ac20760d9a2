using System.Security.Cryptography;
using System.Buffers;
using System.Text;
using System.Text.Json;
using Plomba.Files;
using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Trust.Policy;

namespace Plomba.Trust.Tests.Policy;

/// <summary>What a person, and what a program, reads about each kind of refusal.</summary>
public sealed class ExplanationTests
{
    private static readonly byte[] Manifest = "{}"u8.ToArray();
    private static readonly Digest Digest = Digest.Sha256(Manifest);
    internal static readonly SignatureStore Store = new("lookaside", "http://sigstore.local:81/sigstore/alt/alt", "/etc/containers/registries.d/plomba.yaml");

    private const string Image = "docker://registry.local/alt/alt:latest";
    internal const string Name = "registry.local/alt/alt:latest";
    private const string Head = """
        docker://registry.local/alt/alt:latest: RESULT
          policy: /etc/containers/policy.json, docker "registry.local/alt"
          manifest: sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a (linux/amd64)
          signature store: lookaside http://sigstore.local:81/sigstore/alt/alt (from /etc/containers/registries.d/plomba.yaml)

        """;

    [Fact]
    public void A_good_signature() => Check(
        Judge(SignedBy(), Signed("good", Name)), "accepted",
        """
          requirement 1 of 1: signedBy /keys/maker.pgp: accepted
            signature 1, simple-signing: accepted
              key A3E974E9F5F02BB1F25C065A6C068FD6FBE778C6
              identity "registry.local/alt/alt:latest"
              digest sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a

        """);

    [Fact]
    public void No_signature() => Check(
        Judge(SignedBy()), "refused",
        """
          requirement 1 of 1: signedBy /keys/maker.pgp: refused
          Source image rejected: A signature was required, but no signature exists
          hint: No store signs sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a (lookaside http://sigstore.local:81/sigstore/alt/alt): have the image signed by its maker.

        """);

    [Fact]
    public void A_signature_for_another_name_whose_text_is_hostile() => Check(
        Judge(SignedBy(), Signed("good", "evil\u001b[31m\n: accepted")), "refused",
        """
          requirement 1 of 1: signedBy /keys/maker.pgp: refused
            signature 1, simple-signing: refused (identity): Signature for identity "evil\x1b[31m\n: accepted" is not accepted
              key A3E974E9F5F02BB1F25C065A6C068FD6FBE778C6
              identity "evil\x1b[31m\n: accepted"
              digest sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
          Source image rejected: Signature for identity "evil\x1b[31m\n: accepted" is not accepted
          hint: The signature was made for another name: sign under the name that users pull, or accept the other name with signedIdentity in the policy.

        """);

    [Fact]
    public void A_signature_for_another_manifest_and_another_name_reports_the_digest() => Check(
        Judge(SignedBy(), StoredSignature.SimpleSigning(ScriptedMechanism.Good("other.example/x:1", Digest.Sha256("x"u8)))), "refused",
        """
          requirement 1 of 1: signedBy /keys/maker.pgp: refused
            signature 1, simple-signing: refused (digest): Signature for digest sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 does not match
              key A3E974E9F5F02BB1F25C065A6C068FD6FBE778C6
              identity "other.example/x:1"
              digest sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881
          Source image rejected: Signature for digest sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881 does not match
          hint: The signature is for another manifest: the image was changed or its tag moved after signing. Sign what is there now, or pull what was signed by its digest.

        """);

    [Fact]
    public void Several_signatures_none_of_which_counts() => Check(
        Judge(SignedBy(), Signed("UnknownKey", Name), Signed("Revoked", Name)), "refused",
        """
          requirement 1 of 1: signedBy /keys/maker.pgp: refused
            signature 1, simple-signing: refused (unknownKey): Invalid GPG signature: UnknownKey
              key A3E974E9F5F02BB1F25C065A6C068FD6FBE778C6
              identity "registry.local/alt/alt:latest"
              digest sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
            signature 2, simple-signing: refused (revoked): Invalid GPG signature: Revoked
              key A3E974E9F5F02BB1F25C065A6C068FD6FBE778C6
              identity "registry.local/alt/alt:latest"
              digest sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
          Source image rejected: None of the signatures were accepted, reasons: Invalid GPG signature: UnknownKey; Invalid GPG signature: Revoked
          hint: The signature is by a key that the requirement does not list: compare the fingerprints, and add a rotated key to the policy.

        """);

    [Theory]
    [InlineData("Malformed", "malformed", "The stored signature is damaged: have the image signed again.")]
    [InlineData("UnknownKey", "unknownKey", "The signature is by a key that the requirement does not list: compare the fingerprints, and add a rotated key to the policy.")]
    [InlineData("BadSignature", "badSignature", "The signature does not fit what it claims to sign: have the image signed again, and find out who changed the store.")]
    [InlineData("Expired", "expired", "Signature or key is out of its time: have the image signed again by a valid key, or distribute the extended key.")]
    [InlineData("Revoked", "revoked", "The key was revoked: have the image signed again by another key of the policy.")]
    [InlineData("Weak", "weak", "The signature's algorithms prove nothing any more: have the image signed again by a stronger key.")]
    public void Each_cryptographic_reason_has_its_word_and_its_hint(string result, string word, string hint) => Check(
        Judge(SignedBy(), Signed(result, Name)), "refused",
        $"""
          requirement 1 of 1: signedBy /keys/maker.pgp: refused
            signature 1, simple-signing: refused ({word}): Invalid GPG signature: {result}
              key A3E974E9F5F02BB1F25C065A6C068FD6FBE778C6
              identity "registry.local/alt/alt:latest"
              digest sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
          Source image rejected: Invalid GPG signature: {result}
          hint: {hint}

        """);

    [Fact]
    public void A_key_file_without_keys() => Check(
        Judge(SignedBy("/keys/garbage.pgp"), Signed("good", Name)), "refused",
        """
          requirement 1 of 1: signedBy /keys/garbage.pgp: refused
            signature 1, simple-signing: refused (key): No public keys imported
          Source image rejected: No public keys imported
          hint: Restore the key file: /keys/garbage.pgp.

        """);

    [Fact]
    public void A_key_file_that_is_missing() => Check(
        Judge(SignedBy("/keys/none.pgp"), Signed("good", Name)), "undecided",
        """
          requirement 1 of 1: signedBy /keys/none.pgp: undecided
            signature 1, simple-signing: undecided (key): open /keys/none.pgp: no such file or directory
          Source image rejected: open /keys/none.pgp: no such file or directory
          hint: Restore the key file: /keys/none.pgp.

        """);

    [Fact]
    public void A_signature_store_that_cannot_be_read() => Check(
        Judge(SignedBy(), SignatureListing.OfBlobs([("http://sigstore.local:81/signature-1", "<html>"u8.ToArray())], Store)), "undecided",
        """
          requirement 1 of 1: signedBy /keys/maker.pgp: undecided
          Source image rejected: parsing signature "http://sigstore.local:81/signature-1": unrecognized signature format, starting with binary 0x3c
          hint: The signature store could not be read (lookaside http://sigstore.local:81/sigstore/alt/alt): see that it answers, then try again.

        """);

    [Fact]
    public void What_a_store_answers_cannot_move_the_cursor_or_forge_a_line()
    {
        var text = VerdictText.Explain(Judge(SignedBy(), SignatureListing.Failed("answered \"\u001b[1A\naccepted\u202e\"", Store)));
        Assert.Contains("  Source image rejected: answered \"\\x1b[1A\\naccepted\\u202e\"\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_requirement_after_the_one_that_failed_is_not_reached() => Check(
        Judge([new Reject(), SignedBy()], SignatureListing.Of([Signed("good", Name)], Store)), "refused",
        """
          requirement 1 of 2: reject: refused
          requirement 2 of 2: signedBy /keys/maker.pgp: notReached
          Source image rejected: Running image docker://registry.local/alt/alt:latest is rejected by policy.
          hint: The scope that names this image rejects everything in it.

        """);

    [Fact]
    public void A_sigstore_signature_without_its_annotation()
    {
        var signature = StoredSignature.Sigstore(StoredSignature.SigstoreSignatureMediaType, "{}"u8.ToArray(), new Dictionary<string, string>(StringComparer.Ordinal));
        Check(
            Judge(new SigstoreSigned(KeyMaterial.Data(Encoding.ASCII.GetBytes(PublicKey)), null, null, null), signature), "undecided",
            """
              requirement 1 of 1: sigstoreSigned keyData: undecided
                signature 1, sigstore: undecided (malformed): missing dev.cosignproject.cosign/signature annotation
              Source image rejected: missing dev.cosignproject.cosign/signature annotation
              hint: The stored signature is damaged: have the image signed again.

            """);
    }

    private static string PublicKey
    {
        get
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return key.ExportSubjectPublicKeyInfoPem();
        }
    }

    [Fact]
    public void What_is_accepted_without_a_signature_is_refused_when_one_is_asked_for()
    {
        var verdict = Judge([new InsecureAcceptAnything()], SignatureListing.Empty, requireSigned: true);
        Assert.Equal("Source image rejected: No signature verification policy found for image docker:registry.local/alt/alt:latest", verdict.Message);
        Assert.Equal(3, verdict.ExitCode);
    }

    [Fact]
    public void Key_files_are_not_opened_when_there_is_no_signature()
    {
        var files = new HandedFiles();
        var policy = SignaturePolicy.Of(SignedBy());
        new PolicyEvaluator(new ScriptedMechanism(), files, TimeProvider.System).Evaluate(PolicyChoice.For(policy, Reference), new EvaluatedImage(Reference, Manifest, SignatureListing.Empty));
        Assert.Empty(files.Opened);
    }

    [Fact]
    public void Signatures_are_needed_only_when_the_decision_can_depend_on_them()
    {
        Assert.False(Choice(new InsecureAcceptAnything()).NeedsSignatures);
        Assert.False(Choice(new Reject(), SignedBy()).NeedsSignatures);
        Assert.True(Choice(new InsecureAcceptAnything(), SignedBy(), new Reject()).NeedsSignatures);

        static PolicyChoice Choice(params PolicyRequirement[] requirements) => PolicyChoice.For(SignaturePolicy.Of([.. requirements]), Reference);
    }

    [Fact]
    public void Programs_read_the_same_explanation_as_json()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            VerdictJson.Write(json, Judge(SignedBy(), Signed("good", "registry.local/alt/other:latest")));
        Assert.Equal(
            """
            {
              "image": "docker://registry.local/alt/alt:latest",
              "verdict": "refused",
              "exitCode": 3,
              "policy": {
                "file": "/etc/containers/policy.json",
                "transport": "docker",
                "scope": "registry.local/alt"
              },
              "manifest": {
                "digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
                "mediaType": null,
                "platform": "linux/amd64",
                "index": null
              },
              "signatureStore": {
                "kind": "lookaside",
                "location": "http://sigstore.local:81/sigstore/alt/alt",
                "from": "/etc/containers/registries.d/plomba.yaml"
              },
              "requirements": [
                {
                  "type": "signedBy",
                  "result": "refused",
                  "keys": [
                    "/keys/maker.pgp"
                  ],
                  "signatures": [
                    {
                      "number": 1,
                      "format": "simple-signing",
                      "key": "A3E974E9F5F02BB1F25C065A6C068FD6FBE778C6",
                      "identity": "registry.local/alt/other:latest",
                      "digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
                      "result": "refused",
                      "reason": "identity",
                      "message": "Signature for identity \u0022registry.local/alt/other:latest\u0022 is not accepted"
                    }
                  ],
                  "message": "Signature for identity \u0022registry.local/alt/other:latest\u0022 is not accepted"
                }
              ],
              "message": "Source image rejected: Signature for identity \u0022registry.local/alt/other:latest\u0022 is not accepted",
              "hint": "The signature was made for another name: sign under the name that users pull, or accept the other name with signedIdentity in the policy."
            }
            """,
            Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    internal static TransportReference Reference { get; } =
        ImageName.TryParse(Image, new TransportEnvironment(RealPath.TryResolve, StoreLocation.System), out var reference, out var error)
            ? reference
            : throw new FormatException(error.Message);

    internal static SignedBy SignedBy(string key = "/keys/maker.pgp") => new(SignedByKeyType.GpgKeys, KeyMaterial.Path(key));

    internal static StoredSignature Signed(string result, string identity) =>
        StoredSignature.SimpleSigning(ScriptedMechanism.Message(result, identity, Digest));

    internal static Verdict Judge(PolicyRequirement requirement, params StoredSignature[] signatures) =>
        Judge(requirement, SignatureListing.Of(signatures, Store));

    internal static Verdict Judge(PolicyRequirement requirement, SignatureListing signatures) => Judge([requirement], signatures);

    internal static Verdict Judge(PolicyRequirement[] requirements, SignatureListing signatures, bool requireSigned = false, HandedFiles? files = null)
    {
        files ??= new HandedFiles().Add("/keys/maker.pgp", "key").Add("/keys/garbage.pgp", "garbage");
        var policy = SignaturePolicy.Of(new Reject()).With("docker", "registry.local/alt", [.. requirements]);
        var choice = PolicyChoice.For(policy, Reference, "/etc/containers/policy.json");
        return new PolicyEvaluator(new ScriptedMechanism(), files, TimeProvider.System)
            .Evaluate(choice, new EvaluatedImage(Reference, Manifest, signatures) { Platform = "linux/amd64" }, requireSigned);
    }

    private static void Check(Verdict verdict, string result, string expected)
    {
        Assert.Equal(Head.Replace("RESULT", result, StringComparison.Ordinal) + expected, VerdictText.Explain(verdict));
        Assert.Equal(result switch { "accepted" => 0, "refused" => 3, _ => 1 }, verdict.ExitCode);
    }
}
