using System.Collections.Immutable;
using Plomba.Images;

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

    /// <summary>Null when a good signature is for the image's manifest, and the manifest is the one that was asked for.</summary>
    public static Refusal? WrongDigest(Digest signed, EvaluatedImage image)
    {
        var digest = image.ManifestDigest;
        if (image.ExpectedDigest is { } expected && expected != digest)
            return new Refusal(ErrorClass.Plain, SignatureReason.Digest, $"Manifest does not match provided manifest digest {expected}");
        return signed == digest
            ? null
            : new Refusal(ErrorClass.PolicyRequirement, SignatureReason.Digest, $"Signature for digest {signed} does not match");
    }

    /// <summary>Null when a good signature is for the image's name.</summary>
    public static Refusal? WrongIdentity(string signed, SignedIdentity? identity, EvaluatedImage image) =>
        (identity ?? SignedIdentity.Default).Matches(image.Name.DockerReference, signed)
            ? null
            : new Refusal(
                ErrorClass.PolicyRequirement, SignatureReason.Identity, $"Signature for identity {QuotedText.Of(signed)} is not accepted");
}
