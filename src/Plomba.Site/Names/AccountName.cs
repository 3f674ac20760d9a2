using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Plomba.Site.Names;

/// <summary>
/// The name of an account or group: the operating system's and the registry's alike (one name for a maker). Safe as a
/// part of a path: no slash, no leading dot.
/// </summary>
public readonly partial record struct AccountName
{
    private readonly string? _text;

    private AccountName(string text) => _text = text;

    /// <summary>The name.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default AccountName has no value.");

    /// <summary>Parses <c>[a-z_][a-z0-9_.-]{0,31}</c>; false with what to write instead.</summary>
    public static bool TryParse(string text, out AccountName name, [NotNullWhen(false)] out string? why)
    {
        var valid = Grammar().IsMatch(text);
        name = valid ? new AccountName(text) : default;
        why = valid ? null : Language.Text.Say("an account begins with a lower-case letter or _, then letters, digits, _ . - (32 at most)");
        return valid;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";

    [GeneratedRegex(@"\A[a-z_][a-z0-9_.-]{0,31}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();
}
