using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Plomba.Trust.SimpleSigning;

/// <summary>
/// The bytes of a <c>signature-N</c> file in a lookaside or a <c>dir:</c> image (TRUST.md §5.1): a bare OpenPGP message,
/// or a zero byte, a format name, a newline and the data.
/// </summary>
public static class StoredBlob
{
    /// <summary>
    /// Takes the wrapping off. Nothing inside is verified. False with the reference implementation's text when the
    /// format is unknown; such a blob makes the whole list of signatures unusable (TRUST.md §3.6).
    /// </summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> blob, [NotNullWhen(true)] out StoredSignature? signature, [NotNullWhen(false)] out string? error)
    {
        signature = null;
        error = Check(blob.Span);
        if (error is not null)
            return false;
        if (blob.Span[0] != Wrapped)
        {
            signature = StoredSignature.SimpleSigning(blob);
            return true;
        }

        return TryUnwrap(blob[1..], out signature, out error);
    }

    /// <summary>The bytes to store: simple signatures as they are, sigstore ones with their prefix.</summary>
    public static byte[] Write(StoredSignature signature) => signature.Format == SignatureFormat.SimpleSigning
        ? signature.Bytes.ToArray()
        : [Wrapped, .. Encoding.ASCII.GetBytes(SigstoreName), (byte)'\n', .. SigstoreJson.Write(signature)];

    private const byte Wrapped = 0;
    private const string SimpleSigningName = "simple-signing";
    private const string SigstoreName = "sigstore-json";

    private static string? Check(ReadOnlySpan<byte> blob) => blob switch
    {
        { Length: > StoredSignature.MaximumLength } => Text.Say($"exceeded maximum allowed size of {StoredSignature.MaximumLength} bytes"),
        [] => Text.Say("empty signature blob"),
        [Wrapped, ..] => null,
        [var first, ..] when StartsMessage(first) => null,
        [var first, ..] => Text.Say($"unrecognized signature format, starting with binary 0x{first:x}"),
    };

    // The packet headers a signed message can start with, as the reference implementation lists them: compressed,
    // one-pass, signature in the old and the new format. 0x3d is its mistake for 0xcd and kept.
    private static bool StartsMessage(byte first) => first is
        (>= 0xA0 and <= 0xA3) or 0xC8 or (>= 0x90 and <= 0x92) or 0x3D or 0xC4 or (>= 0x88 and <= 0x8B) or 0xC2;

    private static bool TryUnwrap(
        ReadOnlyMemory<byte> named, [NotNullWhen(true)] out StoredSignature? signature, [NotNullWhen(false)] out string? error)
    {
        signature = null;
        var newline = named.Span.IndexOf((byte)'\n');
        if (newline < 0)
        {
            error = Text.Say("invalid signature format, missing newline");
            return false;
        }

        var name = named.Span[..newline];
        var odd = name.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E);
        if (odd >= 0)
        {
            error = Text.Say($"invalid signature format, non-ASCII byte 0x{name[odd]:x}");
            return false;
        }

        var data = named[(newline + 1)..];
        switch (Encoding.ASCII.GetString(name))
        {
            case SimpleSigningName:
                signature = StoredSignature.SimpleSigning(data);
                error = null;
                return true;
            case SigstoreName:
                return SigstoreJson.TryRead(data, out signature, out error);
            case var other:
                error = Text.Say($"unrecognized signature format \"{other}\"");
                return false;
        }
    }
}
