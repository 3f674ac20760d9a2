namespace Plomba.Trust.Tuf;

/// <summary>
/// The path of a target: relative components of <c>[A-Za-z0-9._-]</c> joined by slashes, none of them beginning with a
/// dot. Safe as a path below a directory and in a URL.
/// </summary>
public readonly record struct TargetPath : IComparable<TargetPath>
{
    private const int Longest = 255;

    private readonly string? _text;

    private TargetPath(string text) => _text = text;

    /// <summary>The path.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default TargetPath has no value.");

    /// <summary>Parses a path; false for anything else.</summary>
    public static bool TryParse(string text, out TargetPath path)
    {
        ArgumentNullException.ThrowIfNull(text);
        var valid = text.Length <= Longest && text.Split('/').All(IsComponent);
        path = valid ? new TargetPath(text) : default;
        return valid;
    }

    /// <summary>A path that is known to be one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static TargetPath Of(string text) => TryParse(text, out var path) ? path : throw new FormatException(Language.Text.Say($"no path of a target: {text}"));

    /// <summary>Where the file is in a repository with consistent snapshots: its hash in front of its name (§6.2).</summary>
    /// <param name="hash">Lower-case hex.</param>
    public string WithHash(string hash)
    {
        var slash = Text.LastIndexOf('/');
        return $"{Text[..(slash + 1)]}{hash}.{Text[(slash + 1)..]}";
    }

    /// <inheritdoc/>
    public int CompareTo(TargetPath other) => string.CompareOrdinal(_text, other._text);

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";

    /// <summary>Whether one path is before another.</summary>
    public static bool operator <(TargetPath left, TargetPath right) => left.CompareTo(right) < 0;

    /// <summary>Whether one path is behind another.</summary>
    public static bool operator >(TargetPath left, TargetPath right) => left.CompareTo(right) > 0;

    /// <summary>Whether one path is before another, or the same.</summary>
    public static bool operator <=(TargetPath left, TargetPath right) => left.CompareTo(right) <= 0;

    /// <summary>Whether one path is behind another, or the same.</summary>
    public static bool operator >=(TargetPath left, TargetPath right) => left.CompareTo(right) >= 0;

    private static bool IsComponent(string text) =>
        text.Length > 0 && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
