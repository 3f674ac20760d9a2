using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Plomba.Trust.Keys;

namespace Plomba.Site.Tls;

/// <summary>A certificate file as it is at some time.</summary>
public sealed record CertificateState
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>Null when there is no certificate; then one line of why.</summary>
    public string? Trouble { get; private init; }

    /// <summary>sha256 of the certificate, upper-case hex; empty when there is none.</summary>
    public string Fingerprint { get; private init; } = "";

    /// <summary>The names it is for; empty for a CA.</summary>
    public IReadOnlyList<CertificateName> Names { get; private init; } = [];

    /// <summary>When it ends.</summary>
    public DateTimeOffset Ends { get; private init; }

    /// <summary>How urgent its renewal is.</summary>
    public ExpiryUrgency Urgency { get; private init; }

    /// <summary>The first certificate of a file.</summary>
    public static CertificateState Read(string file, DateTimeOffset now)
    {
        if (!PemFile.TryReadText(file, out var text, out var why) || !PemFile.TryParse(text, out var chain))
            return new CertificateState { File = file, Trouble = why ?? Text.Say("it holds no certificate in PEM") };
        var state = Of(file, chain[0], now);
        PemFile.Dispose(chain);
        return state;
    }

    private static CertificateState Of(string file, X509Certificate2 certificate, DateTimeOffset now) => new()
    {
        File = file,
        Fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256),
        Names = ServerCertificate.NamesOf(certificate),
        Ends = ServerCertificate.EndOf(certificate),
        Urgency = Expiry.Of(ServerCertificate.EndOf(certificate), now),
    };
}
