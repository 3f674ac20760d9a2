using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Plomba.Trust.Json;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// A log's entry of kind <c>hashedrekord</c>: which signature, by which key or certificate, over which hash. Read as
/// leniently as the reference implementation does, because the log's signature covers it and old logs wrote it.
/// </summary>
internal sealed class HashedRecord
{
    private readonly LenientObject? _signature;
    private readonly LenientObject? _publicKey;
    private readonly LenientObject? _data;
    private readonly LenientObject? _hash;
    private readonly byte[] _signatureContent;
    private readonly byte[] _publicKeyContent;

    private HashedRecord(LenientObject spec)
    {
        _signature = spec.Child("signature");
        _publicKey = _signature?.Child("publicKey");
        _signatureContent = _signature?.Base64("content") ?? [];
        _publicKeyContent = _publicKey?.Base64("content") ?? [];
        _data = spec.Child("data");
        _hash = _data?.Child("hash");
    }

    /// <summary>Reads the entry. False with the reference's words.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out HashedRecord? record, [NotNullWhen(false)] out string? error)
    {
        record = null;
        error = null;
        try
        {
            if (JsonTreeReader.Read(body.Span, out var mistake) is not { } root)
                error = mistake!.Message;
            else
                record = Read(LenientObject.Of(root), out error);
            if (error is not null)
                error = Text.Say($"decoding the body of a Rekor SET payload: {error}");
        }
        catch (FormatException e)
        {
            error = Text.Say($"decoding hashedrekod spec: {e.Message}");
        }

        if (error is null && record is null)
            error = Text.Say("missing Rekor SET Payload API version");
        return record is not null;
    }

    /// <summary>Null when the entry is about this very signature; else what differs, in the reference's words.</summary>
    public string? Mismatch(PemContent keyOrCertificate, string base64Signature, ReadOnlySpan<byte> payload) =>
        KeyMismatch(keyOrCertificate) ?? SignatureMismatch(base64Signature) ?? PayloadMismatch(payload);

    private static HashedRecord? Read(LenientObject root, out string? error)
    {
        var kind = root.Text("kind") ?? "";
        var version = root.Text("apiVersion");
        error = kind != "hashedrekord" ? Text.Say($"invalid kind value: {QuotedText.Of(kind)}")
            : version is not (null or "0.0.1") ? Text.Say($"unsupported hashedrekord version {QuotedText.Of(version)}")
            : null;
        return error is null && version is not null
            ? new HashedRecord(root.Child("spec") ?? throw new FormatException(Text.Say("unexpected end of JSON input")))
            : null;
    }

    private string? KeyMismatch(PemContent wanted)
    {
        if (_signature is null)
            return Text.Say("Missing \"signature\" field in hashedrekord");
        if (_publicKey is null)
            return Text.Say("Missing \"signature.publicKey\" field in hashedrekord");
        var recorded = PemContent.Of(_publicKeyContent);
        return (recorded, wanted) switch
        {
            ({ Der: null }, _) => Text.Say("publicKey in Rekor SET is not in PEM format"),
            ({ HasTrailingData: true }, _) => Text.Say("publicKey in Rekor SET has trailing data"),
            (_, { Der: null }) => Text.Say("public key or cert to be matched against publicKey in Rekor SET is not in PEM format"),
            (_, { HasTrailingData: true }) => Text.Say("public key or cert to be matched against publicKey in Rekor SET has trailing data"),
            _ => recorded.Der.AsSpan().SequenceEqual(wanted.Der) ? null : Text.Say("publicKey in Rekor SET does not match"),
        };
    }

    private string? SignatureMismatch(string base64Signature)
    {
        if (!StrictBase64.TryDecode(base64Signature, out var signature))
            return Text.Say("decoding signature base64: illegal base64 data");
        return _signatureContent.AsSpan().SequenceEqual(signature)
            ? null
            : Text.Say($"signature in Rekor SET does not match: {Convert.ToHexStringLower(_signatureContent)} vs. {Convert.ToHexStringLower(signature)}");
    }

    private string? PayloadMismatch(ReadOnlySpan<byte> payload)
    {
        if (_data is null)
            return Text.Say("Missing \"data\" field in hashedrekord");
        if (_hash is null)
            return Text.Say("Missing \"data.hash\" field in hashedrekord");
        if (_hash.Text("algorithm") is not { } algorithm)
            return Text.Say("Missing \"data.hash.algorithm\" field in hashedrekord");
        if (algorithm != "sha256")
            return Text.Say($"Unexpected \"data.hash.algorithm\" value {QuotedText.Of(algorithm)}");
        if (_hash.Text("value") is not { } value)
            return Text.Say("Missing \"data.hash.value\" field in hashedrekord");
        if (value.Length % 2 != 0 || !value.All(char.IsAsciiHexDigit))
            return Text.Say("Invalid \"data.hash.value\" field in hashedrekord: not a hexadecimal number");
        return Convert.FromHexString(value).AsSpan().SequenceEqual(SHA256.HashData(payload)) ? null : Text.Say("payload in Rekor SET does not match");
    }
}
