using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Plomba.Files;

namespace Plomba.Transfer.Registries.Http;

/// <summary>
/// The certificates for one registry: <c>*.crt</c> are CAs beside the system's, <c>X.cert</c> with <c>X.key</c> a client
/// certificate (TRUST.md §10).
/// </summary>
internal sealed class CertificateDirectory
{
    // All authorities that a system trusts are a quarter of that.
    private const int LongestFile = 1024 * 1024;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2Collection _authorities = [];

    private CertificateDirectory()
    {
    }

    /// <summary>Client certificates to offer; may be empty.</summary>
    public X509Certificate2Collection Client { get; } = [];

    /// <summary>Reads the directory that counts for a registry: the one named in <paramref name="access"/>, else the first that exists.</summary>
    /// <exception cref="TransferException">A file in it cannot be used, or half of a pair is missing.</exception>
    public static CertificateDirectory For(RegistryHost registry, RegistryAccess access)
    {
        var home = access.Variable("HOME") is { Length: > 0 } set ? set : "/";
        var path = access.CertificateDirectory ?? new[]
        {
            Path.Combine(home, ".config/containers/certs.d", registry.Text),
            Path.Combine("/etc/containers/certs.d", registry.Text),
            Path.Combine("/etc/docker/certs.d", registry.Text),
        }.FirstOrDefault(Directory.Exists);
        var directory = new CertificateDirectory();
        if (Directory.Exists(path))
            directory.Read(path);
        return directory;
    }

    /// <summary>Whether a server's certificate leads to one of the extra authorities (its name has been checked already).</summary>
    public bool Trusts(X509Certificate2 certificate, X509Chain? sent)
    {
        if (_authorities.Count == 0)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(certificate);
    }

    /// <summary>The TLS settings of connections to this registry.</summary>
    /// <param name="insecure">Whatever certificate is shown, it is taken.</param>
    /// <param name="refused">Told why a certificate was not trusted.</param>
    public SslClientAuthenticationOptions Options(bool insecure, Action<string> refused) => new()
    {
        ClientCertificates = Client.Count == 0 ? null : Client,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (insecure || errors == SslPolicyErrors.None)
                return true;
            if (errors == SslPolicyErrors.RemoteCertificateChainErrors && certificate is X509Certificate2 shown && Trusts(shown, chain))
                return true;
            refused(Why(errors, chain));
            return false;
        },
    };

    private static string Why(SslPolicyErrors errors, X509Chain? chain)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return Text.Say("the server shows no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return Text.Say("the server's certificate is for another name");
        return chain?.ChainStatus is [var first, ..] ? first.StatusInformation.Trim() : Text.Say("the server's certificate is not trusted");
    }

    private void Read(string path)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(path).Order(StringComparer.Ordinal))
                ReadFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new TransferException(TransferTrouble.Configuration, Text.Say($"certificates in {path}: {FileTrouble.Of(e)}"), e);
        }
    }

    private void ReadFile(string file)
    {
        if (file.EndsWith(".crt", StringComparison.Ordinal))
        {
            _authorities.ImportFromPem(RegularFile.ReadText(file, LongestFile));
        }
        else if (file.EndsWith(".cert", StringComparison.Ordinal))
        {
            var key = Path.ChangeExtension(file, ".key");
            if (!File.Exists(key))
                throw Half(Text.Say($"missing key {Path.GetFileName(key)} for client certificate {Path.GetFileName(file)}. Note that CA certificates should use the extension .crt"));
            Client.Add(X509Certificate2.CreateFromPem(RegularFile.ReadText(file, LongestFile), RegularFile.ReadText(key, LongestFile)));
        }
        else if (file.EndsWith(".key", StringComparison.Ordinal) && !File.Exists(Path.ChangeExtension(file, ".cert")))
        {
            throw Half(Text.Say($"missing client certificate {Path.GetFileName(Path.ChangeExtension(file, ".cert"))} for key {Path.GetFileName(file)}"));
        }
    }

    private static TransferException Half(string message) => new(TransferTrouble.Configuration, message);
}
