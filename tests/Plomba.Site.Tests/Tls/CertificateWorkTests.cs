using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Plomba.Files;
using Plomba.Site.Tls;
using Plomba.Testing;

namespace Plomba.Site.Tests.Tls;

/// <summary>The CA and the server's certificate on disk, judged by openssl.</summary>
public sealed class CertificateWorkTests : IDisposable
{
    private readonly TemporaryDirectory _work = new();
    private readonly FakeTimeProvider _clock = new(Vectors.Clock);

    private CertificateFiles Files => CertificateFiles.In(_work.Combine("tls"));

    [Fact]
    public async Task Openssl_accepts_the_certificate_for_every_name_and_no_other()
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("openssl"), "openssl is not installed");
        Assert.True(Initialize("registry.local", "sigstore.local", "192.0.2.10", "2001:db8::1"));

        Assert.Equal(0, (await VerifyAsync("-verify_hostname", "registry.local")).ExitCode);
        Assert.Equal(0, (await VerifyAsync("-verify_hostname", "sigstore.local")).ExitCode);
        Assert.Equal(0, (await VerifyAsync("-verify_ip", "192.0.2.10")).ExitCode);
        Assert.Equal(0, (await VerifyAsync("-verify_ip", "2001:db8::1")).ExitCode);
        Assert.NotEqual(0, (await VerifyAsync("-verify_hostname", "evil.local")).ExitCode);
    }

    [Theory]
    [InlineData("registry.local", "bank.example", false)]
    [InlineData("registry.local", "evilregistry.local", false)]
    [InlineData("registry.local", "192.0.2.66", false)]
    [InlineData("192.0.2.10", "192.0.2.11", false)]
    [InlineData("192.0.2.10", "bank.example", false)]
    [InlineData("192.0.2.10", "2001:db8::1", false)]
    [InlineData("registry.local", "mirror.registry.local", true)]
    public async Task Whoever_steals_the_key_of_the_CA_makes_certificates_for_the_site_alone(string permitted, string other, bool accepted)
    {
        Assert.SkipUnless(ChildProcess.IsInstalled("openssl"), "openssl is not installed");
        Assert.True(Initialize(permitted));
        Assert.Equal(accepted, Renew(other));

        // The thief does not ask our program whether it may.
        await MustAsync("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", _work.Combine("t.key"), "-out", _work.Combine("t.csr"), "-subj", "/CN=thief of keys");
        await File.WriteAllTextAsync(_work.Combine("ext"), $"subjectAltName={(System.Net.IPAddress.TryParse(other, out _) ? "IP" : "DNS")}:{other}\n");
        await MustAsync("openssl", "x509", "-req", "-in", _work.Combine("t.csr"), "-CA", Files.Authority, "-CAkey", Files.AuthorityKey, "-out", _work.Combine("t.crt"), "-extfile", _work.Combine("ext"), "-set_serial", "7");
        var verify = await ChildProcess.RunAsync("openssl", ["verify", "-CAfile", Files.Authority, _work.Combine("t.crt")]);
        Assert.True(accepted == (verify.ExitCode == 0), verify.Text + verify.Errors);
    }

    [Fact]
    public void Keys_are_for_their_owner_alone_and_certificates_for_everybody()
    {
        Assert.True(Initialize("registry.local"));
        Assert.All([Files.AuthorityKey, Files.Key], f => Assert.Equal(DurableFile.PrivateMode, File.GetUnixFileMode(f)));
        Assert.All([Files.Authority, Files.Certificate], f => Assert.Equal(DurableFile.DefaultMode, File.GetUnixFileMode(f)));
    }

    [Fact]
    public void A_second_run_replaces_nothing()
    {
        Assert.True(Initialize("registry.local"));
        var before = Content();
        Assert.True(Initialize("registry.local", "sigstore.local"));
        Assert.Equal(before, Content());
    }

    [Fact]
    public void A_missing_server_certificate_is_made_by_the_CA_that_is_there()
    {
        Assert.True(Initialize("registry.local"));
        var authority = File.ReadAllText(Files.Authority);
        File.Delete(Files.Certificate);
        Assert.True(Initialize("registry.local"));
        Assert.Equal(authority, File.ReadAllText(Files.Authority));
        Assert.True(File.Exists(Files.Certificate));
    }

    [Fact]
    public void A_renewed_certificate_keeps_its_key_mode_and_CA()
    {
        Assert.True(Initialize("registry.local"));
        var (before, groupReads) = (Content(), DurableFile.PrivateMode | UnixFileMode.GroupRead);
        File.SetUnixFileMode(Files.Key, groupReads);
        Assert.True(Renew());
        Assert.Equal(before, Content());

        _clock.Advance(TimeSpan.FromDays(397 - 100));
        Assert.True(Renew());
        var after = Content();
        Assert.NotEqual(before[2], after[2]);
        Assert.Equal([before[0], before[1], before[3]], [after[0], after[1], after[3]]);
        Assert.Equal(groupReads, File.GetUnixFileMode(Files.Key));
        Assert.Contains("registry.local", CertificateWork.NamesIn(Files.Certificate).Select(n => n.Text));
    }

    [Fact]
    public void A_new_key_is_made_on_demand_and_fits_its_certificate()
    {
        Assert.True(Initialize("registry.local"));
        var before = File.ReadAllText(Files.Key);
        Assert.True(Run(w => w.TryRenew(out _, out _), s => s with { NewKey = true }, "registry.local"));
        Assert.NotEqual(before, File.ReadAllText(Files.Key));
        using var pair = X509Certificate2.CreateFromPemFile(Files.Certificate, Files.Key);
        Assert.True(pair.HasPrivateKey);
    }

    [Fact]
    public void A_key_and_certificate_that_do_not_fit_are_mended_by_a_renewal()
    {
        Assert.True(Initialize("registry.local"));
        using (var other = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            File.WriteAllText(Files.Key, other.ExportPkcs8PrivateKeyPem());
        Assert.True(Renew());
        using var pair = X509Certificate2.CreateFromPemFile(Files.Certificate, Files.Key);
        Assert.True(pair.HasPrivateKey);
    }

    [Fact]
    public void A_CA_whose_key_is_kept_elsewhere_renews_only_when_it_is_brought()
    {
        Assert.True(Initialize("registry.local"));
        File.Move(Files.AuthorityKey, _work.Combine("medium.key"));
        var before = Content();
        Assert.False(Run(w => w.TryRenew(out _, out _), s => s with { Force = true }, "registry.local"));
        Assert.Equal(before, Content());
        Assert.True(new CertificateWork(Files with { AuthorityKey = _work.Combine("medium.key") }, Settings(["registry.local"]) with { Force = true }, _clock).TryRenew(out _, out _));
    }

    [Fact]
    public void An_encrypted_key_of_the_CA_opens_with_its_passphrase_alone()
    {
        Assert.True(Run(w => w.TryInitialize(out _, out _), s => s with { NewPassphrase = () => "correct horse" }, "registry.local"));
        Assert.Contains("ENCRYPTED PRIVATE KEY", File.ReadAllText(Files.AuthorityKey), StringComparison.Ordinal);
        Assert.False(Run(w => w.TryRenew(out _, out _), s => s with { Force = true, Passphrase = () => "wrong" }, "registry.local"));
        Assert.False(Run(w => w.TryRenew(out _, out _), s => s with { Force = true, Passphrase = () => null }, "registry.local"));
        Assert.True(Run(w => w.TryRenew(out _, out _), s => s with { Force = true, Passphrase = () => "correct horse" }, "registry.local"));
    }

    [Fact]
    public void No_certificate_outlives_its_CA()
    {
        Assert.True(Run(w => w.TryInitialize(out _, out _), s => s with { AuthorityLifetime = TimeSpan.FromDays(30) }, "registry.local"));
        Assert.Equal(CertificateState.Read(Files.Authority, Vectors.Clock).Ends, CertificateState.Read(Files.Certificate, Vectors.Clock).Ends);
        _clock.Advance(TimeSpan.FromDays(31));
        Assert.False(Renew());
    }

    [Theory]
    [InlineData("not a certificate")]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void Garbage_for_a_CA_is_refused_with_nothing_written(string garbage)
    {
        Directory.CreateDirectory(_work.Combine("tls"));
        File.WriteAllText(Files.Authority, garbage);
        File.WriteAllText(Files.AuthorityKey, garbage);
        Assert.False(Initialize("registry.local"));
        Assert.False(File.Exists(Files.Certificate));
    }

    [Theory]
    [InlineData("registry.local:5000")]
    [InlineData("https://registry.local")]
    [InlineData("REGISTRY.local")]
    [InlineData("*.local")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("127.1")]
    public void Odd_names_are_refused(string text)
    {
        Assert.False(CertificateName.TryParse(text, out _, out var why));
        Assert.NotEmpty(why);
    }

    public void Dispose() => _work.Dispose();

    private bool Initialize(params string[] names) => Run(w => w.TryInitialize(out _, out _), s => s, names);

    private bool Renew(params string[] more) =>
        Run(w => w.TryRenew(out _, out _), s => s, [.. CertificateWork.NamesIn(Files.Certificate).Select(n => n.Text), .. more]);

    private bool Run(Func<CertificateWork, bool> what, Func<CertificateRequestSettings, CertificateRequestSettings> change, params string[] names) =>
        what(new CertificateWork(Files, change(Settings(names)), _clock));

    private static CertificateRequestSettings Settings(string[] names) => new()
    {
        Owner = "example",
        Names = [.. names.Select(n => CertificateName.TryParse(n, out var name, out var why) ? name : throw new ArgumentException(why, nameof(names)))],
        Passphrase = () => null,
        NewPassphrase = () => "",
    };

    private string[] Content() => [.. new[] { Files.Authority, Files.AuthorityKey, Files.Certificate, Files.Key }.Select(f => File.Exists(f) ? File.ReadAllText(f) : "")];

    private Task<ChildResult> VerifyAsync(params string[] options) => ChildProcess.RunAsync(
        "openssl", ["verify", "-attime", Vectors.Clock.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), "-purpose", "sslserver", "-CAfile", Files.Authority, .. options, Files.Certificate]);

    private static async Task MustAsync(string program, params string[] arguments)
    {
        var result = await ChildProcess.RunAsync(program, arguments);
        Assert.True(result.ExitCode == 0, result.Errors);
    }
}
