using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Plomba.Site.Names;

/// <summary>What the site calls a public key; its file is <c>&lt;keys.directory&gt;/NAME.pgp</c>. Safe as a file name.</summary>
public readonly partial record struct KeyName
{
    private readonly string? _text;

    private KeyName(string text) => _text = text;

    /// <summary>The name.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default KeyName has no value.");

    /// <summary>Parses <c>[a-z0-9][a-z0-9._-]{0,63}</c>; false with what to write instead.</summary>
    public static bool TryParse(string text, out KeyName name, [NotNullWhen(false)] out string? why)
    {
        var valid = Grammar().IsMatch(text);
        name = valid ? new KeyName(text) : default;
        why = valid ? null : Language.Text.Say("the name of a key is lower-case letters, digits, . _ - and begins with a letter or digit (64 at most)");
        return valid;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();
}
