using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Tests.Keys;

/// <summary>Keys that gpg itself would not make: what they say about themselves decides.</summary>
public sealed class KeyFlagTests
{
    private readonly PgpKeyPair _pair = Pair();

    [Theory]
    [InlineData(PgpKeyFlags.CanCertify | PgpKeyFlags.CanSign, true)]
    [InlineData(PgpKeyFlags.CanSign, true)]
    [InlineData(PgpKeyFlags.CanCertify, false)]
    [InlineData(PgpKeyFlags.CanCertify | PgpKeyFlags.CanEncryptCommunications, false)]
    public void Only_a_key_whose_flags_say_so_may_sign(int flags, bool may)
    {
        var check = Verify(Key(Certification(PgpSignature.PositiveCertification, HashAlgorithmTag.Sha256, s => s.SetKeyFlags(true, flags))));
        Assert.Equal((may, may ? "" : $"Invalid GPG signature: key {check.Key} is not for signing"), (check.IsGood, check.Message));
    }

    [Fact]
    public void A_key_without_flags_may_do_what_its_algorithm_can() =>
        Assert.True(Verify(Key(Certification(PgpSignature.DefaultCertification, HashAlgorithmTag.Sha256, _ => { }))).IsGood);

    [Fact]
    public void The_newest_self_signature_decides() => Assert.False(Verify(Key(
        Certification(PgpSignature.PositiveCertification, HashAlgorithmTag.Sha256, s => s.SetKeyFlags(true, PgpKeyFlags.CanSign), age: 20),
        Certification(PgpSignature.PositiveCertification, HashAlgorithmTag.Sha256, s => s.SetKeyFlags(true, PgpKeyFlags.CanCertify), age: 10))).IsGood);

    [Fact]
    public void A_self_signature_with_an_unknown_critical_notation_does_not_count() => Assert.Equal(
        SignatureReason.UnknownKey,
        Verify(Key(Certification(PgpSignature.PositiveCertification, HashAlgorithmTag.Sha256, s => s.AddNotationData(true, true, "x@example.com", "1")))).Reason);

    [Fact]
    public void A_self_signature_over_MD5_does_not_count() =>
        Assert.Equal(SignatureReason.UnknownKey, Verify(Key(Certification(PgpSignature.PositiveCertification, HashAlgorithmTag.MD5, _ => { }))).Reason);

    [Fact]
    public void A_name_that_the_key_did_not_vouch_for_makes_no_key()
    {
        var foreign = new KeyFlagTests();
        Assert.Equal(
            SignatureReason.UnknownKey,
            Verify(Key(foreign.Certification(PgpSignature.PositiveCertification, HashAlgorithmTag.Sha256, _ => { }))).Reason);
    }

    private static readonly DateTime Made = DateTime.SpecifyKind(new DateTime(2026, 1, 1), DateTimeKind.Utc);

    private static PgpKeyPair Pair()
    {
        var secret = new Ed25519PrivateKeyParameters(new SecureRandom());
        return new PgpKeyPair(PublicKeyAlgorithmTag.EdDsa_Legacy, new AsymmetricCipherKeyPair(secret.GeneratePublicKey(), secret), Made);
    }

    private byte[] Key(params PgpSignature[] certifications)
    {
        var output = new MemoryStream();
        using (var bcpg = new BcpgOutputStream(output))
        {
            bcpg.WritePacket(_pair.PrivateKey.PublicKeyPacket);
            bcpg.WritePacket(new UserIdPacket("Alt"));
            foreach (var certification in certifications)
                certification.Encode(bcpg);
        }

        return output.ToArray();
    }

    private PgpSignature Certification(int type, HashAlgorithmTag hash, Action<PgpSignatureSubpacketGenerator> say, int age = 0)
    {
        var subpackets = new PgpSignatureSubpacketGenerator();
        subpackets.SetSignatureCreationTime(false, Made.AddDays(30 - age));
        say(subpackets);
        var generator = new PgpSignatureGenerator(_pair.PublicKey.Algorithm, hash);
        generator.InitSign(type, _pair.PrivateKey);
        generator.SetHashedSubpackets(subpackets.Generate());
        return generator.GenerateCertification("Alt", _pair.PublicKey);
    }

    private SignatureCheck Verify(byte[] key)
    {
        var generator = new PgpSignatureGenerator(_pair.PublicKey.Algorithm, HashAlgorithmTag.Sha512);
        generator.InitSign(PgpSignature.BinaryDocument, _pair.PrivateKey);
        generator.Update("{}"u8);
        var signature = generator.Generate();
        var message = new MemoryStream();
        generator.GenerateOnePassVersion(isNested: false).Encode(message);
        using (var literal = new PgpLiteralDataGenerator().Open(message, PgpLiteralData.Binary, "", 2, Made))
            literal.Write("{}"u8);
        signature.Encode(message);
        return new OpenPgpMechanism(TimeProvider.System).Import([new KeySource("key", key)]).Verify(message.ToArray());
    }
}
