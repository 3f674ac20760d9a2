using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Plomba.Images;

/// <summary>
/// The content address <c>algorithm:hex</c> (OCI image spec, descriptor.md; TRUST.md §1). Only sha256, sha384 and
/// sha512 with exactly 64, 96 or 128 lower-case hex digits exist: a value of this type may go into a path, a URL or a tag.
/// </summary>
public readonly record struct Digest
{
    private readonly string? _text;

    private Digest(string text) => _text = text;

    /// <summary>The whole text, <c>sha256:…</c>.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default Digest has no value.");

    /// <summary><c>sha256</c>, <c>sha384</c> or <c>sha512</c>.</summary>
    public string Algorithm => Text[..6];

    /// <summary>The hex digits alone.</summary>
    public string Hex => Text[7..];

    /// <summary>Whether this is the algorithm simple signing and lookaside rest on (TRUST.md §9).</summary>
    public bool IsSha256 => Text.StartsWith("sha256:", StringComparison.Ordinal);

    /// <summary>Parses strictly; false for anything else, without saying why (see <see cref="DigestError"/> for that).</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest) => TryParse(text, out digest, out _);

    /// <summary>Parses strictly, and says in the reference implementation's words why a text is no digest.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest, out DigestError error)
    {
        digest = default;
        error = Check(text);
        if (error != DigestError.None)
            return false;
        digest = new Digest(text!);
        return true;
    }

    /// <summary>The sha256 digest of <paramref name="content"/>.</summary>
    public static Digest Sha256(ReadOnlySpan<byte> content) => FromHash("sha256", SHA256.HashData(content));

    /// <summary>The digest of <paramref name="content"/> under the same algorithm as this one.</summary>
    public Digest Of(ReadOnlySpan<byte> content) => Algorithm switch
    {
        "sha256" => Sha256(content),
        "sha384" => FromHash("sha384", SHA384.HashData(content)),
        _ => FromHash("sha512", SHA512.HashData(content)),
    };

    /// <summary>A digest from the raw result of a hash that was computed elsewhere.</summary>
    /// <exception cref="ArgumentException">The length does not belong to the algorithm.</exception>
    public static Digest FromHash(string algorithm, ReadOnlySpan<byte> hash)
    {
        var text = $"{algorithm}:{Convert.ToHexStringLower(hash)}";
        return TryParse(text, out var digest) ? digest : throw new ArgumentException($"No digest: {text}", nameof(hash));
    }

    /// <summary>An incremental hash of this digest's algorithm.</summary>
    public IncrementalHash CreateHash() => IncrementalHash.CreateHash(Algorithm switch
    {
        "sha256" => HashAlgorithmName.SHA256,
        "sha384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    });

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";

    private static DigestError Check(string? text)
    {
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (text is null || colon <= 0 || colon + 1 == text.Length)
            return DigestError.Format;
        var length = text.AsSpan(0, colon) switch
        {
            "sha256" => 64,
            "sha384" => 96,
            "sha512" => 128,
            _ => 0,
        };
        if (length == 0)
            return IsWellFormed(text, colon) ? DigestError.Algorithm : DigestError.Format;
        if (Encoding.UTF8.GetByteCount(text.AsSpan(colon + 1)) != length)
            return DigestError.Length;
        return text.AsSpan(colon + 1).ContainsAnyExcept(LowerHex) ? DigestError.Format : DigestError.None;
    }

    // alg(sep alg)*:encoded, where alg is [a-z0-9]+, sep one of + . _ -, encoded [a-zA-Z0-9=_-]+
    private static bool IsWellFormed(string text, int colon)
    {
        for (var i = 0; i < colon; i++)
        {
            var separator = text[i] is '+' or '.' or '_' or '-';
            if (!separator && !char.IsAsciiLetterLower(text[i]) && !char.IsAsciiDigit(text[i]))
                return false;
            if (separator && (i == 0 || i == colon - 1 || text[i - 1] is '+' or '.' or '_' or '-'))
                return false;
        }

        return text.AsSpan(colon + 1).IndexOfAnyExcept(Encoded) < 0;
    }

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private static readonly SearchValues<char> Encoded =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=_-");
}

/// <summary>Why a text is no digest.</summary>
public enum DigestError
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>invalid checksum digest format</summary>
    Format,

    /// <summary>unsupported digest algorithm</summary>
    Algorithm,

    /// <summary>invalid checksum digest length</summary>
    Length,
}
