using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Plomba.Trust.Sigstore;

/// <summary>Reads certificates as the reference implementation does.</summary>
internal static class Certificates
{
    /// <summary>
    /// Every block of a PEM text that came with a signature: anything that is no certificate spoils the whole. Null, with
    /// the reference's words, when it is spoilt; empty for a blank text.
    /// </summary>
    public static IReadOnlyList<X509Certificate2>? ReadAll(ReadOnlySpan<byte> pem, out string? error)
    {
        var certificates = new List<X509Certificate2>();
        pem = pem.Trim(" \t\r\n\v\f"u8);
        while (!pem.IsEmpty)
        {
            if (!PemBlock.TryRead(ref pem, out var block))
            {
                error = Text.Say("error during PEM decoding");
                return null;
            }

            if (Parse(block.Der, out error) is not { } certificate)
                return null;
            certificates.Add(certificate);
        }

        error = null;
        return certificates;
    }

    /// <summary>The certificates of an authority's file: blocks of another type, or that cannot be read, are passed over.</summary>
    public static IReadOnlyList<X509Certificate2> ReadAuthority(ReadOnlySpan<byte> pem)
    {
        var certificates = new List<X509Certificate2>();
        while (PemBlock.TryRead(ref pem, out var block))
        {
            if (block is { Type: "CERTIFICATE", HasHeaders: false } && Parse(block.Der, out _) is { } certificate)
                certificates.Add(certificate);
        }

        return certificates;
    }

    /// <summary>Null, and why, for what is no certificate.</summary>
    public static X509Certificate2? Parse(byte[] der, out string? error)
    {
        error = Text.Say("x509: malformed certificate");
        try
        {
            // The loader takes PEM, too, and more than one certificate.
            AsnDecoder.ReadSequence(der, AsnEncodingRules.DER, out _, out _, out var length);
            if (length != der.Length)
                return null;
            var certificate = X509CertificateLoader.LoadCertificate(der);
            if (certificate.Extensions.Select(e => e.Oid?.Value).Distinct(StringComparer.Ordinal).Count() == certificate.Extensions.Count)
                return certificate;
            error = Text.Say("x509: certificate contains duplicate extensions");
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            error = Text.Say($"x509: malformed certificate: {e.Message.ReplaceLineEndings(" ")}");
        }

        return null;
    }
}
