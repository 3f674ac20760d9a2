using Plomba.Images;

namespace Plomba.Registry.Access;

/// <summary>What may be done to a repository.</summary>
[Flags]
internal enum Rights
{
    None = 0,
    Pull = 1,
    Push = 2,
    Delete = 4,
    All = Pull | Push | Delete,
}

/// <summary>The words of rights in token scopes, and the rule that gives rights.</summary>
internal static class RightsRules
{
    /// <summary>
    /// What <paramref name="account"/> (empty: anonymous) may do in <paramref name="repository"/>. Everything is readable; pushing, signing
    /// and deleting is for the makers of its most specific namespace. Without accounts everybody may do everything.
    /// </summary>
    public static Rights RightsOf(this SiteView site, string account, RepositoryName repository)
    {
        if (!site.HasAccounts)
            return Rights.All;
        var isMaker = account.Length > 0 && site.NamespaceOf(repository) is { } found && found.Makers.Contains(account);
        return isMaker ? Rights.All : Rights.Pull;
    }

    /// <summary>The right a scope's action names; <see cref="Rights.None"/> for words that are not known.</summary>
    public static Rights ParseAction(ReadOnlySpan<char> action) => action switch
    {
        "pull" => Rights.Pull,
        "push" => Rights.Push,
        "delete" => Rights.Delete,
        "*" => Rights.All,
        _ => Rights.None,
    };

    /// <summary>The single actions, as they stand in a token.</summary>
    public static IEnumerable<string> Actions(this Rights rights)
    {
        if (rights.HasFlag(Rights.Pull))
            yield return "pull";
        if (rights.HasFlag(Rights.Push))
            yield return "push";
        if (rights.HasFlag(Rights.Delete))
            yield return "delete";
    }
}
