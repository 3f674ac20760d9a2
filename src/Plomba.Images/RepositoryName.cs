using System.Diagnostics.CodeAnalysis;

namespace Plomba.Images;

/// <summary>
/// The path of a repository inside a registry, without its host (OCI distribution spec, <c>&lt;name&gt;</c>): lower-case
/// components joined by <c>/</c>, at most 255 characters. A value of this type may go into a path or a URL.
/// </summary>
public readonly record struct RepositoryName
{
    private readonly string? _text;

    private RepositoryName(string text) => _text = text;

    /// <summary>Longest name accepted, in characters.</summary>
    public const int MaximumLength = 255;

    /// <summary>The name, <c>alt/alt</c>.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default RepositoryName has no value.");

    /// <summary>Parses strictly; false for anything the specification's grammar does not hold.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out RepositoryName name)
    {
        name = default;
        if (text is null || text.Length > MaximumLength || !ReferenceGrammar.IsPath(text))
            return false;
        name = new RepositoryName(text);
        return true;
    }

    /// <summary>
    /// Whether the repository lies in <paramref name="namespace"/>: the same name or below it, on a component boundary
    /// (<c>alt</c> holds <c>alt</c> and <c>alt/x</c>, not <c>alternative</c>). The empty namespace holds everything.
    /// </summary>
    public bool IsIn(string @namespace) =>
        @namespace.Length == 0
        || (Text.StartsWith(@namespace, StringComparison.Ordinal)
            && (Text.Length == @namespace.Length || Text[@namespace.Length] == '/'));

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";
}
