using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Plomba.Trust.Sigstore;

/// <summary>The certificate that comes with a signature: its key and the names it claims. Nothing in it has been verified.</summary>
internal sealed class SigningCertificate
{
    private SigningCertificate(X509Certificate2 certificate, SubjectNames names, SigstoreKey key)
    {
        Certificate = certificate;
        Names = names;
        Key = key;
    }

    public X509Certificate2 Certificate { get; }

    public SubjectNames Names { get; }

    public SigstoreKey Key { get; }

    /// <summary>Null, with the reference's words, unless the text is exactly one certificate.</summary>
    public static SigningCertificate? Read(string pem, out string? error)
    {
        if (Certificates.ReadAll(Encoding.UTF8.GetBytes(pem), out error) is not { } certificates)
        {
            error = Text.Say($"parsing leaf certificate: {error}");
            return null;
        }

        error = certificates.Count switch
        {
            0 => Text.Say("no certificate found in signature certificate data"),
            1 => null,
            _ => Text.Say("unexpected multiple certificates present in signature certificate data"),
        };
        if (error is not null)
            return null;
        try
        {
            if (SubjectNames.Read(certificates[0], out error) is { } names
                && SigstoreKey.TryReadDer(certificates[0].PublicKey.ExportSubjectPublicKeyInfo(), out var key, out error))
            {
                return new SigningCertificate(certificates[0], names, key);
            }
        }
        catch (CryptographicException)
        {
            error = Text.Say("x509: malformed certificate");
        }

        error = Text.Say($"parsing leaf certificate: {error}");
        return null;
    }

    /// <summary>
    /// The intermediates that come with a signature: all of the chain but its last, which would be the root. Null with
    /// the reference's words.
    /// </summary>
    public static IReadOnlyList<X509Certificate2>? ReadChain(string? pem, out string? error)
    {
        error = null;
        if (string.IsNullOrEmpty(pem))
            return [];
        var chain = Certificates.ReadAll(Encoding.UTF8.GetBytes(pem), out error);
        error = error is null ? null : Text.Say($"loading certificate chain: {error}");
        return chain is null ? null : [.. chain.SkipLast(1)];
    }
}
