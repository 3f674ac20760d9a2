using System.Collections.Immutable;
using Plomba.Images.Transports;

namespace Plomba.Trust.Policy.Explaining;

/// <summary>What a policy comes to for an image before anything is fetched.</summary>
public enum PolicyOutlook
{
    /// <summary>It is accepted without a signature.</summary>
    Accepted,

    /// <summary>It is refused whatever its signatures say.</summary>
    Refused,

    /// <summary>Its signatures decide.</summary>
    Signatures,
}

/// <summary>Which file, scope and requirement would decide about an image (TRUST.md §3.3); nothing is contacted or opened.</summary>
/// <param name="Image">The image asked about.</param>
/// <param name="Choice">What applies to it.</param>
/// <param name="LookedFor">The scopes of the image's transport that were looked for, in order, the one found last; empty when the policy has no section for the transport.</param>
/// <param name="Outlook">What that comes to.</param>
public sealed record PolicyExplanation(
    TransportReference Image, PolicyChoice Choice, ImmutableArray<string> LookedFor, PolicyOutlook Outlook)
{
    /// <summary>Explains what <paramref name="policy"/> says about <paramref name="image"/>.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="image">The image, by the name a user gives.</param>
    /// <param name="file">Where the policy came from; null when it was derived in memory.</param>
    public static PolicyExplanation For(SignaturePolicy policy, TransportReference image, string? file = null)
    {
        var choice = PolicyChoice.For(policy, image, file);
        ImmutableArray<string> lookedFor = [];
        if (policy.Transports.ContainsKey(image.Transport))
        {
            // Where a transport has no identity, the empty scope is all there is to look for.
            string[] all = [image.PolicyIdentity, .. image.PolicyNamespaces, ""];
            var distinct = all.Distinct(StringComparer.Ordinal).ToList();
            lookedFor = choice.Scope is { } found ? [.. distinct.Take(distinct.IndexOf(found) + 1)] : [.. distinct];
        }

        return new PolicyExplanation(image, choice, lookedFor, OutlookOf(choice.Requirements));
    }

    /// <summary>What a requirement list comes to before anything is fetched.</summary>
    public static PolicyOutlook OutlookOf(ImmutableArray<PolicyRequirement> requirements) =>
        requirements.Any(r => r is Reject or SignedBaseLayer) ? PolicyOutlook.Refused
        : requirements.Any(r => r is SignedBy or SigstoreSigned) ? PolicyOutlook.Signatures
        : PolicyOutlook.Accepted;
}
