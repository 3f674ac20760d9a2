using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Plomba.Trust.Sigstore;

/// <summary>Ed25519 over the content itself (not prehashed).</summary>
internal sealed class Ed25519SigstoreKey : SigstoreKey
{
    private static ReadOnlySpan<byte> Prefix => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    private readonly byte[] _point;

    /// <exception cref="CryptographicException">Not 32 bytes.</exception>
    public Ed25519SigstoreKey(byte[] point)
    {
        if (point.Length != Ed25519.PublicKeySize)
            throw new CryptographicException(Text.Say("wrong Ed25519 public key size"));
        _point = point;
        SubjectPublicKeyInfo = [.. Prefix, .. point];
    }

    public override string Algorithm => "ed25519";

    public override byte[] SubjectPublicKeyInfo { get; }

    public override string? Verify(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        var isGood = signature.Length == Ed25519.SignatureSize
            && Ed25519.Verify(signature.ToArray(), 0, _point, 0, content.ToArray(), 0, content.Length);
        return isGood ? null : Text.Say("failed to verify signature");
    }
}
