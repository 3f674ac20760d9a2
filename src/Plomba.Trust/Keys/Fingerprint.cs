using System.Diagnostics.CodeAnalysis;

namespace Plomba.Trust.Keys;

/// <summary>
/// The full fingerprint of an OpenPGP key: 40 hex digits (version 4) or 64 (version 5 and 6). Short and long key ids
/// are no fingerprints and are never accepted in their place.
/// </summary>
public readonly record struct Fingerprint
{
    private readonly string? _text;

    private Fingerprint(string text) => _text = text;

    /// <summary>The digits in upper case, without blanks: the form GnuPG prints.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default Fingerprint has no value.");

    /// <summary>Parses the digits in either case; blanks, as people write fingerprints, are skipped.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Fingerprint fingerprint)
    {
        fingerprint = default;
        if (text is null || text.Length > 128)
            return false;
        var digits = text.Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length is not (40 or 64) || !digits.All(char.IsAsciiHexDigit))
            return false;
        fingerprint = new Fingerprint(digits.ToUpperInvariant());
        return true;
    }

    /// <summary>The fingerprint whose bytes are <paramref name="bytes"/>.</summary>
    /// <exception cref="ArgumentException">Neither 20 nor 32 bytes.</exception>
    public static Fingerprint From(ReadOnlySpan<byte> bytes) => bytes.Length is 20 or 32
        ? new Fingerprint(Convert.ToHexString(bytes))
        : throw new ArgumentException($"A fingerprint has 20 or 32 bytes, not {bytes.Length}", nameof(bytes));

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";
}
