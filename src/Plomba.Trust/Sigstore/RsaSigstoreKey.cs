using System.Security.Cryptography;

namespace Plomba.Trust.Sigstore;

/// <summary>RSA: sigstore signatures with PKCS #1 v1.5 padding, where PSS is refused; TUF metadata with PSS.</summary>
internal sealed class RsaSigstoreKey : SigstoreKey
{
    private readonly RSAParameters _numbers;

    /// <exception cref="CryptographicException">The numbers are no key.</exception>
    public RsaSigstoreKey(RSAParameters numbers)
    {
        _numbers = numbers;
        using var key = RSA.Create(numbers);
        SubjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo();
    }

    public override byte[] SubjectPublicKeyInfo { get; }

    public override string? Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        using var key = RSA.Create(_numbers);
        return key.VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ? null : "crypto/rsa: verification error";
    }

    /// <summary>Whether it is a signature with PSS padding, its salt as long as the hash.</summary>
    public bool IsPssSignature(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        using var key = RSA.Create(_numbers);
        return key.VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    }
}
