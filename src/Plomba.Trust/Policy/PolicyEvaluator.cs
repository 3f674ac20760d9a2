using System.Collections.Immutable;
using Plomba.Trust.Files;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Policy;

/// <summary>
/// Applies a requirement list to an image (TRUST.md §3.4, §3.6): every requirement must be satisfied, in order, up to
/// the first that is not; within one requirement any one signature is enough. Pure but for <paramref name="files"/> and <paramref name="clock"/>.
/// Thread-safe.
/// </summary>
/// <param name="mechanism">What an OpenPGP message proves.</param>
/// <param name="files">The requirements' key files, opened only when there is a signature to check.</param>
/// <param name="clock">When certificates of a requirement's own authority must be valid.</param>
public sealed class PolicyEvaluator(ISignatureMechanism mechanism, ITrustFiles files, TimeProvider clock)
{
    private readonly SignedByEvaluation _signedBy = new(mechanism, files);
    private readonly SigstoreSignedEvaluation _sigstore = new(files, clock);

    /// <summary>The decision with its explanation.</summary>
    /// <param name="choice">What applies to the image: <see cref="PolicyChoice.For"/>.</param>
    /// <param name="image">The image; its signatures may be left out unless <see cref="PolicyChoice.NeedsSignatures"/>.</param>
    /// <param name="requireSigned">Also refuse what the policy accepts without asking for any signature.</param>
    public Verdict Evaluate(PolicyChoice choice, EvaluatedImage image, bool requireSigned = false)
    {
        ArgumentNullException.ThrowIfNull(choice);
        ArgumentNullException.ThrowIfNull(image);
        var outcomes = ImmutableArray.CreateBuilder<RequirementOutcome>();
        Refusal? refusal = null;
        foreach (var requirement in choice.Requirements)
        {
            var outcome = refusal is null ? Evaluate(requirement, image) : NotReached(requirement);
            outcomes.Add(outcome);
            refusal ??= outcome.Refusal;
        }

        if (refusal is null && requireSigned && !choice.Requirements.Any(r => r is SignedBy or SigstoreSigned))
        {
            refusal = new Refusal(
                ErrorClass.PolicyRequirement,
                SignatureReason.Policy,
                $"No signature verification policy found for image {image.Name.Transport}:{image.Name.PolicyIdentity}");
        }

        var verdict = new Verdict
        {
            Image = image.Name.ImageName,
            Refusal = refusal,
            Policy = choice,
            Manifest = new JudgedManifest(image.ManifestDigest, image.MediaType, image.Platform, image.Index),
            Store = image.Signatures.Store,
            Requirements = outcomes.ToImmutable(),
        };
        return verdict with { Hint = VerdictHints.For(verdict) };
    }

    private RequirementOutcome Evaluate(PolicyRequirement requirement, EvaluatedImage image) => requirement switch
    {
        InsecureAcceptAnything => new(requirement.Type, RequirementResult.Accepted, [], [], null),
        Reject => Refused(requirement, $"Running image {image.Name.ImageName} is rejected by policy."),
        SignedBaseLayer => Refused(requirement, "signedBaseLayer not implemented yet!"),
        SignedBy signedBy => _signedBy.Evaluate(signedBy, image),
        SigstoreSigned sigstore => _sigstore.Evaluate(sigstore, image),
        _ => throw new InvalidOperationException($"A requirement of type {requirement.Type} has no evaluation."),
    };

    private static RequirementOutcome Refused(PolicyRequirement requirement, string message) => new(
        requirement.Type, RequirementResult.Refused, [], [], new Refusal(ErrorClass.PolicyRequirement, SignatureReason.Policy, message));

    private static RequirementOutcome NotReached(PolicyRequirement requirement) =>
        new(requirement.Type, RequirementResult.NotReached, RequirementKeys.Of(requirement), [], null);
}
