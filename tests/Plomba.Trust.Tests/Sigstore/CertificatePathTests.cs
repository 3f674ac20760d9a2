using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Tests.Sigstore;

public sealed class CertificatePathTests
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 _root = Make("CN=root", null);

    [Fact]
    public void A_path_through_an_intermediate_counts()
    {
        var intermediate = Make("CN=between", _root);
        Assert.Null(CertificatePath.Check(Make("CN=leaf", intermediate, isAuthority: false), [_root], [intermediate], Now));
    }

    [Fact]
    public void A_configured_intermediate_is_an_anchor_without_its_root()
    {
        var intermediate = Make("CN=between", _root);
        var leaf = Make("CN=leaf", intermediate, isAuthority: false);
        Assert.Null(CertificatePath.Check(leaf, [intermediate], [], Now));
        var impostor = Make("CN=between", Make("CN=root", null));
        Assert.NotNull(CertificatePath.Check(Make("CN=leaf", impostor, isAuthority: false), [intermediate], [], Now));
    }

    [Fact]
    public void A_certificate_of_another_root_of_the_same_name_is_refused() =>
        Refused("signed by unknown authority", Make("CN=leaf", Make("CN=root", null), isAuthority: false));

    [Fact]
    public void Every_root_of_one_name_is_tried()
    {
        var leaf = Make("CN=leaf", _root, isAuthority: false);
        Assert.Null(CertificatePath.Check(leaf, [Make("CN=root", null), _root], [], Now));
        Assert.Null(CertificatePath.Check(leaf, [_root, Make("CN=root", null)], [], Now));
    }

    [Fact]
    public void An_expired_certificate_is_refused() => Assert.Equal(
        SignatureReason.Expired,
        CertificatePath.Check(Make("CN=leaf", _root, isAuthority: false), [_root], [], Now.AddYears(3))?.Reason);

    [Fact]
    public void The_first_and_the_last_second_of_a_validity_count()
    {
        var leaf = Make("CN=leaf", _root, isAuthority: false);
        var (first, last) = (new DateTimeOffset(leaf.NotBefore), new DateTimeOffset(leaf.NotAfter));
        Assert.Null(CertificatePath.Check(leaf, [_root], [], last));
        Assert.Equal(SignatureReason.Expired, CertificatePath.Check(leaf, [_root], [], last.AddMilliseconds(1))?.Reason);
        Assert.Null(CertificatePath.Check(leaf, [_root], [], first));
        Assert.Equal(SignatureReason.Expired, CertificatePath.Check(leaf, [_root], [], first.AddMilliseconds(-1))?.Reason);
    }

    [Fact]
    public void An_intermediate_that_is_no_authority_is_refused()
    {
        var intermediate = Make("CN=between", _root, isAuthority: false);
        Assert.NotNull(CertificatePath.Check(Make("CN=leaf", intermediate, isAuthority: false), [_root], [intermediate], Now));
        Assert.NotNull(CertificatePath.Check(Make("CN=leaf", intermediate, isAuthority: false), [intermediate], [], Now));
    }

    [Fact]
    public void The_usage_is_asked_for_all_along_the_path()
    {
        var narrow = Make("CN=between", _root, usage: ServerAuthentication);
        Refused("incompatible key usage", Make("CN=leaf", _root, isAuthority: false, usage: ServerAuthentication));
        Refused("incompatible key usage", Make("CN=leaf", narrow, isAuthority: false, usage: CodeSigning), narrow);
        Assert.Null(CertificatePath.Check(Make("CN=leaf", _root, isAuthority: false, usage: CodeSigning), [_root], [], Now));
    }

    [Fact]
    public void A_damaged_certificate_is_refused_and_never_a_crash()
    {
        var leaf = Make("CN=leaf", _root, isAuthority: false, usage: CodeSigning, email: "anna@example.com");
        var pki = new PkiAuthority([_root], [], "anna@example.com", null);
        Assert.NotNull(pki.Verify(PemEncoding.WriteString("CERTIFICATE", leaf.RawData), null, Now, out _));
        const int Seed = 20261123;
        var random = new Random(Seed);
        for (var i = 0; i < 400; i++)
        {
            var damaged = leaf.RawData;
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            if (damaged.AsSpan().SequenceEqual(leaf.RawData))
                continue;
            var key = pki.Verify(PemEncoding.WriteString("CERTIFICATE", damaged), null, Now, out var problem);
            Assert.True(key is null && problem is not null, $"seed {Seed}, case {i}: {Convert.ToHexString(damaged)}");
        }
    }

    [Theory]
    [InlineData("myhost.example.com", "MyHost.example.com.", true)]
    [InlineData("*.example.com", "a.example.com", true)]
    [InlineData("*.example.com", "a.b.example.com", false)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("myhost.example.com", "other.example.com", false)]
    [InlineData("*", "host", false)]
    public void Host_names_match_label_by_label(string name, string host, bool matches)
    {
        var names = new SubjectNames();
        names.Hosts.Add(name);
        Assert.Equal(matches, HostNames.Mismatch(names, host) is null);
    }

    private void Refused(string message, X509Certificate2 leaf, params X509Certificate2[] intermediates) =>
        Assert.Contains(message, CertificatePath.Check(leaf, [_root], intermediates, Now)?.Message, StringComparison.Ordinal);

    private static X509Certificate2 Make(string name, X509Certificate2? issuer, bool isAuthority = true, string? usage = null, string? email = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        if (isAuthority)
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (email is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddEmailAddress(email);
            request.CertificateExtensions.Add(names.Build());
        }

        if (issuer is null)
            return request.CreateSelfSigned(Now.AddYears(-1), Now.AddYears(2));
        using var certificate = request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!), Now.AddYears(-1), Now.AddYears(1), [1, 2, 3]);
        return certificate.CopyWithPrivateKey(key);
    }
}
