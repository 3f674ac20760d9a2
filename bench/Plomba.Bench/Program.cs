using System.Diagnostics;
using System.Text;
using Plomba.Files;
using Plomba.Images;
using Plomba.Images.Transports;
using Plomba.Transfer.Signing;
using Plomba.Trust;
using Plomba.Trust.Files;
using Plomba.Trust.Policy;
using Plomba.Trust.SimpleSigning;
using Plomba.Trust.Sigstore;

// Decisions a second on one core with warm keys: manifest, one signature, policy, explanation; everything in memory but the
// key files, which are read anew for every decision. usage: Plomba.Bench [SECONDS]
var seconds = args.Length > 0 ? int.Parse(args[0], null) : 10;
const string Image = "registry.example.org/team/app:1.0";
var manifest = Encoding.UTF8.GetBytes("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""");
var digest = Digest.Sha256(manifest);
using var directory = new TemporaryDirectory(prefix: "bench");
var evaluator = new PolicyEvaluator(new OpenPgpMechanism(TimeProvider.System), MachineFiles.Instance, TimeProvider.System);

foreach (var algorithm in new[] { NewKeyAlgorithm.Rsa3072, NewKeyAlgorithm.Ed25519 })
    Measure(algorithm.ToString(), await SignedByAsync(algorithm));
Measure("Sigstore P-256", Sigstore());
return;

async Task<(string Requirement, StoredSignature Signature)> SignedByAsync(NewKeyAlgorithm algorithm)
{
    var path = directory.Combine(algorithm.ToString());
    if (!NewKey.TryCreate("Bench", "bench@example.org", algorithm, null, out var key, out var error)
        || !NewKeyFile.Create(path, key, "", TimeProvider.System).TryGet(out _, out _))
        throw new InvalidOperationException(error);
    if (!(await new SignerByName(null, new Passphrase(), TimeProvider.System).FindAsync(path, default)).TryGet(out var signer, out var trouble)
        || !(await signer.SignAsync(new SignedPayload(digest, Image, "bench", null).Write(), default)).TryGet(out var message, out trouble))
        throw new InvalidOperationException(trouble.Message);
    DurableFile.Write($"{path}.pgp", signer.PublicKey.Span);
    return ($$"""{"type":"signedBy","keyType":"GPGKeys","keyPath":"{{path}}.pgp"}""", StoredSignature.SimpleSigning(message));
}

(string Requirement, StoredSignature Signature) Sigstore()
{
    using var key = SigstoreSecretKey.Create();
    DurableFile.Write(directory.Combine("key.pub"), Encoding.ASCII.GetBytes(key.PublicKeyPem));
    var signature = key.SignPayload(new SigstorePayload(digest, Image).Write("bench", TimeProvider.System.GetUtcNow()));
    return ($$"""{"type":"sigstoreSigned","keyPath":"{{directory.Combine("key.pub")}}"}""", signature);
}

void Measure(string name, (string Requirement, StoredSignature Signature) question)
{
    var policy = PolicyReader.Read(Encoding.UTF8.GetBytes($$"""{"default":[{{question.Requirement}}]}""")).Policy!;
    if (!ImageName.TryParse($"docker://{Image}", TransportEnvironment.WithoutPaths, out var image, out _))
        throw new InvalidOperationException("no image name");
    var choice = PolicyChoice.For(policy, image);
    Run(TimeSpan.FromMilliseconds(700));
    var (count, time) = Run(TimeSpan.FromSeconds(seconds));
    Console.WriteLine($"{name,-16} {count / time.TotalSeconds,10:N0} image verifications a second");

    (long Count, TimeSpan Time) Run(TimeSpan limit)
    {
        var started = Stopwatch.GetTimestamp();
        for (long done = 0; ; done++)
        {
            var verdict = evaluator.Evaluate(choice, new EvaluatedImage(image, manifest, SignatureListing.Of([question.Signature])));
            if (verdict.Kind != VerdictKind.Accepted)
                throw new InvalidOperationException(VerdictText.Explain(verdict));
            if (Stopwatch.GetElapsedTime(started) is var time && time > limit)
                return (done + 1, time);
        }
    }
}
