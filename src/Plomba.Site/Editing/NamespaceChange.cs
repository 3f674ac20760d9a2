using Plomba.Site.Names;

namespace Plomba.Site.Editing;

/// <summary>What is to be written into a namespace; what is null or empty stays as it is.</summary>
/// <param name="Makers">The accounts that may push and sign, all of them.</param>
/// <param name="Keys">The keys that count, all of them.</param>
/// <param name="Require">How many of them must have signed.</param>
public sealed record NamespaceChange(IReadOnlyList<AccountName> Makers, IReadOnlyList<KeyName> Keys, KeyRequirement? Require)
{
    /// <summary>Whether nothing is to be written.</summary>
    public bool IsEmpty => !Lines.Any();

    internal IEnumerable<(string Key, string Value, IReadOnlyList<string>? Items)> Lines
    {
        get
        {
            if (Makers.Count > 0)
                yield return List("makers", Makers.Select(m => m.Text));
            if (Keys.Count > 0)
                yield return List("keys", Keys.Select(k => k.Text));
            if (Require is { } require)
                yield return ("require", TomlQuoting.Quote(require == KeyRequirement.All ? "all" : "any"), null);
        }
    }

    private static (string Key, string Value, IReadOnlyList<string>? Items) List(string key, IEnumerable<string> items)
    {
        var quoted = items.Select(TomlQuoting.Quote).ToList();
        return (key, $"[{string.Join(", ", quoted)}]", quoted);
    }
}
