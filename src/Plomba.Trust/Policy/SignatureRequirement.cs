using System.Collections.Immutable;

namespace Plomba.Trust.Policy;

/// <summary>What requirements that ask for a signature have in common.</summary>
internal static class SignatureRequirement
{
    /// <summary>The store could not be read: nothing is decided.</summary>
    public static RequirementOutcome StoreFailed(PolicyRequirement requirement, string failure) => new(
        requirement.Type,
        RequirementResult.Undecided,
        RequirementKeys.Of(requirement),
        [],
        new Refusal(ErrorClass.Plain, SignatureReason.Store, failure));

    /// <summary>
    /// Every signature was refused, or there was none. A single refusal stands for itself; several become one of the
    /// policy class, whatever their own classes (TRUST.md §3.6).
    /// </summary>
    public static RequirementOutcome NoneAccepted(
        PolicyRequirement requirement, ImmutableArray<SignatureOutcome> outcomes, string noneExists)
    {
        var refusals = outcomes.Select(o => o.Refusal!).ToList();
        var refusal = refusals switch
        {
            [] => new Refusal(ErrorClass.PolicyRequirement, SignatureReason.None, noneExists),
            [var single] => single,
            _ => new Refusal(
                ErrorClass.PolicyRequirement,
                refusals[0].Reason,
                $"None of the signatures were accepted, reasons: {string.Join("; ", refusals.Select(r => r.Message))}"),
        };
        var result = refusal.Class == ErrorClass.Plain ? RequirementResult.Undecided : RequirementResult.Refused;
        return new RequirementOutcome(requirement.Type, result, RequirementKeys.Of(requirement), outcomes, refusal);
    }
}
