using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Plomba.Trust.Json;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Tuf;

/// <summary>
/// A public key of TUF metadata (§4.2): Ed25519 and ECDSA over P-256, which this program makes, and RSA with PSS, which
/// others do. Two keys are equal when their numbers are, whatever they are called. Immutable, thread-safe.
/// </summary>
public sealed class TufKey : IEquatable<TufKey>
{
    private const string PemType = "PUBLIC KEY";

    private readonly SigstoreKey _key;
    private readonly Scheme _scheme;

    private TufKey(SigstoreKey key, Scheme scheme)
    {
        (_key, _scheme) = (key, scheme);
        Text = Convert.ToBase64String(key.SubjectPublicKeyInfo);
        Id = Convert.ToHexStringLower(SHA256.HashData(TufJson.Canonical(TufJson.Parse(TufJson.Write(Write)))));
    }

    private enum Scheme
    {
        Ed25519,
        EcdsaP256,
        RsaPss,
    }

    /// <summary>The key in one line, as <c>site.toml</c> has it: base64 of the SubjectPublicKeyInfo.</summary>
    public string Text { get; }

    /// <summary>The id of the key: sha256 of its canonical form, lower-case hex.</summary>
    public string Id { get; }

    /// <summary>Reads what <see cref="Text"/> writes; false with what is wrong.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TufKey? key, [NotNullWhen(false)] out string? why)
    {
        key = null;
        if (!StrictBase64.TryDecode(text, out var der))
        {
            why = Language.Text.Say("it is no base64");
            return false;
        }

        return SigstoreKey.TryReadDer(der, out var read, out why) && TryMake(read, out key, out why);
    }

    /// <summary>The public half of a private key; false when such a key does not sign TUF metadata.</summary>
    public static bool TryMake(SigstoreSecretKey secret, [NotNullWhen(true)] out TufKey? key, [NotNullWhen(false)] out string? why)
    {
        ArgumentNullException.ThrowIfNull(secret);
        key = null;
        if (!SigstoreKey.TryReadDer(secret.SubjectPublicKeyInfo, out var read, out why) || !TryMake(read, out key, out why))
            return false;
        // Its file signs with PKCS #1 v1.5, which no client of TUF takes.
        why = key._scheme == Scheme.RsaPss ? Language.Text.Say("RSA keys do not sign here") : null;
        return why is null;
    }

    /// <inheritdoc/>
    public bool Equals(TufKey? other) => other is not null && other.Text == Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TufKey);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <summary>A key of root metadata; null when it is of a kind this program does not know, which never counts.</summary>
    internal static TufKey? Read(JsonElement value)
    {
        var type = value.Member("keytype").Text("keytype");
        var scheme = value.Member("scheme").Text("scheme");
        var text = value.Member("keyval").Member("public").Text("public");
        var key = text.StartsWith("-----BEGIN ", StringComparison.Ordinal) ? ReadPem(text) : ReadHex(type, text);
        return (type, scheme, key) switch
        {
            ("ed25519", "ed25519", Ed25519SigstoreKey) => new TufKey(key, Scheme.Ed25519),
            ("ecdsa" or "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", EllipticSigstoreKey { IsP256: true }) => new TufKey(key, Scheme.EcdsaP256),
            ("rsa", "rsassa-pss-sha256", RsaSigstoreKey) => new TufKey(key, Scheme.RsaPss),
            _ => null,
        };
    }

    /// <summary>The object of root metadata.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        var (type, scheme) = _scheme switch
        {
            Scheme.Ed25519 => ("ed25519", "ed25519"),
            Scheme.EcdsaP256 => ("ecdsa", "ecdsa-sha2-nistp256"),
            _ => ("rsa", "rsassa-pss-sha256"),
        };
        json.WriteStartObject();
        json.WriteString("keytype", type);
        json.WriteString("scheme", scheme);
        json.WriteStartObject("keyval");
        json.WriteString("public", _scheme == Scheme.Ed25519
            ? Convert.ToHexStringLower(_key.SubjectPublicKeyInfo[^32..])
            : PemBlock.Write(PemType, _key.SubjectPublicKeyInfo));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    internal bool IsGood(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) => _key switch
    {
        EllipticSigstoreKey elliptic => elliptic.IsDerSignature(content, signature),
        RsaSigstoreKey rsa => rsa.IsPssSignature(content, signature),
        _ => _key.Verify(content, signature) is null,
    };

    private static bool TryMake(SigstoreKey read, [NotNullWhen(true)] out TufKey? key, [NotNullWhen(false)] out string? why)
    {
        Scheme? scheme = read switch
        {
            Ed25519SigstoreKey => Scheme.Ed25519,
            EllipticSigstoreKey { IsP256: true } => Scheme.EcdsaP256,
            RsaSigstoreKey => Scheme.RsaPss,
            _ => null,
        };
        key = scheme is { } known ? new TufKey(read, known) : null;
        why = key is null ? Language.Text.Say("of ECDSA only P-256 is used here") : null;
        return key is not null;
    }

    private static SigstoreKey? ReadPem(string text) => SigstoreKey.TryReadPem(Encoding.UTF8.GetBytes(text), out var key, out _) ? key : null;

    // The older forms: 32 bytes for Ed25519, an uncompressed point for P-256.
    private static SigstoreKey? ReadHex(string type, string text)
    {
        if (text.Length is not (64 or 130) || !text.All(char.IsAsciiHexDigit))
            return null;
        var bytes = Convert.FromHexString(text);
        byte[]? prefix = (type, bytes.Length) switch
        {
            ("ed25519", 32) => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00],
            (not "ed25519", 65) =>
            [
                0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
                0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
            ],
            _ => null,
        };
        return prefix is not null && SigstoreKey.TryReadDer([.. prefix, .. bytes], out var key, out _) ? key : null;
    }
}
