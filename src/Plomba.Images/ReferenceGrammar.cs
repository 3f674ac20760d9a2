using System.Buffers;

namespace Plomba.Images;

/// <summary>
/// The grammar of docker style references (TRUST.md §1), read by hand in one pass: ASCII only, anchored at both ends,
/// never backtracking. <c>[domain/]component(/component)*[:tag][@digest]</c>.
/// </summary>
internal static class ReferenceGrammar
{
    /// <summary>Cuts a whole reference into its parts; false when the text is none. Nothing is normalised.</summary>
    public static bool TrySplit(ReadOnlySpan<char> text, out ReferenceParts parts)
    {
        parts = default;
        if (text.IndexOf('@') is >= 0 and var at)
        {
            parts.Digest = text[(at + 1)..];
            if (!IsDigest(parts.Digest))
                return false;
            text = text[..at];
        }

        if (text.LastIndexOf(':') is >= 0 and var colon && colon > text.LastIndexOf('/'))
        {
            parts.Tag = text[(colon + 1)..];
            if (!IsTag(parts.Tag))
                return false;
            text = text[..colon];
        }

        parts.Name = parts.Path = text;
        if (text.IndexOf('/') is >= 0 and var slash && IsDomain(text[..slash]))
        {
            parts.Domain = text[..slash];
            parts.Path = text[(slash + 1)..];
        }

        return IsPath(parts.Path);
    }

    /// <summary><c>label(.label)*[:digits]</c>, in either case; no IPv6 literals.</summary>
    public static bool IsDomain(ReadOnlySpan<char> text)
    {
        if (text.IndexOf(':') is >= 0 and var colon)
        {
            var port = text[(colon + 1)..];
            if (port.IsEmpty || port.ContainsAnyExceptInRange('0', '9'))
                return false;
            text = text[..colon];
        }

        foreach (var label in text.Split('.'))
        {
            if (!IsLabel(text[label]))
                return false;
        }

        return true;
    }

    /// <summary><c>component(/component)*</c>, where a component is lower-case runs joined by <c>.</c>, <c>_</c>, <c>__</c> or dashes.</summary>
    public static bool IsPath(ReadOnlySpan<char> text)
    {
        foreach (var component in text.Split('/'))
        {
            if (!IsComponent(text[component]))
                return false;
        }

        return true;
    }

    /// <summary><c>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}</c></summary>
    public static bool IsTag(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= Tag.MaximumLength && text[0] is not ('.' or '-') && !text.ContainsAnyExcept(TagCharacters);

    // The loose pattern a reference may carry after '@'; whether the algorithm exists is asked afterwards.
    private static bool IsDigest(ReadOnlySpan<char> text)
    {
        if (text.IndexOf(':') is not (> 0 and var colon))
            return false;
        var hex = text[(colon + 1)..];
        if (hex.Length < 32 || hex.ContainsAnyExcept(Hex))
            return false;
        var algorithm = text[..colon];
        foreach (var part in algorithm.SplitAny("-_+."))
        {
            var word = algorithm[part];
            if (word.IsEmpty || !char.IsAsciiLetter(word[0]) || word.ContainsAnyExcept(Alphanumeric))
                return false;
        }

        return true;
    }

    private static bool IsLabel(ReadOnlySpan<char> text) =>
        !text.IsEmpty && text[0] != '-' && text[^1] != '-' && !text.ContainsAnyExcept(LabelCharacters);

    private static bool IsComponent(ReadOnlySpan<char> text)
    {
        while (true)
        {
            var end = text.IndexOfAnyExcept(LowerAlphanumeric);
            if (end < 0)
                return !text.IsEmpty;
            if (end == 0)
                return false;
            text = text[(end + SeparatorLength(text[end..]))..];
            if (text.IsEmpty || !LowerAlphanumeric.Contains(text[0]))
                return false;
        }
    }

    private static int SeparatorLength(ReadOnlySpan<char> text) => text[0] switch
    {
        '.' => 1,
        '_' => text is [_, '_', ..] ? 2 : 1,
        '-' => text.IndexOfAnyExcept('-') is > 0 and var end ? end : text.Length,
        _ => 0,
    };

    private const string Digits = "0123456789";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static readonly SearchValues<char> Alphanumeric = SearchValues.Create(Digits + Lower + Upper);
    private static readonly SearchValues<char> LowerAlphanumeric = SearchValues.Create(Digits + Lower);
    private static readonly SearchValues<char> LabelCharacters = SearchValues.Create(Digits + Lower + Upper + "-");
    private static readonly SearchValues<char> TagCharacters = SearchValues.Create(Digits + Lower + Upper + "_.-");
    private static readonly SearchValues<char> Hex = SearchValues.Create(Digits + "abcdefABCDEF");
}

/// <summary>The parts of a reference as they stand in the text; an absent part is empty.</summary>
internal ref struct ReferenceParts
{
    public ReadOnlySpan<char> Name;
    public ReadOnlySpan<char> Domain;
    public ReadOnlySpan<char> Path;
    public ReadOnlySpan<char> Tag;
    public ReadOnlySpan<char> Digest;
}
