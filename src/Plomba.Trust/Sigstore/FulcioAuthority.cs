using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// A Fulcio instance: certificates that are valid for minutes, so that they are judged at the time a transparency log
/// took up the signature (TRUST.md §7.4). Immutable, thread-safe.
/// </summary>
/// <param name="roots">Its root certificates, and intermediates that count as such.</param>
/// <param name="issuer">Who must have told it the e-mail address.</param>
/// <param name="email">Whose signature it must be.</param>
internal sealed class FulcioAuthority(IReadOnlyList<X509Certificate2> roots, string issuer, string email)
{
    // The older extension holds the bare text, the newer one a DER string.
    private const string BareIssuer = "1.3.6.1.4.1.57264.1.1";
    private const string Issuer = "1.3.6.1.4.1.57264.1.8";

    /// <summary>The certificate's key; null and why not.</summary>
    /// <param name="certificate">The annotation, PEM.</param>
    /// <param name="chain">The annotation, PEM; null when absent.</param>
    /// <param name="time">When the signature was made, according to the log.</param>
    /// <param name="problem">Null when there is a key.</param>
    public SigstoreKey? Verify(string certificate, string? chain, DateTimeOffset time, out CertificateProblem? problem)
    {
        problem = null;
        if (SigningCertificate.ReadChain(chain, out var error) is not { } intermediates
            || SigningCertificate.Read(certificate, out error) is not { } leaf)
        {
            problem = new(SignatureReason.Malformed, error!);
            return null;
        }

        problem = CertificatePath.Check(leaf.Certificate, roots, intermediates, time) is { } path
            ? path with { Message = Text.Say($"veryfing leaf certificate failed: {path.Message}") }
            : NameProblem(leaf);
        return problem is null ? leaf.Key : null;
    }

    private CertificateProblem? NameProblem(SigningCertificate leaf)
    {
        var claimed = IssuerOf(leaf.Certificate, out var error);
        error ??= claimed != issuer ? Text.Say($"Unexpected Fulcio OIDC issuer {QuotedText.Of(claimed!)}") : CertificateNames.EmailMismatch(leaf.Names, email);
        return error is null ? null : new(SignatureReason.UnknownKey, error);
    }

    private static string? IssuerOf(X509Certificate2 certificate, out string? error)
    {
        error = null;
        var bare = Extension(certificate, BareIssuer) is { } raw ? Encoding.UTF8.GetString(raw) : null;
        string? typed = null;
        if (Extension(certificate, Issuer) is { } der)
        {
            try
            {
                typed = AsnDecoder.ReadCharacterString(der, AsnEncodingRules.DER, UniversalTagNumber.UTF8String, out var length);
                error = length == der.Length ? null : Text.Say("invalid ASN.1 in OIDC issuer v2 extension, trailing data");
            }
            catch (AsnContentException)
            {
                error = Text.Say("invalid ASN.1 in OIDC issuer v2 extension: no UTF8String");
            }
        }

        if (bare is null && typed is null)
            error ??= Text.Say("Fulcio certificate is missing the issuer extension");
        else if (bare is not null && typed is not null && bare != typed)
            error ??= Text.Say($"inconsistent OIDC issuer extension values: {QuotedText.Of(bare)} vs. {QuotedText.Of(typed)}");
        return bare ?? typed;
    }

    private static byte[]? Extension(X509Certificate2 certificate, string oid) =>
        certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == oid)?.RawData;
}

/// <summary>Matching of names that both kinds of authorities need.</summary>
internal static class CertificateNames
{
    /// <summary>Null when one of the e-mail addresses is the wanted one, byte for byte; else the reference's words.</summary>
    public static string? EmailMismatch(SubjectNames names, string email) => names.Emails.Contains(email, StringComparer.Ordinal)
        ? null
        : Text.Say($"Required email {QuotedText.Of(email)} not found (got [{string.Join(' ', names.Emails.Select(QuotedText.Of))}])");
}
