using System.Collections.Immutable;
using Plomba.Images.Transports;

namespace Plomba.Trust.Policy;

/// <summary>The one requirement list of a policy that applies to an image (TRUST.md §3.3). Lists are never merged.</summary>
/// <param name="File">Where the policy came from, for explanations; null when it was derived in memory.</param>
/// <param name="Transport">The transport section that held it; null for the policy's default.</param>
/// <param name="Scope">The scope that matched; empty for all of the transport; null for the policy's default.</param>
/// <param name="Requirements">Never empty.</param>
public sealed record PolicyChoice(string? File, string? Transport, string? Scope, ImmutableArray<PolicyRequirement> Requirements)
{
    /// <summary>
    /// Looks up the image's identity, then each of its namespaces, then all of its transport, then the default: the
    /// first one there is decides alone.
    /// </summary>
    public static PolicyChoice For(SignaturePolicy policy, TransportReference image, string? file = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(image);
        if (policy.Transports.TryGetValue(image.Transport, out var scopes))
        {
            foreach (var scope in (string[])[image.PolicyIdentity, .. image.PolicyNamespaces, ""])
            {
                if (scopes.TryGetValue(scope, out var requirements))
                    return new PolicyChoice(file, image.Transport, scope, requirements);
            }
        }

        return new PolicyChoice(file, null, null, policy.Default);
    }

    /// <summary>
    /// Whether deciding takes the stored signatures: false when the first requirement that is not satisfied by anything
    /// refuses everything, or when there is none such. Then they need not be fetched.
    /// </summary>
    public bool NeedsSignatures =>
        Requirements.FirstOrDefault(r => r is not InsecureAcceptAnything) is SignedBy or SigstoreSigned;
}
