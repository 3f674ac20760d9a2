using System.Collections.Immutable;

namespace Plomba.Trust.Policy.Explaining;

/// <summary>One rule of a policy.</summary>
/// <param name="Transport">Null for the policy's default.</param>
/// <param name="Scope">Empty for all of the transport; null for the policy's default.</param>
/// <param name="Requirements">Never empty.</param>
/// <param name="Depth">How many other rules would apply one after the other if this one were not there; 0 for the default.</param>
internal sealed record PolicyRule(string? Transport, string? Scope, ImmutableArray<PolicyRequirement> Requirements, int Depth)
{
    /// <summary>How people read it: <c>default</c>, <c>all of docker</c>, <c>docker registry.example/ns</c>.</summary>
    public string Name => Scope switch
    {
        null => "default",
        "" => Text.Say($"all of {QuotedText.Printable(Transport!)}"),
        _ => $"{QuotedText.Printable(Transport!)} {QuotedText.Printable(Scope)}",
    };
}

/// <summary>All rules of a policy, each after the one that would apply without it.</summary>
internal static class PolicyTable
{
    /// <summary>The default first, then by transport and scope.</summary>
    public static ImmutableArray<PolicyRule> Of(SignaturePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var rules = ImmutableArray.CreateBuilder<PolicyRule>();
        rules.Add(new PolicyRule(null, null, policy.Default, 0));
        foreach (var (transport, scopes) in policy.Transports.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            var narrower = scopes.Keys
                .ToLookup(scope => WiderScopes.Of(transport, scope).FirstOrDefault(scopes.ContainsKey), StringComparer.Ordinal);
            Add(rules, transport, scopes, narrower, null, 1);
        }

        return rules.ToImmutable();
    }

    private static void Add(
        ImmutableArray<PolicyRule>.Builder rules,
        string transport,
        ImmutableDictionary<string, ImmutableArray<PolicyRequirement>> scopes,
        ILookup<string?, string> narrower,
        string? parent,
        int depth)
    {
        foreach (var scope in narrower[parent].Order(StringComparer.Ordinal))
        {
            rules.Add(new PolicyRule(transport, scope, scopes[scope], depth));
            Add(rules, transport, scopes, narrower, scope, depth + 1);
        }
    }
}
