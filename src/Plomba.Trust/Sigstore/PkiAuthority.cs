using System.Security.Cryptography.X509Certificates;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// An organisation's own certificate authority: long-lived certificates, which must be valid now (TRUST.md §7.5).
/// Immutable, thread-safe.
/// </summary>
/// <param name="roots">Its root certificates.</param>
/// <param name="intermediates">Its intermediates, in addition to those that come with a signature.</param>
/// <param name="email">An e-mail address the certificate must hold; null: not asked for.</param>
/// <param name="host">A host name it must be good for; null: not asked for.</param>
internal sealed class PkiAuthority(
    IReadOnlyList<X509Certificate2> roots, IReadOnlyList<X509Certificate2> intermediates, string? email, string? host)
{
    /// <summary>The certificate's key; null and why not.</summary>
    /// <param name="certificate">The annotation, PEM.</param>
    /// <param name="chain">The annotation, PEM; null when absent.</param>
    /// <param name="now">The current time.</param>
    /// <param name="problem">Null when there is a key.</param>
    public SigstoreKey? Verify(string certificate, string? chain, DateTimeOffset now, out CertificateProblem? problem)
    {
        problem = null;
        if (SigningCertificate.ReadChain(chain, out var error) is not { } given
            || SigningCertificate.Read(certificate, out error) is not { } leaf)
        {
            problem = new(SignatureReason.Malformed, error!);
            return null;
        }

        var path = leaf.Names.IsUnhandled
            ? new(SignatureReason.UnknownKey, Text.Say("x509: unhandled critical extension"))
            : CertificatePath.Check(leaf.Certificate, roots, intermediates.Concat(given), now);
        problem = path is not null ? path with { Message = Text.Say($"veryfing leaf certificate failed: {path.Message}") } : NameProblem(leaf.Names);
        return problem is null ? leaf.Key : null;
    }

    private CertificateProblem? NameProblem(SubjectNames names)
    {
        var error = email is null ? null : CertificateNames.EmailMismatch(names, email);
        if (error is null && host is not null && HostNames.Mismatch(names, host) is { } mismatch)
            error = Text.Say($"Unexpected subject hostname: {mismatch}");
        return error is null ? null : new(SignatureReason.UnknownKey, error);
    }
}
