using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;

namespace Plomba.Transfer.Signing;

/// <summary>A fresh key pair.</summary>
/// <param name="Public">For the library's signature generators.</param>
/// <param name="Secret">The secret numbers as a secret key packet holds them, in the clear.</param>
internal sealed record NewKeyPair(PgpKeyPair Public, byte[] Secret);

/// <summary>Makes key pairs: RSA by the platform (its primes come fast), Ed25519 by BouncyCastle.</summary>
internal static class KeyPairs
{
    public static NewKeyPair Create(NewKey key, DateTimeOffset now) =>
        key.Algorithm == NewKeyAlgorithm.Ed25519 ? Ed25519(now) : Rsa(key.Bits, now);

    private static NewKeyPair Rsa(int bits, DateTimeOffset now)
    {
        using var rsa = RSA.Create(bits);
        var p = rsa.ExportParameters(includePrivateParameters: true);
        var secret = new RsaPrivateCrtKeyParameters(
            Number(p.Modulus), Number(p.Exponent), Number(p.D), Number(p.P), Number(p.Q), Number(p.DP), Number(p.DQ), Number(p.InverseQ));
        var pair = new AsymmetricCipherKeyPair(new RsaKeyParameters(false, Number(p.Modulus), Number(p.Exponent)), secret);
        return new NewKeyPair(
            new PgpKeyPair(PublicKeyAlgorithmTag.RsaGeneral, pair, now.UtcDateTime),
            new RsaSecretBcpgKey(Number(p.D), Number(p.P), Number(p.Q)).GetEncoded());
    }

    private static NewKeyPair Ed25519(DateTimeOffset now)
    {
        var secret = new Ed25519PrivateKeyParameters(RandomNumberGenerator.GetBytes(Ed25519PrivateKeyParameters.KeySize));
        var pair = new AsymmetricCipherKeyPair(secret.GeneratePublicKey(), secret);
        return new NewKeyPair(
            new PgpKeyPair(PublicKeyAlgorithmTag.EdDsa_Legacy, pair, now.UtcDateTime),
            new EdSecretBcpgKey(Number(secret.GetEncoded())).GetEncoded());
    }

    private static BigInteger Number(byte[]? bytes) => new(1, bytes);
}
