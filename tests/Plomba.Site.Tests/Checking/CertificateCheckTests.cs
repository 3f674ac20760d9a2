using System.Text;
using Microsoft.Extensions.Time.Testing;
using Plomba.Files;
using Plomba.Site.Checking;
using Plomba.Site.Rendering;
using Plomba.Site.Tls;
using Plomba.Testing;

namespace Plomba.Site.Tests.Checking;

public sealed class CertificateCheckTests : IDisposable
{
    private readonly TemporaryDirectory _work = new();

    private CertificateFiles Files => CertificateFiles.In(_work.Path);

    [Theory]
    [InlineData(61, null)]
    [InlineData(59, "in 59 days")]
    [InlineData(29, "in 29 days")]
    [InlineData(7, "in 7 days")]
    [InlineData(1, "in 1 day;")]
    [InlineData(-1, "ended on")]
    public void The_end_of_a_certificate_is_a_warning_in_time(int daysLeft, string? text)
    {
        Make("localhost");
        var findings = Check(Vectors.Clock.AddDays(397 - daysLeft).AddMinutes(-1));
        if (text is null)
            Assert.Empty(findings);
        else
            Assert.Contains(text, Assert.Single(findings, f => f is { Code: FindingCode.CertificateExpires, Severity: FindingSeverity.Warning, Line: 6 }).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_for_another_name_is_a_warning()
    {
        Make("registry.local");
        var finding = Assert.Single(Check(Vectors.Clock));
        Assert.Equal((FindingCode.Certificate, FindingSeverity.Warning), (finding.Code, finding.Severity));
        Assert.Contains("is for registry.local, not for localhost", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_by_another_CA_is_a_warning()
    {
        Make("localhost");
        var mine = File.ReadAllText(Files.Certificate);
        foreach (var file in Directory.GetFiles(_work.Path))
            File.Delete(file);
        Make("localhost");
        File.WriteAllText(Files.Certificate, mine);
        Assert.Contains("is refused by clients", Assert.Single(Check(Vectors.Clock)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_server_certificate_is_a_warning_and_a_missing_CA_an_error()
    {
        var findings = Check(Vectors.Clock);
        Assert.Single(findings, f => f is { Code: FindingCode.Certificate, Severity: FindingSeverity.Warning });
        Assert.Single(findings, f => f is { Code: FindingCode.AuthorityFile, Severity: FindingSeverity.Error });
    }

    [Fact]
    public void The_key_of_the_CA_never_travels_to_the_machines()
    {
        Make("localhost");
        File.AppendAllText(Files.Authority, File.ReadAllText(Files.AuthorityKey));
        Assert.Contains("private key", Assert.Single(Check(Vectors.Clock), f => f.Code == FindingCode.AuthorityFile).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_certificate_is_no_CA()
    {
        Make("localhost");
        File.Copy(Files.Certificate, Files.Authority, overwrite: true);
        Assert.Contains("not a CA's", Assert.Single(Check(Vectors.Clock), f => f.Code == FindingCode.AuthorityFile).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Clients_get_the_CA_for_this_registry_alone_and_nothing_else_of_its_file()
    {
        Make("localhost");
        var certificate = File.ReadAllText(Files.Authority);
        File.WriteAllText(Files.Authority, $"a remark\n{certificate}another\n");
        var rendered = Assert.Single(SiteRendering.ForClient(Sites.Valid(Site)), f => f.Path == "client/etc/containers/certs.d/localhost:5000/ca.crt");
        Assert.Equal(certificate, Encoding.ASCII.GetString(rendered.Content.Span));
    }

    public void Dispose() => _work.Dispose();

    private string Site => Sites.Minimal + Files.SiteLine + "\n";

    private void Make(string name)
    {
        Assert.True(CertificateName.TryParse(name, out var parsed, out _));
        var settings = new CertificateRequestSettings { Owner = "s", Names = [parsed], Passphrase = () => null, NewPassphrase = () => "" };
        Assert.True(new CertificateWork(Files, settings, new FakeTimeProvider(Vectors.Clock)).TryInitialize(out _, out _));
    }

    private List<SiteFinding> Check(DateTimeOffset now) =>
        [.. SiteCheck.WithKeyFiles(Sites.Read(Site), now).Findings.Where(f => f.Code != FindingCode.NoNamespaces)];
}
