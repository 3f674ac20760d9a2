using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Plomba.Images;
using Plomba.Trust.Policy;
using Plomba.Trust.Sigstore;
using static Plomba.Trust.Tests.Policy.ExplanationTests;

namespace Plomba.Trust.Tests.Policy;

/// <summary>
/// What people read, in English and in Russian, about each kind of refusal of a sigstore signature: by keys, with a
/// transparency log, by certificates of Fulcio and of one's own authority, and as bundles.
/// </summary>
public sealed class SigstoreExplanationTests
{
    private const string SignatureAnnotation = "dev.cosignproject.cosign/signature";
    private const string LogAnnotation = "dev.sigstore.cosign/bundle";
    private const string CertificateAnnotation = "dev.sigstore.cosign/certificate";

    private static readonly Digest Digest = Digest.Sha256("{}"u8);
    private static readonly SigstoreSecretKey Maker = SigstoreSecretKey.Create();
    private static readonly SigstoreSecretKey Stranger = SigstoreSecretKey.Create();
    private static readonly X509Certificate2 Root = Authority("CN=root");
    private static readonly X509Certificate2 OtherRoot = Authority("CN=other");
    private static readonly SigstoreSigned ByKey = new(KeyMaterial.Path("/keys/maker.pub"), null, null, null);
    private static readonly SigstoreSigned ByData = new(KeyMaterial.Data(Encoding.ASCII.GetBytes(Maker.PublicKeyPem)), null, null, null);
    private static readonly SigstoreSigned ByLog = new(KeyMaterial.Path("/keys/maker.pub"), null, null, KeyMaterial.Path("/keys/rekor.pub"));
    private static readonly SigstoreSigned ByFulcio = new(null, new Fulcio(KeyMaterial.Path("/keys/root.pem"), "https://issuer.example", "maker@example.com"), null, KeyMaterial.Path("/keys/rekor.pub"));
    private static readonly SigstoreSigned ByPki = new(null, null, new Pki(KeyMaterial.Path("/keys/root.pem"), null, "maker@example.com", null), null);
    private static readonly Dictionary<string, (SigstoreSigned Requirement, StoredSignature[] Signatures)> Cases = All();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_refusal_is_told_in_both_languages(string name)
    {
        var (requirement, signatures) = Cases[name];
        foreach (var language in (string[])["en", "ru"])
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
            var verdict = Judge([requirement], SignatureListing.Of(signatures, Store), files: Files());
            var told = VerdictText.Explain(verdict).Split('\n')[4..^1].Select(line => Steady(line).Trim());
            Assert.Equal(SigstoreExplanations.Read(name, language), told);
        }
    }

    // Keys and their identifiers are new in each run.
    private static string Steady(string line) => line
        .Replace(IdOf(Maker), "MAKER", StringComparison.Ordinal)
        .Replace(IdOf(Stranger), "STRANGER", StringComparison.Ordinal);

    private static string IdOf(SigstoreSecretKey key) => SigstoreKey.TryReadPem(Encoding.ASCII.GetBytes(key.PublicKeyPem), out var read, out _) ? read.Id : "";

    private static Dictionary<string, (SigstoreSigned, StoredSignature[])> All() => new(StringComparer.Ordinal)
    {
        ["good"] = (ByKey, [Attached(Maker)]),
        ["good, key in the policy"] = (ByData, [Attached(Maker)]),
        ["none"] = (ByKey, []),
        ["none of its kind"] = (ByKey, [Signed("good", Name), StoredSignature.Sigstore("application/x", "{}"u8.ToArray(), new Dictionary<string, string>(StringComparer.Ordinal))]),
        ["by a stranger"] = (ByKey, [Attached(Stranger)]),
        ["two by strangers"] = (ByData, [Attached(Stranger), Attached(Stranger, "other.example/x:1")]),
        ["another name"] = (ByKey, [Attached(Maker, "other.example/x:1")]),
        ["another manifest"] = (ByKey, [Attached(Maker, Name, Digest.Sha256("x"u8))]),
        ["no signature annotation"] = (ByKey, [Without(Attached(Maker), SignatureAnnotation)]),
        ["no base64"] = (ByKey, [With(Attached(Maker), SignatureAnnotation, "%%")]),
        ["no payload"] = (ByKey, [Maker.SignPayload("[]"u8.ToArray())]),
        ["key file missing"] = (new(KeyMaterial.Path("/keys/none.pub"), null, null, null), [Attached(Maker)]),
        ["key file without a key"] = (new(KeyMaterial.Path("/keys/garbage"), null, null, null), [Attached(Maker)]),
        ["not in a log"] = (ByLog, [Attached(Maker)]),
        ["in a log that is not one"] = (ByLog, [With(Attached(Maker), LogAnnotation, "{}")]),
        ["fulcio, not in a log"] = (ByFulcio, [Attached(Maker)]),
        ["fulcio, without a certificate"] = (ByFulcio, [With(Attached(Maker), LogAnnotation, "{}")]),
        ["pki, without a certificate"] = (ByPki, [Attached(Maker)]),
        ["pki, certificate damaged"] = (ByPki, [With(Attached(Maker), CertificateAnnotation, "x")]),
        ["pki, another authority"] = (ByPki, [Certified(OtherRoot, "maker@example.com")]),
        ["pki, another person"] = (ByPki, [Certified(Root, "stranger@example.com")]),
        ["pki, expired"] = (ByPki, [Certified(Root, "maker@example.com", isExpired: true)]),
        ["pki, authority missing"] = (new(null, null, new Pki(KeyMaterial.Path("/keys/none.pem"), null, "maker@example.com", null), null), [Certified(Root, "maker@example.com")]),
        ["bundle, good"] = (ByKey, [Maker.SignBundle(Digest, Name)]),
        ["bundle, by a stranger"] = (ByKey, [Stranger.SignBundle(Digest, Name)]),
        ["bundle, another name"] = (ByKey, [Maker.SignBundle(Digest, "other.example/x:1")]),
        ["bundle, another manifest"] = (ByKey, [Maker.SignBundle(Digest.Sha256("x"u8), Name)]),
        ["bundle, damaged"] = (ByKey, [StoredSignature.SigstoreBundle("{"u8.ToArray())]),
        ["bundle, certificates wanted"] = (ByPki, [Maker.SignBundle(Digest, Name)]),
    };

    private static HandedFiles Files() => new HandedFiles()
        .Add("/keys/maker.pub", Maker.PublicKeyPem)
        .Add("/keys/rekor.pub", Stranger.PublicKeyPem)
        .Add("/keys/root.pem", Root.ExportCertificatePem())
        .Add("/keys/garbage", "garbage");

    private static StoredSignature Attached(SigstoreSecretKey key, string name = Name, Digest? manifest = null) =>
        key.SignPayload(new SigstorePayload(manifest ?? Digest, name).Write("test", DateTimeOffset.UnixEpoch));

    private static StoredSignature With(StoredSignature signature, string annotation, string value) =>
        StoredSignature.Sigstore(signature.MediaType!, signature.Bytes, new Dictionary<string, string>(signature.Annotations, StringComparer.Ordinal) { [annotation] = value });

    private static StoredSignature Without(StoredSignature signature, string annotation) =>
        StoredSignature.Sigstore(signature.MediaType!, signature.Bytes, signature.Annotations.Where(a => a.Key != annotation).ToDictionary(StringComparer.Ordinal));

    private static StoredSignature Certified(X509Certificate2 root, string email, bool isExpired = false)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(Maker.PublicKeyPem);
        var request = new CertificateRequest(new X500DistinguishedName("CN=leaf"), new PublicKey(key), HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddEmailAddress(email);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.3")], critical: false));
        var from = new DateTimeOffset(root.NotBefore);
        using var made = request.Create(root, from, isExpired ? from.AddDays(1) : new DateTimeOffset(root.NotAfter), [1]);
        return With(Attached(Maker), CertificateAnnotation, made.ExportCertificatePem());
    }

    private static X509Certificate2 Authority(string name)
    {
        var request = new CertificateRequest(name, ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-100), now.AddDays(100));
    }
}
