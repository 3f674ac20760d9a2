using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Plomba.Files;
using Plomba.Images;
using Plomba.Testing;
using Plomba.Trust;
using Plomba.Trust.Sigstore;
using Plomba.Trust.SimpleSigning;
using Plomba.Trust.Tuf;

namespace Plomba.Fuzzing.Tests;

/// <summary>Inputs that are right, made once.</summary>
internal static class Samples
{
    /// <summary>Of a sha256 digest.</summary>
    public const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /// <summary>One moment for everything that looks at a clock.</summary>
    public static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static readonly (byte[][] Keys, byte[][] Messages) OpenPgp = MakeOpenPgpAsync().GetAwaiter().GetResult();

    private static readonly IKeyring Keyring =
        new OpenPgpMechanism(TimeProvider.System).Import([.. OpenPgp.Keys.Select((key, i) => new KeySource($"{i}", key))]);

    public static Digest Digest { get; } = Digest.TryParse("sha256:" + Hex, out var digest) ? digest : throw new InvalidOperationException();

    public static byte[] Policy { get; } = Bytes("""
        {"default":[{"type":"reject"}],"transports":{"docker":{"registry.example/alt":[{"type":"signedBy","keyType":"GPGKeys",
        "keyPaths":["/a","/b"],"signedIdentity":{"type":"remapIdentity","prefix":"registry.example","signedPrefix":"other.example"}}],
        "*.example":[{"type":"insecureAcceptAnything"}],"":[{"type":"signedBy","keyType":"GPGKeys","keyData":"AAAA"}]},"dir":{"/x":[{"type":"reject"}]}}}
        """);

    public static byte[] SigstorePolicy { get; } = Bytes("""
        {"default":[{"type":"sigstoreSigned","keyData":"AAAA","rekorPublicKeyData":"AAAA","signedIdentity":{"type":"matchRepository"}},
        {"type":"sigstoreSigned","fulcio":{"caData":"AAAA","oidcIssuer":"https://a","subjectEmail":"a@b"},"rekorPublicKeyPath":"/r"},
        {"type":"sigstoreSigned","pki":{"caRootsData":"AAAA","subjectHostname":"a.example"}}]}
        """);

    public static byte[] RegistriesD { get; } = Bytes("""
        default-docker:
          lookaside: https://a.example/x
        docker:
          registry.example/alt:
            lookaside: file:///var/x
            lookaside-staging: file:///var/y
            use-sigstore-attachments: true
        """);

    public static byte[] RegistriesConf { get; } = Bytes("""
        unqualified-search-registries = ["a.example"]
        short-name-mode = "enforcing"
        [[registry]]
        prefix = "*.example"
        location = "b.example/x"
        insecure = true
        [[registry.mirror]]
        location = "m.example"
        pull-from-mirror = "digest-only"
        [aliases]
        "a" = "b.example/a"
        """);

    public static byte[] AuthFile { get; } = Bytes("""{"auths":{"a.example":{"auth":"YTpi"},"b.example/x":{"identitytoken":"t"}},"credHelpers":{"c.example":"x"}}""");

