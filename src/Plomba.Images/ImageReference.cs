using System.Diagnostics.CodeAnalysis;

namespace Plomba.Images;

/// <summary>
/// A docker style reference, <c>domain/path[:tag][@digest]</c> (TRUST.md §1). Parsed with
/// <see cref="TryParse(string?, out ImageReference?)"/> it is normalised (<c>busybox</c> is
/// <c>docker.io/library/busybox</c>). Compared ordinally, part by part: the domain's case counts.
/// </summary>
public sealed record ImageReference
{
    /// <summary>The domain a name without one means.</summary>
    public const string DefaultDomain = "docker.io";

    private const string LegacyDefaultDomain = "index.docker.io";
    private const string OfficialRepositories = "library";

    private ImageReference(string domain, RepositoryName path, Tag? tag, Digest? digest)
    {
        Domain = domain;
        Path = path;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>
    /// <c>host[:port]</c> as written. Empty only where the grammar finds none: in texts read with
    /// <see cref="TryParseRaw"/>, and for a first component that cannot be a host (<c>exam_ple.com/a</c>).
    /// </summary>
    public string Domain { get; }

    /// <summary>The repository inside the domain, <c>library/busybox</c>.</summary>
    public RepositoryName Path { get; }

    /// <summary>The tag, null when none was written.</summary>
    public Tag? Tag { get; }

    /// <summary>The digest, null when none was written. A reference may carry both a tag and a digest.</summary>
    public Digest? Digest { get; }

    /// <summary><c>domain/path</c>, without tag and digest.</summary>
    public string Name => Domain.Length == 0 ? Path.Text : $"{Domain}/{Path.Text}";

    /// <summary>The whole reference, <c>domain/path[:tag][@digest]</c>.</summary>
    public string Text => Name + Suffix;

    /// <summary>
    /// The short form for people: without <c>docker.io/</c> and <c>library/</c>. Not always readable back:
    /// <c>docker.io/localhost/a</c> shows as <c>localhost/a</c>.
    /// </summary>
    public string Familiar => FamiliarName + Suffix;

    /// <summary><see cref="Familiar"/> without tag and digest.</summary>
    public string FamiliarName =>
        Domain != DefaultDomain ? Name
        : Path.Text.Split('/') is [OfficialRepositories, var official] ? official
        : Path.Text;

    /// <summary>Whether neither a tag nor a digest is there.</summary>
    public bool IsNameOnly => Tag is null && Digest is null;

    /// <summary>Longest text that is looked at, in characters: far above name, tag and digest together.</summary>
    public const int MaximumTextLength = 4096;

    /// <summary>Parses and normalises; false without saying why.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageReference? reference) =>
        TryParse(text, out reference, out _);

    /// <summary>
    /// Parses and normalises: no domain means <c>docker.io</c>, a single component there gets <c>library/</c>,
    /// <c>index.docker.io</c> becomes <c>docker.io</c>. Nothing is trimmed, and no port or tag is added.
    /// </summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? text,
        [NotNullWhen(true)] out ImageReference? reference,
        [NotNullWhen(false)] out ReferenceError? error)
    {
        reference = null;
        if (text?.Length > MaximumTextLength)
        {
            error = ReferenceError.TooLong;
            return false;
        }

        if (IsIdentifier(text))
        {
            error = ReferenceError.Identifier(text);
            return false;
        }

        var (domain, rest) = SplitDomain(text ?? "");
        var path = rest.Split(':', 2)[0];
        if (path.Any(c => char.ToLowerInvariant(c) != c))
        {
            error = ReferenceError.Uppercase;
            return false;
        }

        return TryParseRaw($"{domain}/{rest}", out reference, out error);
    }

    /// <summary>As <see cref="TryParse(string?, out ImageReference?)"/>, and requires that the text was fully qualified already.</summary>
    public static bool TryParseCanonical(
        [NotNullWhen(true)] string? text,
        [NotNullWhen(true)] out ImageReference? reference,
        [NotNullWhen(false)] out ReferenceError? error)
    {
        if (!TryParse(text, out reference, out error))
            return false;
        if (reference.Text == text)
            return true;
        reference = null;
        error = ReferenceError.NotCanonical;
        return false;
    }

    /// <summary>
    /// Parses by the grammar alone: <c>busybox</c> has no domain, and in <c>foo/bar</c> the domain is <c>foo</c>.
    /// For short names before they are resolved; everything else wants the normalised form.
    /// </summary>
    public static bool TryParseRaw(
        [NotNullWhen(true)] string? text,
        [NotNullWhen(true)] out ImageReference? reference,
        [NotNullWhen(false)] out ReferenceError? error)
    {
        reference = null;
        if (text?.Length > MaximumTextLength)
        {
            error = ReferenceError.TooLong;
            return false;
        }

        if (!ReferenceGrammar.TrySplit(text, out var parts))
        {
            error = string.IsNullOrEmpty(text) ? ReferenceError.Empty
                : ReferenceGrammar.TrySplit(text.ToLowerInvariant(), out _) ? ReferenceError.RawUppercase
                : ReferenceError.Format;
            return false;
        }

        if (parts.Name.Length > RepositoryName.MaximumLength || !RepositoryName.TryParse(parts.Path.ToString(), out var path))
        {
            error = ReferenceError.TooLong;
            return false;
        }

        Tag? tag = Images.Tag.TryParse(parts.Tag.ToString(), out var someTag) ? someTag : null;
        Digest? digest = null;
        if (!parts.Digest.IsEmpty)
        {
            if (!Images.Digest.TryParse(parts.Digest.ToString(), out var someDigest, out var why))
            {
                error = ReferenceError.BadDigest(why);
                return false;
            }

            digest = someDigest;
        }

        error = null;
        reference = new ImageReference(parts.Domain.ToString(), path, tag, digest);
        return true;
    }

    /// <summary>The same name with this tag; a digest stays.</summary>
    public ImageReference WithTag(Tag tag) => new(Domain, Path, tag, Digest);

    /// <summary>The same name with this digest; a tag stays.</summary>
    public ImageReference WithDigest(Digest digest) => new(Domain, Path, Tag, digest);

    /// <summary>With <c>:latest</c> when neither tag nor digest is there, else unchanged.</summary>
    public ImageReference WithDefaultTag() => IsNameOnly ? WithTag(Images.Tag.Latest) : this;

    /// <summary>Without tag and digest.</summary>
    public ImageReference WithoutTagAndDigest() => new(Domain, Path, null, null);

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text;

    /// <summary>
    /// Whether a text begins with a registry: what stands before its first <c>/</c> holds a <c>.</c> or a <c>:</c> or
    /// is <c>localhost</c>.
    /// </summary>
    public static bool HasRegistry(string text) =>
        text.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash
        && (text.AsSpan(0, slash).ContainsAny('.', ':') || text.AsSpan(0, slash) is "localhost");

    private string Suffix => (Tag is { } tag ? ":" + tag.Text : "") + (Digest is { } digest ? "@" + digest.Text : "");

    private static (string Domain, string Remainder) SplitDomain(string text)
    {
        var (domain, rest) = HasRegistry(text) && text.Split('/', 2) is [var first, var remainder]
            ? (first, remainder)
            : (DefaultDomain, text);
        if (domain == LegacyDefaultDomain)
            domain = DefaultDomain;
        if (domain == DefaultDomain && !rest.Contains('/', StringComparison.Ordinal))
            rest = $"{OfficialRepositories}/{rest}";
        return (domain, rest);
    }

    private static bool IsIdentifier([NotNullWhen(true)] string? text) =>
        text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);
}
