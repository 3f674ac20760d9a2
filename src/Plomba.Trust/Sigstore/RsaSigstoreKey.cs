using System.Globalization;
using System.Security.Cryptography;

namespace Plomba.Trust.Sigstore;

/// <summary>RSA: sigstore signatures with PKCS #1 v1.5 padding, where PSS is refused; TUF metadata with PSS.</summary>
internal sealed class RsaSigstoreKey : SigstoreKey
{
    private readonly KeyPool<RSA> _keys;

    /// <exception cref="CryptographicException">The numbers are no key.</exception>
    public RsaSigstoreKey(RSAParameters numbers)
    {
        var key = RSA.Create(numbers);
        SubjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo();
        Algorithm = string.Create(CultureInfo.InvariantCulture, $"rsa{key.KeySize}");
        _keys = new KeyPool<RSA>(key, () => RSA.Create(numbers));
    }

    public override byte[] SubjectPublicKeyInfo { get; }

    public override string Algorithm { get; }

    public override string? Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) =>
        IsSignature(content, signature, RSASignaturePadding.Pkcs1) ? null : Text.Say("crypto/rsa: verification error");

    /// <summary>Whether it is a signature with PSS padding, its salt as long as the hash.</summary>
    public bool IsPssSignature(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) =>
        IsSignature(content, signature, RSASignaturePadding.Pss);

    private bool IsSignature(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature, RSASignaturePadding padding)
    {
        var key = _keys.Take();
        var isGood = key.VerifyData(content, signature, HashAlgorithmName.SHA256, padding);
        _keys.Return(key);
        return isGood;
    }
}
