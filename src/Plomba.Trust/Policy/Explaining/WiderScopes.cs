using Plomba.Images.Transports;

namespace Plomba.Trust.Policy.Explaining;

/// <summary>How the scopes of a transport contain one another: what is looked for when a scope is not there (TRUST.md §2, §3.3).</summary>
public static class WiderScopes
{
    /// <summary>The scopes looked for after <paramref name="scope"/>, nearest first, the empty one last; nothing for the empty one.</summary>
    public static IEnumerable<string> Of(string transport, string scope)
    {
        if (scope.Length == 0)
            return [];
        var wider = scope.StartsWith('/') ? PolicyScopes.Parents(scope)
            : scope.StartsWith('[') ? OfStore(scope)
            : transport is "docker" or "atomic" or "docker-daemon" ? OfName(scope)
            : [];
        return wider.Append("");
    }

    /// <summary>What applies to images of a scope: its own list, else the nearest wider one's, else the default.</summary>
    public static PolicyChoice Choose(SignaturePolicy policy, string transport, string scope)
    {
        if (policy.Transports.TryGetValue(transport, out var scopes))
        {
            foreach (var candidate in Of(transport, scope).Prepend(scope))
            {
                if (scopes.TryGetValue(candidate, out var requirements))
                    return new PolicyChoice(null, transport, candidate, requirements);
            }
        }

        return new PolicyChoice(null, null, null, policy.Default);
    }

    private static IEnumerable<string> OfName(string scope)
    {
        var name = NameOf(scope);
        if (name != scope)
            yield return name;
        foreach (var parent in PolicyScopes.NameAndParents(name).Skip(1))
            yield return name = parent;
        var host = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name.Split(':', 2)[0];
        while (host.Split('.', 2) is [_, var rest])
        {
            yield return "*." + rest;
            host = rest;
        }
    }

    // [driver@root]name…: names first, then the store, then its directory.
    private static IEnumerable<string> OfStore(string scope)
    {
        var end = scope.IndexOf(']', StringComparison.Ordinal) + 1;
        var (store, rest) = (scope[..end], scope[end..]);
        if (rest.Length > 0)
        {
            var name = NameOf(rest);
            foreach (var wider in PolicyScopes.NameAndParents(name).Where(n => n.Length > 0 && n != rest))
                yield return store + wider;
            yield return store;
        }

        if (store.IndexOf('@', StringComparison.Ordinal) is > 0 and var at)
            yield return $"[{store[(at + 1)..]}";
    }

    // Without digest and tag; a colon before the last slash belongs to a port.
    private static string NameOf(string scope)
    {
        var name = scope.Split('@', 2)[0];
        var slash = name.LastIndexOf('/');
        var colon = name.LastIndexOf(':');
        return slash >= 0 && colon > slash ? name[..colon] : name;
    }
}
