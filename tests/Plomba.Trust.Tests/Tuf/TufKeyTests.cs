using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Plomba.Trust.Sigstore;
using Plomba.Trust.Tuf;

namespace Plomba.Trust.Tests.Tuf;

public sealed class TufKeyTests
{
    private static readonly byte[] Content = "what is signed"u8.ToArray();

    [Fact]
    public void A_key_made_here_is_read_back_from_its_line_and_from_metadata()
    {
        foreach (var create in new[] { SigstoreSecretKey.Create, SigstoreSecretKey.CreateEd25519 })
        {
            using var secret = create();
            Assert.True(TufKey.TryMake(secret, out var key, out _));
            Assert.True(TufKey.TryParse(key.Text, out var line, out _));
            var metadata = TufKey.Read(JsonDocument.Parse(TufJson.Write(key.Write)).RootElement);
            Assert.Equal(key, line);
            Assert.Equal(key, metadata);
            Assert.Equal(key.Id, metadata!.Id);
            Assert.True(metadata.IsGood(Content, secret.Sign(Content)));
            Assert.False(metadata.IsGood("something else"u8, secret.Sign(Content)));
        }
    }

    [Fact]
    public void A_key_file_with_an_Ed25519_key_is_read_back()
    {
        using var key = SigstoreSecretKey.CreateEd25519();
        var file = Encoding.ASCII.GetBytes(key.Write("secret"u8));
        Assert.True(SigstoreSecretKey.TryRead(file, "secret"u8, out var read, out _));
        using (read)
            Assert.Equal(key.PublicKeyPem, read.PublicKeyPem);
    }

    [Fact]
    public void The_id_of_a_key_is_the_sha256_of_its_canonical_form()
    {
        const string hex = "edcd0a32a07dce33f7c7873aaffbff36d20ea30787574ead335eefd337e4dacd";
        var key = Read($$$"""{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":"{{{hex}}}"}}""");
        var expected = SHA256.HashData(Encoding.ASCII.GetBytes($$$"""{"keytype":"ed25519","keyval":{"public":"{{{hex}}}"},"scheme":"ed25519"}"""));
        Assert.Equal(Convert.ToHexStringLower(expected), key!.Id);
    }

    [Fact]
    public void RSA_keys_verify_with_PSS_and_with_nothing_else()
    {
        using var rsa = RSA.Create(2048);
        var pem = JsonSerializer.Serialize(rsa.ExportSubjectPublicKeyInfoPem());
        var key = Read($$$"""{"keytype":"rsa","scheme":"rsassa-pss-sha256","keyval":{"public":{{{pem}}}}}""");
        Assert.True(key!.IsGood(Content, rsa.SignData(Content, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        Assert.False(key.IsGood(Content, rsa.SignData(Content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
    }

    [Fact]
    public void The_older_forms_of_ECDSA_keys_are_read()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = ecdsa.ExportParameters(false).Q;
        var hex = $"04{Convert.ToHexStringLower(point.X!)}{Convert.ToHexStringLower(point.Y!)}";
        var key = Read($$$"""{"keytype":"ecdsa-sha2-nistp256","scheme":"ecdsa-sha2-nistp256","keyval":{"public":"{{{hex}}}"}}""");
        Assert.True(key!.IsGood(Content, ecdsa.SignData(Content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)));
    }

    [Theory]
    [InlineData("""{"keytype":"sphincs","scheme":"sphincs","keyval":{"public":"00"}}""")]
    [InlineData("""{"keytype":"ed25519","scheme":"ecdsa-sha2-nistp256","keyval":{"public":"edcd0a32a07dce33f7c7873aaffbff36d20ea30787574ead335eefd337e4dacd"}}""")]
    [InlineData("""{"keytype":"ed25519","scheme":"ed25519","keyval":{"public":"short"}}""")]
    [InlineData("""{"keytype":"rsa","scheme":"rsassa-pss-sha256","keyval":{"public":"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"}}""")]
    public void A_key_of_an_unknown_or_mixed_kind_never_counts(string json) => Assert.Null(Read(json));

    private static TufKey? Read(string json) => TufKey.Read(JsonDocument.Parse(json).RootElement);
}
