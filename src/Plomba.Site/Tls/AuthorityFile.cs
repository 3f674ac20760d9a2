using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Plomba.Files;

namespace Plomba.Site.Tls;

/// <summary>
/// The CA certificates of <c>registry.tls.ca</c>, which every machine gets under <c>certs.d</c>. One or, while a CA is
/// being replaced, several.
/// </summary>
public static class AuthorityFile
{
    /// <summary>Where clients look for it, below the root directory: <c>etc/containers/certs.d/registry.local/ca.crt</c>.</summary>
    public static string PathFor(SiteDescription site)
    {
        ArgumentNullException.ThrowIfNull(site);
        return $"etc/containers/certs.d/{site.Registry.Name}/ca.crt";
    }

    /// <summary>
    /// The certificates as clients get them: read, found to be a CA's, and written anew in PEM, so that nothing else of
    /// the file travels.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="pem">UTF-8.</param>
    /// <param name="why">One line of why the file cannot be handed out.</param>
    public static bool TryRead(string path, [NotNullWhen(true)] out byte[]? pem, [NotNullWhen(false)] out string? why)
    {
        pem = null;
        return PemFile.TryReadText(path, out var text, out why) && TryParse(text, out pem, out why);
    }

    /// <summary>As <see cref="TryRead"/>, from the text of the file.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out byte[]? pem, [NotNullWhen(false)] out string? why)
    {
        pem = null;
        if (!TryOpenText(text, out var certificates, out why))
            return false;
        pem = Encoding.UTF8.GetBytes(string.Concat(certificates.Select(c => c.ExportCertificatePem() + "\n")));
        PemFile.Dispose(certificates);
        return true;
    }

    internal static bool TryOpen(string path, [NotNullWhen(true)] out X509Certificate2Collection? certificates, [NotNullWhen(false)] out string? why)
    {
        certificates = null;
        return PemFile.TryReadText(path, out var text, out why) && TryOpenText(text, out certificates, out why);
    }

    private static bool TryOpenText(string text, [NotNullWhen(true)] out X509Certificate2Collection? certificates, [NotNullWhen(false)] out string? why)
    {
        certificates = null;
        why = null;
        if (text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            why = Text.Say("it holds a private key, which every machine would get: name the certificate alone");
        else if (PemFile.TryParse(text, out certificates) && certificates.Any(c => !c.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority)))
            why = Text.Say("it holds a certificate that is not a CA's");
        if (why is null && certificates is not null)
            return true;
        why ??= Text.Say("it holds no certificate in PEM");
        PemFile.Dispose(certificates);
        certificates = null;
        return false;
    }
}

/// <summary>Small files of PEM.</summary>
internal static class PemFile
{
    /// <summary>No certificate or key file is larger.</summary>
    public const int MaximumSize = 256 * 1024;

    /// <summary>Reads a file; false with one line of why not.</summary>
    public static bool TryReadText(string path, out string text, [NotNullWhen(false)] out string? why)
    {
        text = "";
        why = null;
        try
        {
            using var stream = RegularFile.OpenRead(path);
            var buffer = new byte[MaximumSize + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > MaximumSize)
                why = Text.Say("it is too large for a certificate or key");
            else
                text = Encoding.Latin1.GetString(buffer, 0, length);
            CryptographicOperations.ZeroMemory(buffer);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            why = Text.Say("the file is not there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = e is UnauthorizedAccessException ? Text.Say("the file may not be read") : Text.Say("the file cannot be read");
        }

        return why is null;
    }

    /// <summary>The certificates of a text; false when there is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out X509Certificate2Collection? certificates)
    {
        certificates = [];
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            Dispose(certificates);
            certificates = null;
        }

        if (certificates is { Count: > 0 })
            return true;
        certificates = null;
        return false;
    }

    /// <summary>Disposes of certificates, if there are any.</summary>
    public static void Dispose(X509Certificate2Collection? certificates)
    {
        foreach (var certificate in certificates ?? [])
            certificate.Dispose();
    }
}
