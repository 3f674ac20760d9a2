using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Plomba.Site.Rendering;

/// <summary>A program's version as far as what it can read depends on it: <c>1.28</c> of <c>v1.28.4+ds1</c>.</summary>
/// <param name="Major">The first number.</param>
/// <param name="Minor">The second.</param>
public sealed partial record ReleaseVersion(int Major, int Minor)
{
    /// <summary>Parses a version as programs and packages write it; what follows the second number is not looked at.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ReleaseVersion? version)
    {
        version = Grammar().Match(text) is { Success: true } match ? new ReleaseVersion(Number(match, "major"), Number(match, "minor")) : null;
        return version is not null;
    }

    /// <summary>Whether this one is older; by number, so that 4.10 comes after 4.9.</summary>
    public bool IsBefore(int major, int minor) => (Major, Minor).CompareTo((major, minor)) < 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    // A package's epoch ("1:4.3.1") stands before the version.
    [GeneratedRegex(@"\A(?:[0-9]{1,4}:)?v?(?<major>[0-9]{1,6})\.(?<minor>[0-9]{1,6})(?:[^0-9].*)?\z", RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();
}
