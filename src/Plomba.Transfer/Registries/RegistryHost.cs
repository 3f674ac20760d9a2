using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Plomba.Transfer.Registries;

/// <summary>
/// The registry part of a reference, <c>host[:port]</c>, exactly as the user wrote it: the case counts and no port is
/// supplied (TRUST.md §1). A value of this type may go into a URL or a file name.
/// </summary>
public readonly partial record struct RegistryHost
{
    private readonly string? _text;

    private RegistryHost(string text) => _text = text;

    /// <summary>What the user sees and policy scopes name: <c>docker.io</c>, <c>registry.local</c>, <c>localhost:5000</c>.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default RegistryHost has no value.");

    /// <summary>Parses strictly: dot-separated labels and an optional port up to 65535.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RegistryHost host)
    {
        host = default;
        if (text is null || text.Length > 255 || !Grammar().IsMatch(text))
            return false;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && !ushort.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out _))
            return false;
        host = new RegistryHost(text);
        return true;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";

    [GeneratedRegex(@"\A[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]{1,5})?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();
}
