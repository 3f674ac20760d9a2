using Plomba.Trust.Json;
using Plomba.Trust.Policy;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// The cryptography of one sigstore signature (TRUST.md §7): the log's promise, the certificate, the signature over the
/// payload, in this order.
/// </summary>
internal sealed class SigstoreVerification(SigstoreTrust trust, TimeProvider clock)
{
    /// <summary>Where the signature stands, in base64.</summary>
    public const string SignatureAnnotation = "dev.cosignproject.cosign/signature";

    private const string BundleAnnotation = "dev.sigstore.cosign/bundle";
    private const string CertificateAnnotation = "dev.sigstore.cosign/certificate";
    private const string ChainAnnotation = "dev.sigstore.cosign/chain";

    /// <summary>Null when the payload was signed by whom the requirement trusts; else why not.</summary>
    /// <param name="signature">An attachment.</param>
    /// <param name="key">Who signed it; of a refused one whose certificate it carries. Null when unknown.</param>
    public Refusal? Check(StoredSignature signature, out string? key)
    {
        key = null;
        if (Annotation(signature, SignatureAnnotation, out var missing) is not { } base64Signature)
            return missing;
        var keys = Keys(signature, base64Signature, out var refusal);
        if (refusal is not null)
            return refusal;
        refusal = CheckPayload(keys, signature.Bytes.Span, base64Signature, out var signer);
        key = (signer ?? (trust.Keys.Count == 0 ? keys[0] : null))?.Id;
        return refusal;
    }

    /// <summary>As <see cref="Check"/>, of a bundle. Only plain keys count: certificates and logs are not read from bundles.</summary>
    public Refusal? CheckBundle(StoredSignature bundle, ReadOnlySpan<byte> manifest, out BundleClaim claim, out string? key)
    {
        (claim, key) = (BundleClaim.Unknown, null);
        if (trust.Keys.Count == 0 || trust.Logs is not null)
            return new(ErrorClass.PolicyRequirement, SignatureReason.Policy, Text.Say("a sigstore bundle does not satisfy a requirement for certificates or a transparency log"));
        var refusal = BundleVerification.Check(trust.Keys, bundle, manifest, out claim, out var signer);
        key = signer?.Id;
        return refusal;
    }

    /// <summary>Null when <paramref name="base64Signature"/> is one by any of the keys over the payload; else why not.</summary>
    /// <param name="keys">Any of which may have signed.</param>
    /// <param name="payload">What was signed.</param>
    /// <param name="base64Signature">The signature.</param>
    /// <param name="signer">Which key signed; null with a refusal.</param>
    public static Refusal? CheckPayload(IReadOnlyList<SigstoreKey> keys, ReadOnlySpan<byte> payload, string base64Signature, out SigstoreKey? signer)
    {
        signer = null;
        if (keys.Count == 0)
            return new(ErrorClass.Plain, SignatureReason.Key, Text.Say("Need at least one public key to verify the sigstore payload, but got 0"));
        if (!StrictBase64.TryDecode(base64Signature, out var signature))
            return Invalid(SignatureReason.Malformed, Text.Say("base64 decoding: illegal base64 data"));
        var failures = new List<string>();
        foreach (var key in keys)
        {
            if (key.Verify(payload, signature) is not { } failure)
            {
                signer = key;
                return null;
            }

            failures.Add(failure);
        }

        return Invalid(SignatureReason.BadSignature, Text.Say($"cryptographic signature verification failed: {string.Join(", ", failures)}"));
    }

    private IReadOnlyList<SigstoreKey> Keys(StoredSignature signature, string base64Signature, out Refusal? refusal)
    {
        if (trust.Fulcio is { } fulcio)
            return One(FulcioKey(fulcio, signature, base64Signature, out refusal));
        if (trust.Pki is { } pki)
            return One(PkiKey(pki, signature, out refusal));
        if (trust.Logs is { } logs)
            return One(LoggedKey(logs, signature, base64Signature, out refusal));
        refusal = null;
        return trust.Keys;
    }

    // The one key that the log names is the only one that counts.
    private SigstoreKey? LoggedKey(RekorLogs logs, StoredSignature signature, string base64Signature, out Refusal? refusal)
    {
        if (Annotation(signature, BundleAnnotation, out refusal) is not { } bundle)
            return null;
        var failures = new List<string>();
        foreach (var key in trust.Keys)
        {
            var check = logs.Verify(bundle, new PemContent(key.SubjectPublicKeyInfo, false), base64Signature, signature.Bytes.Span);
            if (check.Error is null)
                return key;
            failures.Add(check.Error);
        }

        refusal = Invalid(SignatureReason.BadSignature, Text.Say($"No public key verified against the RekorSET: {string.Join(", ", failures)}"));
        return null;
    }

    private static SigstoreKey? FulcioKey(FulcioAuthority fulcio, RekorLogs logs, StoredSignature signature, string base64Signature, out Refusal? refusal)
    {
        if (Annotation(signature, BundleAnnotation, out refusal) is not { } bundle
            || Annotation(signature, CertificateAnnotation, out refusal) is not { } certificate)
        {
            return null;
        }

        var content = PemContent.Of(System.Text.Encoding.UTF8.GetBytes(certificate));
        var check = logs.Verify(bundle, content, base64Signature, signature.Bytes.Span);
        if (check.Error is { } error)
        {
            refusal = Invalid(SignatureReason.BadSignature, error);
            return null;
        }

        if (!TryTime(check.IntegratedTime, out var time))
        {
            refusal = Invalid(SignatureReason.BadSignature, Text.Say($"integratedTime {check.IntegratedTime} of the Rekor SET is out of range"));
            return null;
        }

        var key = fulcio.Verify(certificate, signature.Annotations.GetValueOrDefault(ChainAnnotation), time, out var problem);
        refusal = problem is null ? null : Invalid(problem.Reason, problem.Message);
        return key;
    }

    private SigstoreKey? FulcioKey(FulcioAuthority fulcio, StoredSignature signature, string base64Signature, out Refusal? refusal)
    {
        if (trust.Logs is { } logs)
            return FulcioKey(fulcio, logs, signature, base64Signature, out refusal);
        refusal = new(ErrorClass.Plain, SignatureReason.Key, Text.Say("Fulcio CA specified without a Rekor public key"));
        return null;
    }

    private SigstoreKey? PkiKey(PkiAuthority pki, StoredSignature signature, out Refusal? refusal)
    {
        if (Annotation(signature, CertificateAnnotation, out refusal) is not { } certificate)
            return null;
        var key = pki.Verify(certificate, signature.Annotations.GetValueOrDefault(ChainAnnotation), clock.GetUtcNow(), out var problem);
        refusal = problem is null ? null : Invalid(problem.Reason, problem.Message);
        return key;
    }

    private static string? Annotation(StoredSignature signature, string name, out Refusal? missing)
    {
        missing = null;
        if (signature.Annotations.TryGetValue(name, out var value))
            return value;
        missing = new(ErrorClass.Plain, SignatureReason.Malformed, Text.Say($"missing {name} annotation"));
        return null;
    }

    private static bool TryTime(long seconds, out DateTimeOffset time)
    {
        var isInRange = seconds >= 0 && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        time = isInRange ? DateTimeOffset.FromUnixTimeSeconds(seconds) : default;
        return isInRange;
    }

    private static IReadOnlyList<SigstoreKey> One(SigstoreKey? key) => key is null ? [] : [key];

    private static Refusal Invalid(SignatureReason reason, string message) => new(ErrorClass.InvalidSignature, reason, message);
}