    public static IReadOnlyList<byte[]> Manifests { get; } =
    [
        Bytes($$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:{{{Hex}}}","size":2},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:{{{Hex}}}","size":3,"annotations":{"a":"b"}}],"subject":{"mediaType":"a/b","digest":"sha256:{{{Hex}}}","size":1}}"""),
        Bytes($$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:{{{Hex}}}","size":2,"platform":{"os":"linux","architecture":"arm64","variant":"v8","os.features":["x"]}}]}"""),
    ];

    public static IReadOnlyList<byte[]> OpenPgpKeys => OpenPgp.Keys;

    public static IReadOnlyList<byte[]> OpenPgpMessages => OpenPgp.Messages;

    public static byte[] SigstorePayload { get; } = Bytes(
        $$$"""{"critical":{"identity":{"docker-reference":"a.example/b"},"image":{"docker-manifest-digest":"sha256:{{{Hex}}}"},"type":"cosign container image signature"},"optional":{"creator":"x","timestamp":1760000000}}""");

    public static byte[] StoredSigstore { get; } = StoredBlob.Write(StoredSignature.Sigstore(
        StoredSignature.SigstoreSignatureMediaType, SigstorePayload, new Dictionary<string, string>(StringComparer.Ordinal) { ["dev.cosignproject.cosign/signature"] = "AAAA" }));

    public static byte[] ExtensionDocument { get; } = Bytes($$"""{"schemaVersion":2,"name":"sha256:{{Hex}}@0123456789abcdef0123456789abcdef","type":"atomic","content":"AAAA"}""");

    public static byte[] RekorPromise { get; } = Bytes($$$"""{"SignedEntryTimestamp":"AAAA","Payload":{"body":"AAAA","integratedTime":1760000000,"logIndex":1,"logID":"{{{Hex}}}"}}""");

    public static byte[] HashedRecord { get; } = Bytes(
        $$$$$"""{"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"sha256","value":"{{{{{Hex}}}}}"}},"signature":{"content":"AAAA","publicKey":{"content":"AAAA"}}}}""");

    public static byte[] Certificate { get; } = MakeCertificate();

    public static IReadOnlyList<byte[]> SigstoreKeys { get; } = MakeSigstoreKeys();

    public static byte[] Site { get; } = Bytes("""
        format = 1
        [site]
        name = "example"
        [registry]
        name = "registry.local"
        listen = ["0.0.0.0:80"]
        [signatures]
        name = "sigstore.local:81"
        [[key]]
        name = "maker"
        fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567"
        [[namespace]]
        name = "alt"
        makers = ["imagemaker"]
        keys = ["maker"]
        """);

    public static IReadOnlyList<byte[]> TufFiles { get; } =
    [
        Bytes("""{"signatures":[{"keyid":"a","sig":"00"}],"signed":{"_type":"timestamp","spec_version":"1.0.31","version":1,"expires":"2027-01-01T00:00:00Z","meta":{"snapshot.json":{"version":1,"length":3,"hashes":{"sha256":"00"}}}}}"""),
        Bytes("""{"signatures":[],"signed":{"_type":"root","spec_version":"1.0.31","consistent_snapshot":true,"version":1,"expires":"2027-01-01T00:00:00Z","keys":{"a":{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":"00"}}},"roles":{"root":{"keyids":["a"],"threshold":1},"targets":{"keyids":["a"],"threshold":1},"snapshot":{"keyids":["a"],"threshold":1},"timestamp":{"keyids":["a"],"threshold":1}}}}"""),
        Bytes("""{"signatures":[],"signed":{"_type":"targets","spec_version":"1.0.31","version":1,"expires":"2027-01-01T00:00:00Z","targets":{"site.toml":{"length":1,"hashes":{"sha256":"00"}}}}}"""),
    ];

    public static byte[] StoreImages { get; } = Bytes(
        $$$"""[{"id":"{{{Hex}}}","digest":"sha256:{{{Hex}}}","names":["a.example/b:c"],"layer":"{{{Hex}}}","metadata":"{\"signatures-sizes\":{\"sha256:{{{Hex}}}\":[1]}}","big-data-names":["manifest"],"created":"2026-01-01T00:00:00Z"}]""");

    /// <summary>Verifies a message as a signature.</summary>
    public static string VerifyMessage(byte[] message)
    {
        var check = Keyring.Verify(message);
        return $"{check.Reason} {check.Message}";
    }

    /// <summary>Reads a text as one certificate, as a chain and as an authority.</summary>
    public static string ReadCertificate(byte[] pem)
    {
        var chain = Certificates.ReadAll(pem, out var error);
        var authority = Certificates.ReadAuthority(pem);
        var certificate = SigningCertificate.Read(Encoding.UTF8.GetString(pem), out var signing);
        return $"{chain?.Count} {error} {authority.Count} {certificate is null} {signing}";
    }

    /// <summary>Reads a file as the metadata of each role.</summary>
    public static string ReadTuf(byte[] file) =>
        string.Join(' ', new[] { TufRole.Root, TufRole.Targets, TufRole.Timestamp }.Select(role => SignedMetadata.TryRead(file, role, out _, out var why) ? "read" : why));

    private static async Task<(byte[][] Keys, byte[][] Messages)> MakeOpenPgpAsync()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("gpg"), "gpg is not installed");
        await using var gpg = new GpgHome();
        var keys = new List<byte[]>();
        var messages = new List<byte[]>();
        foreach (var algorithm in new[] { "rsa2048", "ed25519", "nistp256" })
        {
            await gpg.CreateKeyAsync($"{algorithm}@example.com", algorithm);
            keys.Add((await gpg.GpgAsync("--batch", "--export", $"{algorithm}@example.com")).Output);
            messages.Add(await gpg.SignAsync(Bytes("{}"), $"{algorithm}@example.com"));
            messages.Add(await gpg.SignAsync(Bytes("{}"), $"{algorithm}@example.com", null, "--compress-algo", "none"));
        }

        keys.Add(await gpg.ExportAsync("rsa2048@example.com"));
        return ([.. keys], [.. messages]);
    }

    private static byte[] MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=signer", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddEmailAddress("a@example.com");
        names.AddDnsName("a.example");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(Now, Now.AddYears(1));
        return Bytes(certificate.ExportCertificatePem() + "\n");
    }

    private static byte[][] MakeSigstoreKeys()
    {
        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        return [Bytes(elliptic.ExportSubjectPublicKeyInfoPem()), Bytes(rsa.ExportSubjectPublicKeyInfoPem()), Bytes(rsa.ExportRSAPublicKeyPem())];
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
