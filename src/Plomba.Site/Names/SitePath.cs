using System.Diagnostics.CodeAnalysis;

namespace Plomba.Site.Names;

/// <summary>
/// A file or directory the site names: absolute, without <c>.</c> and <c>..</c>, without a slash at its end. Holds no
/// control characters, quotes or backslashes, so every format it is rendered into can hold it.
/// </summary>
public readonly record struct SitePath
{
    private readonly string? _text;

    private SitePath(string text) => _text = text;

    /// <summary>The absolute path.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default SitePath has no value.");

    /// <summary>As a <c>file://</c> URL, percent-encoded.</summary>
    public string Url => "file://" + string.Join('/', Text.Split('/').Select(Uri.EscapeDataString));

    /// <summary>Parses; a relative path is relative to <paramref name="directory"/>. False with what to write instead.</summary>
    public static bool TryParse(string text, string directory, out SitePath path, [NotNullWhen(false)] out string? why)
    {
        path = default;
        why = null;
        if (text.Length == 0)
            why = Language.Text.Say("a path cannot be empty");
        else if (text.StartsWith('~') || text.Contains('$', StringComparison.Ordinal))
            why = Language.Text.Say("~ and $ stand for nothing here: write the path itself");
        else if (text.Contains("://", StringComparison.Ordinal))
            why = Language.Text.Say("write a path, not a URL");
        else if (text.Any(IsForbidden))
            why = Language.Text.Say("a path holds no control characters, quotes or backslashes");
        else if (Path.TrimEndingDirectorySeparator(Path.GetFullPath(text, directory)) is var full && full.Length > 1024)
            why = Language.Text.Say("a path has at most 1024 characters");
        else if (full == "/")
            why = Language.Text.Say("that is the root directory: name a directory of its own");
        else if (full.Any(IsForbidden))
            why = Language.Text.Say($"it is relative to {directory}, whose name holds control characters, quotes or backslashes: write an absolute path");
        else
            path = new SitePath(full);
        return why is null;
    }

    /// <summary>Something directly below this directory.</summary>
    /// <param name="name">A single safe name; the caller's value types see to that.</param>
    public SitePath Below(string name) => new($"{Text}/{name}");

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";

    private static bool IsForbidden(char c) =>
        char.IsControl(c) || char.IsSurrogate(c) || c is '"' or '\'' or '\\' or '`' or '\u2028' or '\u2029' or '\ufeff' or '\ufffd';
}
