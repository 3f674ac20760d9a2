using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Plomba.Images;
using Plomba.Trust.Json;

namespace Plomba.Trust.Sigstore;

/// <summary>
/// The JSON of bundles and of the statements in them: names as the specifications write them, none twice, unknown ones
/// ignored.
/// </summary>
internal static class BundleJson
{
    public const string StatementType = "https://in-toto.io/Statement/v1";
    public const string SignaturePredicate = "https://sigstore.dev/cosign/sign/v1";
    public const string StatementMediaType = "application/vnd.in-toto+json";

    private const string OldStatementType = "https://in-toto.io/Statement/v0.1";

    /// <summary>The bundle; null with the first mistake.</summary>
    public static SigstoreBundle? Read(ReadOnlyMemory<byte> json, out string? error)
    {
        var reading = new Reading(json);
        var bundle = reading.Bundle();
        error = reading.Error;
        return error is null ? bundle : null;
    }

    /// <summary>What a statement says; null with the first mistake.</summary>
    public static SignedStatement? ReadStatement(ReadOnlyMemory<byte> json, out string? error)
    {
        var reading = new Reading(json);
        var statement = reading.Statement();
        error = reading.Error;
        return error is null ? statement : null;
    }

    /// <summary>The statement that an image's manifest is signed, as cosign writes it; beside the digest it names the image.</summary>
    public static byte[] WriteStatement(Digest manifest, string identity) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("_type", StatementType);
        json.WriteStartArray("subject");
        json.WriteStartObject();
        json.WriteString("name", identity);
        json.WriteStartObject("digest");
        json.WriteString(manifest.Algorithm, manifest.Hex);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("predicateType", SignaturePredicate);
        json.WriteStartObject("predicate");
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>A bundle with one signed envelope by a key.</summary>
    /// <param name="hint">What finds the key: base64 of the SHA-256 of its SubjectPublicKeyInfo, as cosign writes it.</param>
    /// <param name="payload">A statement.</param>
    /// <param name="signature">Over <see cref="Preauthenticated"/>.</param>
    public static byte[] WriteBundle(string hint, byte[] payload, byte[] signature) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("mediaType", StoredSignature.SigstoreBundleMediaType);
        json.WriteStartObject("verificationMaterial");
        json.WriteStartObject("publicKey");
        json.WriteString("hint", hint);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("dsseEnvelope");
        json.WriteBase64String("payload", payload);
        json.WriteString("payloadType", StatementMediaType);
        json.WriteStartArray("signatures");
        json.WriteStartObject();
        json.WriteBase64String("sig", signature);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>What an envelope's signature covers (DSSE, "Signature Definition").</summary>
    public static byte[] Preauthenticated(string type, ReadOnlySpan<byte> payload)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {payload.Length} ");
        return [.. Encoding.UTF8.GetBytes(head), .. payload];
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }

    private sealed class Reading
    {
        private readonly Mistakes _mistakes;
        private readonly JsonObjectReader? _root;
        private readonly string? _syntax;

        public Reading(ReadOnlyMemory<byte> json)
        {
            _mistakes = new Mistakes(json);
            if (JsonTreeReader.Read(json.Span, out var mistake) is { } root)
                _root = JsonObjectReader.From(root, _mistakes);
            _syntax = mistake?.Message;
        }

        public string? Error => _syntax ?? (_mistakes.Any ? _mistakes.InOrder()[0].Message : null);

        public SigstoreBundle? Bundle()
        {
            var type = _root?.RequireString("mediaType");
            if (type is not null && !SigstoreBundle.IsMediaType(type))
                _mistakes.Add(0, Text.Say($"unsupported bundle version {QuotedText.Of(type)}"));
            var hasKey = Child(_root, "verificationMaterial")?.Take("publicKey") is JsonObjectNode;
            var envelope = OptionalChild(_root, "dsseEnvelope");
            var message = OptionalChild(_root, "messageSignature");
            if (_root is not null && envelope is null == message is null)
                _mistakes.Add(0, Text.Say("a bundle holds either an envelope or a signature of a message"));
            return envelope is not null ? new SigstoreBundle(hasKey, Envelope(envelope), null)
                : message is not null ? new SigstoreBundle(hasKey, null, Message(message))
                : null;
        }

        public SignedStatement? Statement()
        {
            var type = _root?.RequireString("_type");
            if (type is not (null or StatementType or OldStatementType))
                _mistakes.Add(0, Text.Say($"unknown statement type {QuotedText.Of(type)}"));
            var predicate = _root?.RequireString("predicateType");
            if (_root?.Require("subject") is not JsonArrayNode { Items: [var only] })
            {
                _mistakes.Add(0, Text.Say("a signature is for one subject"));
                return null;
            }

            var subject = JsonObjectReader.From(only, _mistakes);
            var hex = Child(subject, "digest")?.RequireString("sha256");
            if (!Digest.TryParse($"sha256:{hex}", out var digest))
                _mistakes.Add(0, Text.Say("the subject has no sha256 digest"));
            return new SignedStatement(predicate ?? "", digest, subject?.TakeString("name") is { Length: > 0 } name ? name : null);
        }

        private DsseEnvelope? Envelope(JsonObjectReader envelope)
        {
            var payload = StrictObject.Base64(envelope, "payload", _mistakes);
            var type = envelope.RequireString("payloadType");
            if (envelope.Require("signatures") is not JsonArrayNode { Items: [var only] } || JsonObjectReader.From(only, _mistakes) is not { } signature)
            {
                _mistakes.Add(0, Text.Say("an envelope in a bundle has one signature"));
                return null;
            }

            var bytes = StrictObject.Base64(signature, "sig", _mistakes);
            return payload is null || type is null || bytes is null ? null : new DsseEnvelope(type, payload, bytes);
        }

        private MessageSignature? Message(JsonObjectReader message)
        {
            var digest = Child(message, "messageDigest");
            if (digest?.TakeString("algorithm") is not (null or "SHA2_256"))
                _mistakes.Add(0, Text.Say("the message's digest is not SHA-256"));
            var bytes = digest is null ? null : StrictObject.Base64(digest, "digest", _mistakes);
            var signature = StrictObject.Base64(message, "signature", _mistakes);
            return bytes is null || signature is null ? null : new MessageSignature(bytes, signature);
        }

        private JsonObjectReader? Child(JsonObjectReader? parent, string key) =>
            parent?.Require(key) is { } value ? JsonObjectReader.From(value, _mistakes) : null;

        private JsonObjectReader? OptionalChild(JsonObjectReader? parent, string key) =>
            parent?.Take(key) is { } value and not JsonNullNode ? JsonObjectReader.From(value, _mistakes) : null;
    }
}
