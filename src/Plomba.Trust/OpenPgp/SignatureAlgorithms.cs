using System.Collections.Concurrent;
using System.Security.Cryptography;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Plomba.Trust.OpenPgp;

/// <summary>Public key mathematics over a finished hash. Thread-safe.</summary>
internal interface ISignatureAlgorithm
{
    /// <summary>
    /// Whether <paramref name="numbers"/>, as they stand in the signature packet, are a signature over <paramref name="digest"/>.
    /// May throw anything when the key or the numbers are nonsense.
    /// </summary>
    bool Verify(HashAlgorithmTag hash, byte[] digest, BigInteger[] numbers);
}

/// <summary>
/// The algorithms that may sign here: RSA and DSA from 2048 bits, ECDSA over the NIST and Brainpool curves, Ed25519.
/// RSA and ECDSA are the platform's (fast and constant), Ed25519 and DSA are BouncyCastle's.
/// </summary>
internal static class SignatureAlgorithms
{
    /// <summary>The verifier (null: cannot sign, or unknown), the name, and what is weak about it (null: nothing).</summary>
    public static (ISignatureAlgorithm? Algorithm, string Name, string? Weakness) Of(PublicKeyAlgorithmTag tag, IBcpgKey key) => (tag, key) switch
    {
        (PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign, RsaPublicBcpgKey rsa) =>
            (new Rsa(rsa), $"rsa{rsa.Modulus.BitLength}", Short("RSA", rsa.Modulus.BitLength)),
        (PublicKeyAlgorithmTag.RsaEncrypt, RsaPublicBcpgKey rsa) => (null, $"rsa{rsa.Modulus.BitLength}", null),
        (PublicKeyAlgorithmTag.Dsa, DsaPublicBcpgKey dsa) => (new Dsa(dsa), $"dsa{dsa.P.BitLength}", Short("DSA", dsa.P.BitLength, LongestDsaModulus)),
        (PublicKeyAlgorithmTag.ECDsa, ECPublicBcpgKey ec) when Curve(ec) is { } name => (new EllipticDsa(ec), name, null),
        (PublicKeyAlgorithmTag.EdDsa_Legacy, EdDsaPublicBcpgKey ed) when ed.CurveOid.Id == Ed25519Oid => (new EdwardsDsa(ed), "ed25519", null),
        (PublicKeyAlgorithmTag.ECDH, ECPublicBcpgKey ec) => (null, ec.CurveOid.Id == Curve25519Oid ? "cv25519" : Curve(ec) ?? $"ecdh {ec.CurveOid.Id}", null),
        (PublicKeyAlgorithmTag.ElGamalEncrypt or PublicKeyAlgorithmTag.ElGamalGeneral, ElGamalPublicBcpgKey elgamal) => (null, $"elg{elgamal.P.BitLength}", null),
        _ => (null, $"algorithm {(int)tag}", null),
    };

    private const int ShortestModulus = 2048;
    private const int LongestModulus = 16384;

    // Both are far above what any program makes; beyond them a single verification takes tens of milliseconds, and a key file holds many.
    private const int LongestDsaModulus = 4096;
    private const int LongestExponent = 8;
    private const string Ed25519Oid = "1.3.6.1.4.1.11591.15.1";
    private const string Curve25519Oid = "1.3.6.1.4.1.3029.1.5.1";

    private static string? Short(string name, int bits, int longest = LongestModulus) =>
        bits < ShortestModulus || bits > longest ? Text.Say($"{name} key of {bits} bits, {ShortestModulus} to {longest} are accepted") : null;

    private static string? Curve(ECPublicBcpgKey key) => key.CurveOid.Id switch
    {
        "1.2.840.10045.3.1.7" => "nistp256",
        "1.3.132.0.34" => "nistp384",
        "1.3.132.0.35" => "nistp521",
        "1.3.36.3.3.2.8.1.1.7" => "brainpoolP256r1",
        "1.3.36.3.3.2.8.1.1.11" => "brainpoolP384r1",
        "1.3.36.3.3.2.8.1.1.13" => "brainpoolP512r1",
        _ => null,
    };

    /// <summary>The platform's key objects are not promised to be thread-safe: each user borrows one.</summary>
    private sealed class Pool<T>(Func<T> create)
    {
        private readonly ConcurrentBag<T> _idle = [];

        public TResult Use<TResult>(Func<T, TResult> work)
        {
            var item = _idle.TryTake(out var idle) ? idle : create();
            var result = work(item);
            _idle.Add(item);
            return result;
        }
    }

