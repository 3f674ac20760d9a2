using System.Diagnostics.CodeAnalysis;
using Plomba.Images;

namespace Plomba.Site.Names;

/// <summary>
/// A repository-path prefix under the registry's name: <c>alt</c> holds <c>alt</c>, <c>alt/x</c> and <c>alt/x/y</c>, not
/// <c>alternative/x</c>. The empty one holds the whole registry.
/// </summary>
public readonly record struct NamespaceName
{
    private NamespaceName(string text) => Text = text;

    /// <summary>The namespace of everything that no other namespace holds.</summary>
    public static NamespaceName Whole { get; } = new("");

    /// <summary>The prefix; empty for the whole registry.</summary>
    public string Text { get => field ?? ""; }

    /// <summary>Parses a repository path or the empty text; false with what to write instead.</summary>
    public static bool TryParse(string text, out NamespaceName name, [NotNullWhen(false)] out string? why)
    {
        name = default;
        why = null;
        if (text.Length == 0)
            name = Whole;
        else if (RepositoryName.TryParse(text, out _))
            name = new NamespaceName(text);
        else if (text.StartsWith('/') || text.EndsWith('/'))
            why = Language.Text.Say("write it without the slash at its end or beginning");
        else if (text.Contains('*', StringComparison.Ordinal))
            why = Language.Text.Say("a namespace holds everything below it already: write it without *");
        else
            why = Language.Text.Say("a namespace is a repository path: lower-case letters and digits, joined by . _ - and / (such as alt or team/base)");
        return why is null;
    }

    /// <summary>How a message names it.</summary>
    public override string ToString() => Text.Length == 0 ? Language.Text.Say("\"\" (the whole registry)") : Text;
}
