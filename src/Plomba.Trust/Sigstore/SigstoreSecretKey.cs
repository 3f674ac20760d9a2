using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Plomba.Images;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// A private key that makes sigstore signatures, in files that cosign and podman read and write (TRUST.md §7.6). Not
/// thread-safe; holds the secret in memory until disposed.
/// </summary>
public abstract class SigstoreSecretKey : IDisposable
{
    private const string CosignType = "ENCRYPTED COSIGN PRIVATE KEY";
    private const string SigstoreType = "ENCRYPTED SIGSTORE PRIVATE KEY";

    private protected SigstoreSecretKey()
    {
    }

    /// <summary>The public half as PEM text, type <c>PUBLIC KEY</c>: what policies name.</summary>
    public string PublicKeyPem => PemBlock.Write("PUBLIC KEY", SubjectPublicKeyInfo);

    /// <summary>Whether a file begins as an encrypted private key does; nothing of it is decrypted.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<byte> file) => PemBlock.TryRead(ref file, out var block) && block.Type is CosignType or SigstoreType;

    internal abstract byte[] SubjectPublicKeyInfo { get; }

    /// <summary>The public half, for verifying what was signed.</summary>
    public SigstorePublicKey PublicKey => SigstoreKey.TryReadDer(SubjectPublicKeyInfo, out var key, out var error)
        ? new SigstorePublicKey(key)
        : throw new CryptographicException(error);

    private protected abstract byte[] PrivateKeyInfo { get; }

    /// <summary>A new ECDSA P-256 key.</summary>
    public static SigstoreSecretKey Create() => new Elliptic(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>A new Ed25519 key.</summary>
    public static SigstoreSecretKey CreateEd25519()
    {
        // PKCS #8 of an Ed25519 key (RFC 8410 §7) is this and the 32 bytes of the seed.
        ReadOnlySpan<byte> prefix = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        var seed = RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize);
        return new Edwards(seed, [.. prefix, .. seed]);
    }

    /// <summary>Reads a key file. False with the reference's words, which never hold anything of the key or passphrase.</summary>
    /// <param name="pem">The file; its first PEM block counts.</param>
    /// <param name="passphrase">May be empty, if the key was encrypted with the empty passphrase.</param>
    /// <param name="key">The key; to be disposed.</param>
    /// <param name="error">Null when there is a key.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> pem, ReadOnlySpan<byte> passphrase, [NotNullWhen(true)] out SigstoreSecretKey? key, [NotNullWhen(false)] out string? error)
    {
        key = null;
        error = !PemBlock.TryRead(ref pem, out var block) ? Text.Say("invalid pem block")
            : block.Type is not (CosignType or SigstoreType) ? Text.Say($"unsupported pem type: {block.Type}")
            : null;
        if (error is not null)
            return false;
        if (!EncryptedKey.TryDecrypt(block!.Der, passphrase, out var content, out error))
        {
            error = $"decrypt: {error}";
            return false;
        }

        try
        {
            key = Parse(content);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            error = Text.Say("parsing private key: x509: failed to parse private key");
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>The key file as PEM text, encrypted with <paramref name="passphrase"/>, which may be empty.</summary>
    public string Write(ReadOnlySpan<byte> passphrase)
    {
        var content = PrivateKeyInfo;
        try
        {
            return PemBlock.Write(CosignType, EncryptedKey.Encrypt(content, passphrase));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>A signature over <paramref name="content"/>: DER for ECDSA, PKCS #1 v1.5 for RSA, both over SHA-256.</summary>
    public abstract byte[] Sign(ReadOnlySpan<byte> content);

    /// <summary>The signature of a payload as stores keep it: payload, and the signature in an annotation.</summary>
    public StoredSignature SignPayload(byte[] payload) => StoredSignature.Sigstore(
        StoredSignature.SigstoreSignatureMediaType,
        payload,
        new Dictionary<string, string>(StringComparer.Ordinal) { [SigstoreVerification.SignatureAnnotation] = Convert.ToBase64String(Sign(payload)) });

    /// <summary>A bundle with a signed statement about an image, as cosign 3 writes it; ours names the image, too.</summary>
    /// <param name="manifest">The manifest's sha256.</param>
    /// <param name="identity">The image's name.</param>
    public StoredSignature SignBundle(Digest manifest, string identity)
    {
        var statement = BundleJson.WriteStatement(manifest, identity);
        var hint = Convert.ToBase64String(SHA256.HashData(SubjectPublicKeyInfo));
        return StoredSignature.SigstoreBundle(BundleJson.WriteBundle(hint, statement, Sign(BundleJson.Preauthenticated(BundleJson.StatementMediaType, statement))));
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    // PKCS #8; what stands behind it is ignored, as the reference does.
    private static SigstoreSecretKey Parse(byte[] content)
    {
        AsnDecoder.ReadSequence(content, AsnEncodingRules.DER, out _, out _, out var length);
        var der = content.AsMemory(0, length);
        var info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        info.ReadInteger();
        switch (info.ReadSequence().ReadObjectIdentifier())
        {
            case PublicKeyInfo.RsaOid:
                var rsa = RSA.Create();
                rsa.ImportPkcs8PrivateKey(der.Span, out _);
                return new Rsa(rsa);
            case PublicKeyInfo.EllipticOid:
                var elliptic = ECDsa.Create();
                elliptic.ImportPkcs8PrivateKey(der.Span, out _);
                return new Elliptic(elliptic);
            case PublicKeyInfo.Ed25519Oid:
                var seed = new AsnReader(info.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString();
                return seed.Length == Ed25519.SecretKeySize ? new Edwards(seed, der.ToArray()) : throw new CryptographicException();
            default:
                throw new CryptographicException();
        }
    }

    private sealed class Elliptic(ECDsa key) : SigstoreSecretKey
    {
        internal override byte[] SubjectPublicKeyInfo => key.ExportSubjectPublicKeyInfo();

        private protected override byte[] PrivateKeyInfo => key.ExportPkcs8PrivateKey();

        public override byte[] Sign(ReadOnlySpan<byte> content) => key.SignData(content, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        public override void Dispose() => key.Dispose();
    }

    private sealed class Rsa(RSA key) : SigstoreSecretKey
    {
        internal override byte[] SubjectPublicKeyInfo => key.ExportSubjectPublicKeyInfo();

        private protected override byte[] PrivateKeyInfo => key.ExportPkcs8PrivateKey();

        public override byte[] Sign(ReadOnlySpan<byte> content) => key.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        public override void Dispose() => key.Dispose();
    }

    private sealed class Edwards(byte[] seed, byte[] info) : SigstoreSecretKey
    {
        internal override byte[] SubjectPublicKeyInfo
        {
            get
            {
                var point = new byte[Ed25519.PublicKeySize];
                Ed25519.GeneratePublicKey(seed, 0, point, 0);
                return new Ed25519SigstoreKey(point).SubjectPublicKeyInfo;
            }
        }

        private protected override byte[] PrivateKeyInfo => [.. info];

        public override byte[] Sign(ReadOnlySpan<byte> content)
        {
            var signature = new byte[Ed25519.SignatureSize];
            Ed25519.Sign(seed, 0, content.ToArray(), 0, content.Length, signature, 0);
            return signature;
        }

        public override void Dispose()
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(info);
        }
    }
}
