using System.Diagnostics.CodeAnalysis;

namespace Plomba.Images;

/// <summary>A tag: <c>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}</c> (OCI distribution spec). May go into a path or a URL.</summary>
public readonly record struct Tag
{
    private readonly string? _text;

    private Tag(string text) => _text = text;

    /// <summary>Longest tag, in characters.</summary>
    public const int MaximumLength = 128;

    /// <summary>The tag a name without one means.</summary>
    public static Tag Latest { get; } = new("latest");

    /// <summary>The tag's text.</summary>
    public string Text => _text ?? throw new InvalidOperationException("A default Tag has no value.");

    /// <summary>Parses strictly.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Tag tag)
    {
        tag = default;
        if (text is null || !ReferenceGrammar.IsTag(text))
            return false;
        tag = new Tag(text);
        return true;
    }

    /// <inheritdoc cref="Text"/>
    public override string ToString() => _text ?? "";
}
