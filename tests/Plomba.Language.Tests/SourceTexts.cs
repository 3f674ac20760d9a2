using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Plomba.Testing;

namespace Plomba.Language.Tests;

/// <summary>A text that the sources say.</summary>
/// <param name="Place">File and line.</param>
/// <param name="English">Its text as the catalog knows it; null when it is no literal, which nobody can translate.</param>
/// <param name="Plural">Its text for many; null when it does not count.</param>
internal sealed record SourceText(string Place, string? English, string? Plural)
{
    /// <summary>How many values the entry may place.</summary>
    public required int Values { get; init; }

    /// <summary>Words of English inside its places, which would stay English.</summary>
    public required IReadOnlyList<string> Words { get; init; }

    /// <summary>Whether it is said once for all, when its class is first used.</summary>
    public required bool IsStatic { get; init; }
}

/// <summary>Everything that is said through <see cref="Text"/> under src.</summary>
internal static class SourceTexts
{
    public static IReadOnlyList<SourceText> All { get; } = [.. Find(Path.Combine(PlombaProgram.Repository, "src"))];

    /// <summary>What one source says.</summary>
    public static IEnumerable<SourceText> Of(string file, string source)
    {
        var tree = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Preview), file);
        foreach (var call in tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (call.Expression is not MemberAccessExpressionSyntax { Expression: var on, Name.Identifier.Text: "Say" or "Count" } member
                || on.ToString() is not ("Text" or "Language.Text"))
                continue;
            var texts = call.ArgumentList.Arguments.Select(a => a.Expression).Skip(member.Name.Identifier.Text == "Count" ? 1 : 0).Select(Key).ToList();
            var line = call.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
            var isSound = texts.Count == (member.Name.Identifier.Text == "Count" ? 2 : 1) && texts.TrueForAll(t => t.Key is not null);
            yield return new SourceText(
                string.Create(CultureInfo.InvariantCulture, $"{file}:{line}"),
                isSound ? texts[0].Key : null,
                texts.Count == 2 ? texts[1].Key : null)
            {
                Values = texts.Count == 0 ? 0 : texts[^1].Values,
                Words = [.. Words(call)],
                IsStatic = IsSaidOnce(call),
            };
        }
    }

    private static IEnumerable<SourceText> Find(string directory) =>
        Directory.EnumerateFiles(directory, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .SelectMany(f => Of(Path.GetRelativePath(PlombaProgram.Repository, f), File.ReadAllText(f)));

    // Constants are looked up as they are; interpolated strings with numbered places and doubled braces (TextHandler).
    private static (string? Key, int Values) Key(ExpressionSyntax expression)
    {
        var literals = expression.DescendantNodesAndSelf(n => n is BinaryExpressionSyntax or ParenthesizedExpressionSyntax)
            .Where(n => n is LiteralExpressionSyntax or InterpolatedStringExpressionSyntax).ToList();
        var hasPlaces = literals.Exists(n => n is InterpolatedStringExpressionSyntax);
        var parts = Parts(expression).ToList();
        // A sum of both kinds is put together before anyone can look it up.
        if (parts.Contains(null) || (hasPlaces && literals.Exists(n => n is LiteralExpressionSyntax)))
            return (null, 0);
        var key = new StringBuilder();
        var values = 0;
        foreach (var part in parts)
        {
            if (part is InterpolationSyntax)
                key.Append(CultureInfo.InvariantCulture, $"{{{values++}}}");
            else if (hasPlaces)
                key.Append(((string)part!).Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
            else
                key.Append((string)part!);
        }

        return (key.ToString(), values);
    }

    // Strings and interpolations in their order; null for anything that is no literal.
    private static IEnumerable<object?> Parts(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax { Token.Value: string text } => [text],
        InterpolatedStringExpressionSyntax interpolated => interpolated.Contents.Select(c => c switch
        {
            InterpolatedStringTextSyntax text => Unescaped(interpolated, text),
            _ => (object)c,
        }),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum => Parts(sum.Left).Concat(Parts(sum.Right)),
        ParenthesizedExpressionSyntax { Expression: var inner } => Parts(inner),
        _ => [null],
    };

    private static string Unescaped(InterpolatedStringExpressionSyntax whole, InterpolatedStringTextSyntax text)
    {
        var value = text.TextToken.ValueText;
        return whole.StringStartToken.IsKind(SyntaxKind.InterpolatedStringStartToken) || whole.StringStartToken.IsKind(SyntaxKind.InterpolatedVerbatimStringStartToken)
            ? value.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal)
            : value;
    }

    private static IEnumerable<string> Words(InvocationExpressionSyntax call) => call.ArgumentList
        .DescendantNodes(node => node is not InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Say" or "Count" } })
        .OfType<InterpolationSyntax>()
        .SelectMany(place => place.DescendantNodes(node => node is not InvocationExpressionSyntax))
        .OfType<LiteralExpressionSyntax>()
        .Select(literal => literal.Token.ValueText)
        .Where(text => text.Contains(' ', StringComparison.Ordinal) && text.Any(char.IsLetter));

    private static bool IsSaidOnce(InvocationExpressionSyntax call) =>
        !call.Ancestors().OfType<AnonymousFunctionExpressionSyntax>().Any()
        && call.Ancestors().OfType<MemberDeclarationSyntax>().FirstOrDefault() switch
        {
            FieldDeclarationSyntax field => field.Modifiers.Any(SyntaxKind.StaticKeyword),
            PropertyDeclarationSyntax { Initializer: not null } property => property.Modifiers.Any(SyntaxKind.StaticKeyword),
            _ => false,
        };
}