    private sealed class Rsa : ISignatureAlgorithm
    {
        private readonly RSAParameters _key;
        private readonly Pool<RSA> _pool;

        public Rsa(RsaPublicBcpgKey key)
        {
            _key = new RSAParameters { Modulus = key.Modulus.ToByteArrayUnsigned(), Exponent = key.PublicExponent.ToByteArrayUnsigned() };
            _pool = new Pool<RSA>(() => RSA.Create(_key));
        }

        public bool Verify(HashAlgorithmTag hash, byte[] digest, BigInteger[] numbers)
        {
            if (numbers is not [var number] || _key.Exponent!.Length > LongestExponent || Fixed(number, _key.Modulus!.Length) is not { } signature)
                return false;
            return Name(hash) is { } name
                ? _pool.Use(rsa => rsa.VerifyHash(digest, signature, name, RSASignaturePadding.Pkcs1))
                : Pkcs1.Verify(_key, hash, digest, signature);
        }

        private static HashAlgorithmName? Name(HashAlgorithmTag hash) => hash switch
        {
            HashAlgorithmTag.Sha256 => HashAlgorithmName.SHA256,
            HashAlgorithmTag.Sha384 => HashAlgorithmName.SHA384,
            HashAlgorithmTag.Sha512 => HashAlgorithmName.SHA512,
            HashAlgorithmTag.Sha1 => HashAlgorithmName.SHA1,
            _ => null,
        };
    }

    private sealed class EllipticDsa : ISignatureAlgorithm
    {
        private readonly int _length;
        private readonly Pool<ECDsa> _pool;

        public EllipticDsa(ECPublicBcpgKey key)
        {
            // An uncompressed point: 4, x, y.
            var point = key.EncodedPoint.ToByteArrayUnsigned();
            if (point is not [4, ..] || point.Length % 2 == 0)
                throw new OpenPgpException(Text.Say("elliptic curve key without an uncompressed point"));
            _length = point.Length / 2;
            var parameters = new ECParameters
            {
                Curve = ECCurve.CreateFromValue(key.CurveOid.Id),
                Q = new ECPoint { X = point[1..(1 + _length)], Y = point[(1 + _length)..] },
            };
            _pool = new Pool<ECDsa>(() => ECDsa.Create(parameters));
        }

        public bool Verify(HashAlgorithmTag hash, byte[] digest, BigInteger[] numbers)
        {
            if (numbers is not [var r, var s] || Fixed(r, _length) is not { } left || Fixed(s, _length) is not { } right)
                return false;
            byte[] signature = [.. left, .. right];
            return _pool.Use(ecdsa => ecdsa.VerifyHash(digest, signature));
        }
    }

    private sealed class EdwardsDsa(EdDsaPublicBcpgKey key) : ISignatureAlgorithm
    {
        // A point that is none verifies nothing.
        private readonly Ed25519.PublicPoint? _point = key.EncodedPoint.ToByteArrayUnsigned() is [0x40, .. { Length: Ed25519Length } point]
            ? Ed25519.ValidatePublicKeyPartialExport(point)
            : null;

        private const int Ed25519Length = 32;

        public bool Verify(HashAlgorithmTag hash, byte[] digest, BigInteger[] numbers) =>
            _point is not null
            && numbers is [var r, var s]
            && Fixed(r, Ed25519Length) is { } left
            && Fixed(s, Ed25519Length) is { } right
            && Ed25519.Verify([.. left, .. right], _point, digest);
    }

    private sealed class Dsa(DsaPublicBcpgKey key) : ISignatureAlgorithm
    {
        public bool Verify(HashAlgorithmTag hash, byte[] digest, BigInteger[] numbers)
        {
            // A hash shorter than q would be an unspoken weakening; a longer one is cut (FIPS 186-4 §4.6).
            if (numbers is not [var r, var s] || key.P.BitLength > LongestDsaModulus || digest.Length * 8 < key.Q.BitLength)
                return false;
            var signer = new DsaSigner();
            signer.Init(forSigning: false, new DsaPublicKeyParameters(key.Y, new DsaParameters(key.P, key.Q, key.G)));
            return signer.VerifySignature(digest, r, s);
        }
    }

    // Numbers lose their leading zeros in the packet; null: longer than it may be.
    private static byte[]? Fixed(BigInteger number, int length)
    {
        var bytes = number.ToByteArrayUnsigned();
        if (bytes.Length > length)
            return null;
        var result = new byte[length];
        bytes.CopyTo(result, length - bytes.Length);
        return result;
    }
}
