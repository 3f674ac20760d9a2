using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Plomba.Site.Tls;

/// <summary>
/// A site's own certificate authority: an EC key (P-256) whose certificate is held to the site's names. It signs server
/// certificates and is needed for nothing else, so its key can be kept away from the network between renewals.
/// </summary>
public sealed class SiteAuthority : IDisposable
{
    /// <summary>How long a new CA counts, unless told otherwise: ten years.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(3650);

    /// <summary>How long a server certificate counts, unless told otherwise: a year and a month to renew it in.</summary>
    public static readonly TimeSpan DefaultServerLifetime = TimeSpan.FromDays(397);

    // Clocks of clients that are a little behind.
    private static readonly TimeSpan Backdating = TimeSpan.FromHours(1);

    private readonly ECDsa _key;

    private SiteAuthority(X509Certificate2 certificate, ECDsa key) => (Certificate, _key) = (certificate, key);

    /// <summary>Its certificate, without the key. Belongs to this object.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Makes a CA for these names and no others.</summary>
    /// <param name="owner">The site, or what else tells people whose it is.</param>
    /// <param name="names">At least one.</param>
    /// <param name="now">The time.</param>
    /// <param name="lifetime">How long it counts.</param>
    public static SiteAuthority Create(string owner, IReadOnlyCollection<CertificateName> names, DateTimeOffset now, TimeSpan lifetime)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(owner, "CA"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(NameConstraints.For(names));
        using var certificate = request.CreateSelfSigned(now - Backdating, now + lifetime);
        return new SiteAuthority(X509CertificateLoader.LoadCertificate(certificate.RawData), key);
    }

    /// <summary>Opens a CA from its two PEM files; false with one line of why not.</summary>
    /// <param name="certificate">The certificate file's text; its first certificate is the CA's.</param>
    /// <param name="key">The key file's text.</param>
    /// <param name="passphrase">Asked only when the key is encrypted; gives null when nobody answers.</param>
    /// <param name="authority">The CA.</param>
    /// <param name="why">One line.</param>
    public static bool TryOpen(
        string certificate, string key, Func<string?> passphrase,
        [NotNullWhen(true)] out SiteAuthority? authority, [NotNullWhen(false)] out string? why)
    {
        authority = null;
        if (!PemKey.TryRead(key, passphrase, out var privateKey, out why))
            return false;
        X509Certificate2? found = null;
        try
        {
            found = X509Certificate2.CreateFromPem(certificate);
            using var publicKey = found.GetECDsaPublicKey();
            if (!found.Extensions.OfType<X509BasicConstraintsExtension>().Any(c => c.CertificateAuthority))
                why = Text.Say("the certificate is not that of a CA");
            else if (publicKey is null || !publicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(privateKey.ExportSubjectPublicKeyInfo()))
                why = Text.Say("the key does not belong to the certificate");
        }
        catch (CryptographicException)
        {
            why = Text.Say("the certificate file holds no certificate in PEM");
        }

        if (why is null)
        {
            authority = new SiteAuthority(found!, privateKey);
            return true;
        }

        found?.Dispose();
        privateKey.Dispose();
        return false;
    }

    /// <summary>
    /// Signs a server certificate, which ends with the CA at the latest; false with the reason when clients would refuse
    /// it: the CA has ended, or is not allowed one of the names.
    /// </summary>
    /// <param name="owner">The site, for the subject.</param>
    /// <param name="names">At least one.</param>
    /// <param name="key">The server's key.</param>
    /// <param name="now">The time.</param>
    /// <param name="lifetime">How long it counts.</param>
    /// <param name="certificate">The certificate, to be disposed of by the caller.</param>
    /// <param name="why">One line.</param>
    public bool TryIssue(
        string owner, IReadOnlyCollection<CertificateName> names, ECDsa key, DateTimeOffset now, TimeSpan lifetime,
        [NotNullWhen(true)] out X509Certificate2? certificate, [NotNullWhen(false)] out string? why)
    {
        certificate = null;
        why = null;
        var end = ServerCertificate.EndOf(Certificate);
        var earliest = new DateTimeOffset(Certificate.NotBefore);
        if (end <= now || earliest > now)
        {
            why = Text.Say($"the CA's certificate counts from {earliest:yyyy-MM-dd} to {end:yyyy-MM-dd}");
            return false;
        }

        var request = new CertificateRequest(Subject(owner, "server"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)); // serverAuth
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        request.CertificateExtensions.Add(AlternativeNames(names));
        var begin = now - Backdating > earliest ? now - Backdating : earliest;
        certificate = request.Create(
            Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), begin, now + lifetime < end ? now + lifetime : end, SerialNumber());
        if (ServerCertificate.IsAcceptedBy(certificate, [Certificate], now, out var refusal))
            return true;
        why = Text.Say($"clients would refuse it ({refusal}); the CA is held to the names it was made for");
        certificate.Dispose();
        certificate = null;
        return false;
    }

    /// <summary>The certificate in PEM.</summary>
    public string CertificatePem => $"{Certificate.ExportCertificatePem()}\n";

    /// <summary>The private key in PEM (PKCS #8), encrypted with a passphrase unless that is empty.</summary>
    public string KeyPem(string passphrase) => PemKey.Write(_key, passphrase);

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }

    // The space keeps the common name from ever being taken for a host name, which only the alternative names are.
    private static X500DistinguishedName Subject(string owner, string what)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationName(owner);
        name.AddCommonName($"{owner} registry {what}");
        return name.Build();
    }

    private static X509Extension AlternativeNames(IEnumerable<CertificateName> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (name.Address is { } address)
                builder.AddIpAddress(address);
            else
                builder.AddDnsName(name.Text);
        }

        return builder.Build();
    }

    // 127 random bits and a positive number.
    private static byte[] SerialNumber()
    {
        var number = RandomNumberGenerator.GetBytes(16);
        number[0] = (byte)((number[0] & 0x7f) | 0x40);
        return number;
    }
}
