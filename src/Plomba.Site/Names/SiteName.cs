using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Plomba.Site.Names;

/// <summary>The site's own name, in messages, audit lines and rendered files.</summary>
public readonly partial record struct SiteName
{
    private readonly string? _text;

    private SiteName(string text) => _text = text;

    /// <summary>The name.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default SiteName has no value.");

    /// <summary>Parses <c>[a-z0-9-]{1,63}</c>; false with what to write instead.</summary>
    public static bool TryParse(string text, out SiteName name, [NotNullWhen(false)] out string? why)
    {
        var valid = Grammar().IsMatch(text);
        name = valid ? new SiteName(text) : default;
        why = valid ? null : Language.Text.Say("the name of a site is 1 to 63 lower-case letters, digits and -");
        return valid;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";

    [GeneratedRegex(@"\A[a-z0-9-]{1,63}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();
}
