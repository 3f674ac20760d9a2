using System.Diagnostics.CodeAnalysis;
using Plomba.Images;

namespace Plomba.Registry.Access;

/// <summary>
/// One scope of a token request, <c>repository:alt/alt:pull,push</c> or <c>registry:catalog:*</c>. Other types and names that are no
/// repository are skipped: nothing can be granted for them.
/// </summary>
/// <param name="Repository">Null: the catalog.</param>
/// <param name="Rights">What is asked, or granted.</param>
internal readonly record struct TokenScope(RepositoryName? Repository, Rights Rights)
{
    /// <summary>Most scopes looked at in one request; docker asks for one, a mount for two.</summary>
    public const int Maximum = 32;

    /// <summary>The scopes in the values of one or more <c>scope</c> parameters, each a list separated by blanks.</summary>
    public static IReadOnlyList<TokenScope> Parse(IEnumerable<string?> parameters)
    {
        var scopes = new List<TokenScope>();
        foreach (var text in parameters.SelectMany(p => (p ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (scopes.Count < Maximum && TryParse(text, out var scope))
                scopes.Add(scope);
        }

        return scopes;
    }

    /// <summary>The type and name as they stand in a scope and in a token.</summary>
    public (string Type, string Name) Resource => Repository is { } repository ? ("repository", repository.Text) : ("registry", "catalog");

    private static bool TryParse(string text, [NotNullWhen(true)] out TokenScope scope)
    {
        scope = default;
        var first = text.IndexOf(':', StringComparison.Ordinal);
        var last = text.LastIndexOf(':');
        if (first <= 0 || last <= first)
            return false;
        // A class in brackets after the type, repository(plugin), is allowed by the grammar and means nothing here.
        var type = text.AsSpan(0, first);
        var bracket = type.IndexOf('(');
        type = bracket < 0 ? type : type[..bracket];
        var name = text[(first + 1)..last];
        var rights = Rights.None;
        foreach (var action in text.AsSpan(last + 1).Split(','))
            rights |= RightsRules.ParseAction(text.AsSpan(last + 1)[action]);
        if (type is "registry" && name == "catalog" && rights == Rights.All)
            scope = new TokenScope(null, Rights.Pull);
        else if (type is "repository" && RepositoryName.TryParse(name, out var repository) && rights != Rights.None)
            scope = new TokenScope(repository, rights);
        else
            return false;
        return true;
    }
}
