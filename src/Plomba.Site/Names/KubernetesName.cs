using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Plomba.Site.Names;

/// <summary>The name of a Kubernetes namespace: a DNS label. Safe as a file name.</summary>
public readonly partial record struct KubernetesName
{
    private readonly string? _text;

    private KubernetesName(string text) => _text = text;

    /// <summary>The name.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default KubernetesName has no value.");

    /// <summary>Parses <c>[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?</c>; false with what to write instead.</summary>
    public static bool TryParse(string text, out KubernetesName name, [NotNullWhen(false)] out string? why)
    {
        var valid = Grammar().IsMatch(text);
        name = valid ? new KubernetesName(text) : default;
        why = valid ? null : Language.Text.Say("a Kubernetes namespace is 1 to 63 lower-case letters, digits and -, with a letter or digit at both ends");
        return valid;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";

    [GeneratedRegex(@"\A[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();
}
