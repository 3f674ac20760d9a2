using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// Reads public keys from DER. The platform's own readers also take explicit curve parameters, compressed points and
/// trailing bytes, none of which the reference implementation accepts.
/// </summary>
internal static class PublicKeyInfo
{
    public const string RsaOid = "1.2.840.113549.1.1.1";
    public const string EllipticOid = "1.2.840.10045.2.1";
    public const string Ed25519Oid = "1.3.101.112";

    /// <summary>A SubjectPublicKeyInfo.</summary>
    /// <exception cref="AsnContentException">No such structure.</exception>
    /// <exception cref="CryptographicException">A key that is not accepted.</exception>
    public static SigstoreKey Read(byte[] der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var info = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var algorithm = info.ReadSequence();
        var bits = info.ReadBitString(out var unused);
        info.ThrowIfNotEmpty();
        if (unused != 0)
            throw new CryptographicException(Text.Say("the key is no whole number of bytes"));
        var oid = algorithm.ReadObjectIdentifier();
        switch (oid)
        {
            case RsaOid:
                algorithm.ReadNull();
                algorithm.ThrowIfNotEmpty();
                return ReadRsa(bits);
            case EllipticOid:
                var curve = algorithm.ReadObjectIdentifier();
                algorithm.ThrowIfNotEmpty();
                return ReadPoint(curve, bits);
            case Ed25519Oid:
                algorithm.ThrowIfNotEmpty();
                return new Ed25519SigstoreKey(bits);
            default:
                throw new CryptographicException(Text.Say("unknown public key algorithm"));
        }
    }

    /// <summary>The RSAPublicKey of PKCS #1.</summary>
    public static SigstoreKey ReadRsa(byte[] der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var numbers = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var modulus = numbers.ReadInteger();
        var exponent = numbers.ReadInteger();
        numbers.ThrowIfNotEmpty();
        if (modulus.Sign <= 0 || exponent.Sign <= 0 || exponent.IsEven || exponent.IsOne || exponent > int.MaxValue)
            throw new CryptographicException(Text.Say("RSA modulus or public exponent out of range"));
        return SigstoreKey.Rsa(new RSAParameters
        {
            Modulus = modulus.ToByteArray(isUnsigned: true, isBigEndian: true),
            Exponent = exponent.ToByteArray(isUnsigned: true, isBigEndian: true),
        });
    }

    private static EllipticSigstoreKey ReadPoint(string curve, byte[] point)
    {
        var (named, length) = curve switch
        {
            "1.2.840.10045.3.1.7" => (ECCurve.NamedCurves.nistP256, 32),
            "1.3.132.0.34" => (ECCurve.NamedCurves.nistP384, 48),
            "1.3.132.0.35" => (ECCurve.NamedCurves.nistP521, 66),
            _ => throw new CryptographicException(Text.Say("unsupported elliptic curve")),
        };
        if (point.Length != 1 + 2 * length || point[0] != 4)
            throw new CryptographicException(Text.Say("failed to unmarshal elliptic curve point"));
        return new EllipticSigstoreKey(
            new ECParameters { Curve = named, Q = new ECPoint { X = point[1..(1 + length)], Y = point[(1 + length)..] } }, length);
    }
}
