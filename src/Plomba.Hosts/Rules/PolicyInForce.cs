using System.Collections.Immutable;
using Plomba.Site;
using Plomba.Trust.Policy;
using Plomba.Trust.Policy.Explaining;

namespace Plomba.Hosts.Rules;

/// <summary>A policy that is in force for somebody.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Policy">What it says.</param>
/// <param name="User">Whose own it is; null: the system's, for everybody without an own one.</param>
public sealed record PolicyInForce(string Path, SignaturePolicy Policy, CheckedUser? User)
{
    /// <summary>Whether it is that of a maker, who may start from anybody's images.</summary>
    public bool IsMakers => User?.Kind == UserKind.Maker;

    /// <summary>Whose, for messages.</summary>
    public string Subject => User?.Name ?? Path;

    /// <summary>What decides about the repositories of a namespace: one scope alone, or the default.</summary>
    public PolicyChoice ChoiceFor(SiteDescription site, SiteNamespace @namespace)
    {
        ArgumentNullException.ThrowIfNull(site);
        return WiderScopes.Choose(Policy, "docker", site.ScopeOf(@namespace));
    }

    /// <summary>Whether a requirement list lets everything in.</summary>
    public static bool Accepts(ImmutableArray<PolicyRequirement> requirements) => PolicyExplanation.OutlookOf(requirements) == PolicyOutlook.Accepted;
}
