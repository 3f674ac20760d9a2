using System.Security.Cryptography;
using System.Text;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Tests.Sigstore;

public sealed class SigstoreKeyTests
{
    private static readonly byte[] Content = "what is signed"u8.ToArray();

    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    public void Elliptic_signatures_count_in_both_forms_and_only_over_their_content(string curve)
    {
        using var maker = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var key = Read(maker.ExportSubjectPublicKeyInfoPem());
        var der = maker.SignData(Content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var pair = maker.SignData(Content, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        Assert.Null(key.Verify(Content, der));
        Assert.Null(key.Verify(Content, pair));
        Assert.Equal("invalid signature when validating ASN.1 encoded signature", key.Verify("else"u8, der));
        Assert.Equal("invalid signature when validating IEEE_P1363 encoded signature", key.Verify("else"u8, pair));
        Assert.Equal("invalid signature when validating ASN.1 encoded signature", key.Verify(Content, [.. der, 0]));
        Assert.Equal("ecdsa: Invalid IEEE_P1363 encoded bytes", key.Verify(Content, pair.AsSpan(1)));
        Assert.Equal("ecdsa: Invalid IEEE_P1363 encoded bytes", key.Verify(Content, []));
        Assert.Equal(maker.ExportSubjectPublicKeyInfo(), key.SubjectPublicKeyInfo);
    }

    [Fact]
    public void Rsa_signatures_count_with_the_old_padding_only()
    {
        using var maker = RSA.Create(2048);
        var key = Read(maker.ExportSubjectPublicKeyInfoPem());
        Assert.Null(key.Verify(Content, maker.SignData(Content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        Assert.NotNull(key.Verify(Content, maker.SignData(Content, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        Assert.NotNull(key.Verify(Content, maker.SignData(Content, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)));
        Assert.NotNull(key.Verify(Content, [1, 2, 3]));
        Assert.NotNull(key.Verify(Content, []));
        Assert.Equal(key.SubjectPublicKeyInfo, Read(maker.ExportRSAPublicKeyPem()).SubjectPublicKeyInfo);
    }

    [Fact]
    public void A_short_modulus_is_refused()
    {
        using var maker = RSA.Create(512);
        Assert.StartsWith("x509: 512-bit RSA keys", Error(maker.ExportSubjectPublicKeyInfoPem()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_counts_by_its_first_whole_block()
    {
        using var first = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = $"text\n-----BEGIN PUBLIC KEY-----\nnot base64!\n-----END PUBLIC KEY-----\n{first.ExportSubjectPublicKeyInfoPem()}\nmore\n{second.ExportSubjectPublicKeyInfoPem()}";
        Assert.Equal(first.ExportSubjectPublicKeyInfo(), Read(pem).SubjectPublicKeyInfo);
    }

    [Theory]
    [InlineData("", "PEM decoding failed")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA", "PEM decoding failed")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "PEM decoding failed")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "unknown Public key PEM file type: PRIVATE KEY. Are you passing the correct public key?")]
    public void What_is_no_public_key_is_named(string pem, string expected) => Assert.Equal(expected, Error(pem));

    [Fact]
    public void A_file_of_nothing_but_damaged_blocks_is_given_up_in_time()
    {
        var hostile = string.Concat(Enumerable.Repeat("-----BEGIN A-----\n", 200_000)) + "\n-----END B-----\n";
        Assert.Equal("PEM decoding failed", Error(hostile));
    }

    private static SigstoreKey Read(string pem) =>
        SigstoreKey.TryReadPem(Encoding.ASCII.GetBytes(pem), out var key, out var error) ? key : throw new FormatException(error);

    private static string Error(string pem)
    {
        Assert.False(SigstoreKey.TryReadPem(Encoding.ASCII.GetBytes(pem), out _, out var error));
        return error;
    }
}
