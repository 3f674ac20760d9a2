using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;

namespace Plomba.Site.Tls;

/// <summary>Looks at server certificates as a client would.</summary>
internal static class ServerCertificate
{
    /// <summary>The names of a certificate that a client of this one could mean.</summary>
    public static IReadOnlyList<CertificateName> NamesOf(X509Certificate2 certificate) =>
    [
        .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString())))
            .Select(text => CertificateName.TryParse(text, out var name, out _) ? name : null)
            .OfType<CertificateName>(),
    ];

    /// <summary>When it ends.</summary>
    public static DateTimeOffset EndOf(X509Certificate2 certificate) => new(certificate.NotAfter);

    /// <summary>Whether a client that knows these authorities takes the certificate at this time; false with one line of why not.</summary>
    public static bool IsAcceptedBy(X509Certificate2 certificate, IEnumerable<X509Certificate2> authorities, DateTimeOffset now, [NotNullWhen(false)] out string? why)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        foreach (var authority in authorities)
            chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        why = chain.Build(certificate)
            ? null
            : string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim()).Where(s => s.Length > 0).Distinct(StringComparer.Ordinal).DefaultIfEmpty("no way to the CA"));
        return why is null;
    }
}
