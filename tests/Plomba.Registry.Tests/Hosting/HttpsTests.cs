using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Plomba.Files;
using Plomba.Registry.Hosting;
using Plomba.Testing;

namespace Plomba.Registry.Tests.Hosting;

/// <summary>Clients over TLS, with the certificate they are told to trust.</summary>
public sealed class HttpsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task skopeo_pushes_and_pulls_over_https_and_refuses_a_certificate_it_does_not_know()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("skopeo"), "skopeo is not installed");
        await using var registry = await StartAsync();
        using var home = new ContainersHome();
        home.Policy("""{"default":[{"type":"insecureAcceptAnything"}]}""");
        TinyImage.Write(_directory.Combine("image"), "https");
        var image = $"docker://{registry.Name}/alt/x:v1";
        await home.MustAsync("skopeo", "copy", "--dest-cert-dir", _directory.Combine("certs"), $"dir:{_directory.Combine("image")}", image);
        await home.MustAsync("skopeo", "copy", "--src-cert-dir", _directory.Combine("certs"), image, $"dir:{_directory.Combine("pulled")}");
        Assert.Equal(TinyImage.DigestOf(_directory.Combine("image")), TinyImage.DigestOf(_directory.Combine("pulled")));
        var stranger = await home.RunAsync("skopeo", "inspect", image);
        Assert.NotEqual(0, stranger.ExitCode);
        Assert.Contains("x509", stranger.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Large_bodies_go_through_both_versions_of_HTTP(string version)
    {
        await using var registry = await StartAsync();
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        using var http = new HttpClient(handler)
        {
            BaseAddress = registry.Url,
            DefaultRequestVersion = Version.Parse(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var content = new byte[5_000_000];
        new Random(1).NextBytes(content);
        var digest = Plomba.Images.Digest.Sha256(content);
        using var pushed = await http.PostAsync($"/v2/a/blobs/uploads/?digest={digest}", new ByteArrayContent(content));
        Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);
        Assert.Equal(content, await http.GetByteArrayAsync($"/v2/a/blobs/{digest}"));
    }

    public void Dispose() => _directory.Dispose();

    private async Task<RunningRegistry> StartAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=registry", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(Vectors.Clock.AddYears(-10), Vectors.Clock.AddYears(10));
        Directory.CreateDirectory(_directory.Combine("certs"));
        File.WriteAllText(_directory.Combine("certs", "ca.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(_directory.Combine("tls.key"), key.ExportPkcs8PrivateKeyPem());
        return await RunningRegistry.StartAsync(options: o => o with { Tls = new TlsFiles(_directory.Combine("certs", "ca.crt"), _directory.Combine("tls.key")) });
    }
}
