using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Plomba.Files;
using Plomba.Testing;

namespace Plomba.Interop.Tests.Verify;

/// <summary>A real docker-registry with TLS by a CA of its own, passwords and client certificates, holding one image.</summary>
public sealed class GuardedRegistry : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new(prefix: "guarded");
    private RunningProgram? _registry;

    /// <summary>The tools these tests need; empty when all are there.</summary>
    public static string Missing { get; } =
        string.Join(", ", new[] { "docker-registry", "skopeo" }.Where(tool => !ChildProcess.IsInstalled(tool)));

    /// <summary>The image, <c>docker://127.0.0.1:PORT/guarded/app:v1</c>.</summary>
    public string Image { get; private set; } = "";

    /// <summary>The home skopeo runs in.</summary>
    public ContainersHome Home { get; } = new();

    /// <summary>A policy that accepts everything.</summary>
    public string Policy => _directory.Combine("policy.json");

    /// <summary>A credentials file with the right password.</summary>
    public string AuthFile => _directory.Combine("auth.json");

    /// <summary>A credentials file with a wrong password.</summary>
    public string WrongAuthFile => _directory.Combine("wrong.json");

    /// <summary>Certificate directories: all, ca (no client certificate), half (no key), other (another CA).</summary>
    public string Certificates(string name) => _directory.Combine(name);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Missing.Length > 0)
            return;
        WriteCertificates();
        await File.WriteAllTextAsync(_directory.Combine("htpasswd"), $"robot:{BCrypt.Net.BCrypt.HashPassword("secret", 4)}\n");
        await File.WriteAllTextAsync(Policy, """{"default": [{"type": "insecureAcceptAnything"}]}""");
        var host = $"127.0.0.1:{RunningProgram.FreePort()}";
        await File.WriteAllTextAsync(AuthFile, Login(host, "robot:secret"));
        await File.WriteAllTextAsync(WrongAuthFile, Login(host, "robot:guess"));
        await StartAsync(host);
        TinyImage.Write(_directory.Combine("image"), "guarded");
        await Home.MustAsync(
            "skopeo", "--insecure-policy", "copy", "--dest-cert-dir", Certificates("all"), "--dest-creds", "robot:secret",
            $"dir:{_directory.Combine("image")}", Image);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_registry is not null)
            await _registry.DisposeAsync();
        Home.Dispose();
        _directory.Dispose();
    }

    private async Task StartAsync(string host)
    {
        Image = $"docker://{host}/guarded/app:v1";
        var configuration = _directory.Combine("registry.yml");
        await File.WriteAllTextAsync(configuration, $"""
            version: 0.1
            log: {"{"}level: error, accesslog: {"{"}disabled: true{"}"}{"}"}
            storage:
              filesystem:
                rootdirectory: {_directory.Combine("registry")}
            auth:
              htpasswd:
                realm: guarded
                path: {_directory.Combine("htpasswd")}
            http:
              addr: {host}
              tls:
                certificate: {_directory.Combine("server.crt")}
                key: {_directory.Combine("server.key")}
                clientcas: [{_directory.Combine("all", "ca.crt")}]
            """);
        _registry = RunningProgram.Start("docker-registry", ["serve", configuration]);
        for (var attempt = 0; attempt < 200; attempt++)
        {
            using var client = new System.Net.Sockets.TcpClient();
            try
            {
                await client.ConnectAsync(IPEndPoint.Parse(host));
                return;
            }
            catch (System.Net.Sockets.SocketException)
            {
                await Task.Delay(50);
            }
        }

        throw new TimeoutException(_registry.Log);
    }

    private void WriteCertificates()
    {
        foreach (var name in new[] { "all", "ca", "half", "other" })
            Directory.CreateDirectory(Certificates(name));
        using var authority = Authority("the site's CA");
        using var stranger = Authority("another CA");
        foreach (var name in new[] { "all", "ca", "half" })
            File.WriteAllText(Path.Combine(Certificates(name), "ca.crt"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(Certificates("other"), "ca.crt"), stranger.ExportCertificatePem());
        Issue(authority, "registry", "1.3.6.1.5.5.7.3.1", _directory.Combine("server.crt"), _directory.Combine("server.key"));
        var client = Path.Combine(Certificates("all"), "client");
        Issue(authority, "client", "1.3.6.1.5.5.7.3.2", $"{client}.cert", $"{client}.key");
        File.Copy($"{client}.cert", Path.Combine(Certificates("half"), "client.cert"));
        foreach (var file in new[] { "client.cert", "client.key" })
            File.Copy(Path.Combine(Certificates("all"), file), Path.Combine(Certificates("other"), file));
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }

    private static void Issue(X509Certificate2 authority, string name, string usage, string certificateFile, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(authority, now.AddHours(-1), now.AddDays(10), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }

    private static string Login(string host, string login) =>
        "{\"auths\":{\"" + host + "\":{\"auth\":\"" + Convert.ToBase64String(Encoding.UTF8.GetBytes(login)) + "\"}}}";
}
