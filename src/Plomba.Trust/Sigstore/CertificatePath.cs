using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// Whether a certificate descends from configured roots and may sign code. The platform finds the path and checks
/// signatures, constraints and critical extensions; on top stands what Go's crypto/x509 does differently: any configured
/// certificate is an anchor, whether self-signed or not, the last second of a validity counts, authorities must say that
/// they are, SHA-1 proves nothing, and the extended key usage must allow code signing all along the path. Nothing is
/// fetched from anywhere.
/// </summary>
internal static class CertificatePath
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    private const string AnyUsage = "2.5.29.37.0";

    // RSA with MD2, MD5 and SHA-1, its old alias, ECDSA with SHA-1, DSA.
    private static readonly HashSet<string> _weak = new(StringComparer.Ordinal)
    {
        "1.2.840.113549.1.1.2", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.3.14.3.2.29", "1.2.840.10045.4.1",
        "1.2.840.10040.4.3", "2.16.840.1.101.3.4.3.2",
    };

    /// <summary>Null when it may; else why not.</summary>
    public static CertificateProblem? Check(
        X509Certificate2 leaf, IReadOnlyList<X509Certificate2> roots, IEnumerable<X509Certificate2> intermediates, DateTimeOffset time)
    {
        var given = intermediates.ToArray();
        try
        {
            if (CheckOnePath(leaf, [.. roots], given, time) is not { } problem)
                return null;
            // The platform follows one path only, and with several roots of one name it may be the wrong one.
            return roots.Count > 1 && roots.Any(root => CheckOnePath(leaf, [root], given, time) is null) ? null : problem;
        }
        catch (CryptographicException)
        {
            // Extensions are decoded when they are first looked at.
            return new(SignatureReason.Malformed, Text.Say("x509: malformed certificate"));
        }
    }

    private static CertificateProblem? CheckOnePath(
        X509Certificate2 leaf, X509Certificate2[] roots, X509Certificate2[] intermediates, DateTimeOffset time)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(roots);
        policy.ExtraStore.AddRange(intermediates);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = time.UtcDateTime;
        policy.VerificationTimeIgnored = false;
        chain.Build(leaf);
        var path = new List<X509ChainElement>();
        foreach (var element in chain.ChainElements)
        {
            path.Add(element);
            if (policy.CustomTrustStore.Any(root => root.RawDataMemory.Span.SequenceEqual(element.Certificate.RawDataMemory.Span)))
                return Check(path, time);
        }

        return UnknownAuthority;
    }

    private static CertificateProblem? Check(List<X509ChainElement> path, DateTimeOffset time)
    {
        foreach (var (index, element) in path.Index())
        {
            var isAnchor = index == path.Count - 1;
            var problem = StatusProblem(element)
                ?? TimeProblem(element.Certificate, time)
                ?? (isAnchor ? null : StrengthProblem(element.Certificate))
                ?? (index == 0 ? null : AuthorityProblem(element.Certificate));
            if (problem is not null)
                return problem;
        }

        return path.All(e => MaySignCode(e.Certificate))
            ? null
            : new(SignatureReason.UnknownKey, Text.Say("x509: certificate specifies an incompatible key usage"));
    }

    // Where the path ends is decided by the caller, times by TimeProblem; there is no revocation to be known.
    private const X509ChainStatusFlags Expected = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotTimeValid
        | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    private static CertificateProblem? StatusProblem(X509ChainElement element)
    {
        var status = element.ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status) & ~Expected;
        if (status == X509ChainStatusFlags.NoError)
            return null;
        if (status.HasFlag(X509ChainStatusFlags.NotSignatureValid))
            return UnknownAuthority;
        return status.HasFlag(X509ChainStatusFlags.HasNotSupportedCriticalExtension)
            ? new(SignatureReason.UnknownKey, Text.Say("x509: unhandled critical extension"))
            : new(SignatureReason.UnknownKey, Text.Say($"x509: certificate {QuotedText.Of(element.Certificate.Subject)}: {status}"));
    }

    // The last second counts as valid (RFC 5280); the platform takes it for expired.
    private static CertificateProblem? TimeProblem(X509Certificate2 certificate, DateTimeOffset time) =>
        time.UtcDateTime < certificate.NotBefore.ToUniversalTime() || time.UtcDateTime > certificate.NotAfter.ToUniversalTime()
            ? new(SignatureReason.Expired, Text.Say("x509: certificate has expired or is not yet valid"))
            : null;

    private static CertificateProblem UnknownAuthority => new(SignatureReason.UnknownKey, Text.Say("x509: certificate signed by unknown authority"));

    private static CertificateProblem? StrengthProblem(X509Certificate2 certificate) =>
        _weak.Contains(certificate.SignatureAlgorithm.Value ?? "")
            ? new(SignatureReason.Weak, Text.Say($"x509: cannot verify signature: insecure algorithm {certificate.SignatureAlgorithm.FriendlyName}"))
            : null;

    private static CertificateProblem? AuthorityProblem(X509Certificate2 certificate)
    {
        var isAuthority = certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is { CertificateAuthority: true };
        var maySign = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is not { } usage
            || usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign);
        return isAuthority && maySign
            ? null
            : new(SignatureReason.UnknownKey, Text.Say("x509: certificate is not authorized to sign other certificates"));
    }

    private static bool MaySignCode(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is not { EnhancedKeyUsages: var usages }
        || usages.OfType<Oid>().Any(u => u.Value is CodeSigning or AnyUsage);
}

/// <summary>Why a certificate does not count.</summary>
/// <param name="Reason">One word for programs.</param>
/// <param name="Message">The reference's words where it has some.</param>
internal sealed record CertificateProblem(SignatureReason Reason, string Message);
