using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// ECDSA. A signature is DER; what is no DER at all may also be the two numbers side by side, which is how the reference
/// implementation's library reads it and so what some signers got away with.
/// </summary>
internal sealed class EllipticSigstoreKey : SigstoreKey
{
    private const int LongestPair = 132;

    private readonly KeyPool<ECDsa> _keys;
    private readonly int _length;

    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public EllipticSigstoreKey(ECParameters numbers, int length)
    {
        _length = length;
        var key = ECDsa.Create(numbers);
        SubjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo();
        Algorithm = string.Create(CultureInfo.InvariantCulture, $"ecdsa-p{key.KeySize}");
        _keys = new KeyPool<ECDsa>(key, () => ECDsa.Create(numbers));
    }

    public override byte[] SubjectPublicKeyInfo { get; }

    public override string Algorithm { get; }

    public override string? Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        if (TryReadDer(signature, out var r, out var s, out var isWhole))
            return isWhole && IsGood(content, r, s) ? null : Text.Say("invalid signature when validating ASN.1 encoded signature");
        if (signature.Length is 0 or > LongestPair || signature.Length % 2 != 0)
            return Text.Say("ecdsa: Invalid IEEE_P1363 encoded bytes");
        var half = signature.Length / 2;
        return IsGood(content, Number(signature[..half]), Number(signature[half..]))
            ? null
            : Text.Say("invalid signature when validating IEEE_P1363 encoded signature");
    }

    /// <summary>Whether its curve is P-256.</summary>
    public bool IsP256 => _length == 32;

    /// <summary>Whether it is a DER signature, without any other form, over the content.</summary>
    public bool IsDerSignature(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) =>
        TryReadDer(signature, out var r, out var s, out var isWhole) && isWhole && IsGood(content, r, s);

    // Two integers at the start of a sequence make it DER; anything behind them only makes it a bad signature.
    private static bool TryReadDer(ReadOnlySpan<byte> signature, out BigInteger r, out BigInteger s, out bool isWhole)
    {
        (r, s, isWhole) = (default, default, false);
        try
        {
            AsnDecoder.ReadSequence(signature, AsnEncodingRules.DER, out var start, out var length, out var consumed);
            var inside = signature.Slice(start, length);
            r = AsnDecoder.ReadInteger(inside, AsnEncodingRules.DER, out var first);
            s = AsnDecoder.ReadInteger(inside[first..], AsnEncodingRules.DER, out var second);
            isWhole = consumed == signature.Length && first + second == inside.Length;
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private bool IsGood(ReadOnlySpan<byte> content, BigInteger r, BigInteger s)
    {
        Span<byte> pair = stackalloc byte[2 * _length];
        if (!TryPlace(r, pair[.._length]) || !TryPlace(s, pair[_length..]))
            return false;
        var key = _keys.Take();
        var isGood = key.VerifyHash(SHA256.HashData(content), pair, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        _keys.Return(key);
        return isGood;
    }

    private static bool TryPlace(BigInteger number, Span<byte> field)
    {
        if (number.Sign <= 0 || number.GetByteCount(isUnsigned: true) is var count && count > field.Length)
            return false;
        field.Clear();
        return number.TryWriteBytes(field[^count..], out _, isUnsigned: true, isBigEndian: true);
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
