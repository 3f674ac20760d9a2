using System.Collections.Immutable;
using Plomba.Trust.Files;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Policy;

/// <summary>
/// Decides <c>sigstoreSigned</c>. The order of the checks of one signature is the reference's, and visible in its
/// messages: keys, annotations, log, certificate, signature, shape of the payload, digest, identity (TRUST.md §3.5, §7).
/// </summary>
internal sealed class SigstoreSignedEvaluation(ITrustFiles files, TimeProvider clock)
{
    public RequirementOutcome Evaluate(SigstoreSigned requirement, EvaluatedImage image)
    {
        if (image.Signatures.Failure is { } failure)
            return SignatureRequirement.StoreFailed(requirement, failure);

        var outcomes = ImmutableArray.CreateBuilder<SignatureOutcome>();
        int others = 0, attachments = 0;
        TrustReading? trust = null;
        foreach (var (index, signature) in image.Signatures.Signatures.Index())
        {
            if (signature.Format == SignatureFormat.SimpleSigning)
            {
                others++;
                continue;
            }

            if (signature.Format == SignatureFormat.Sigstore
                ? signature.MediaType != StoredSignature.SigstoreSignatureMediaType
                : BundleVerification.IsAttestation(signature))
            {
                attachments++;
                continue;
            }

            trust ??= Read(requirement);
            var outcome = signature.Format == SignatureFormat.SigstoreBundle
                ? EvaluateBundle(index + 1, signature, trust, requirement, image)
                : Evaluate(index + 1, signature, trust, requirement, image);
            outcomes.Add(outcome);
            if (outcome.Refusal is null)
                return new(requirement.Type, RequirementResult.Accepted, RequirementKeys.Of(requirement), outcomes.ToImmutable(), null);
        }

        var counts = others + attachments == 0
            ? ""
            : $" ({others} non-sigstore signatures, {attachments} sigstore non-signature attachments)";
        return SignatureRequirement.NoneAccepted(
            requirement, outcomes.ToImmutable(), $"A signature was required, but no signature exists{counts}");
    }

    private TrustReading Read(SigstoreSigned requirement) => SigstoreTrust.Read(requirement, files, out var failure) is { } trust
        ? new(new SigstoreVerification(trust, clock), null)
        : new(null, new Refusal(ErrorClass.Plain, SignatureReason.Key, failure!));

    private static SignatureOutcome Evaluate(
        int number, StoredSignature signature, TrustReading trust, SigstoreSigned requirement, EvaluatedImage image)
    {
        var isPayload = SigstorePayload.TryParse(signature.Bytes, out var payload, out var mistake);
        string? key = null;
        var refusal = trust.Refusal
            ?? trust.Verification!.Check(signature, out key)
            ?? (isPayload
                ? SignatureRequirement.WrongDigest(payload!.ManifestDigest, image)
                    ?? SignatureRequirement.WrongIdentity(payload.DockerReference, requirement.SignedIdentity, image)
                : new Refusal(ErrorClass.InvalidSignature, SignatureReason.Malformed, mistake!.Message));
        return new(number, signature.Format, key, payload?.DockerReference, payload?.ManifestDigest, refusal);
    }

    // A bundle that names no image, as cosign's do, stands for the repository that it lies in (docs/decisions/0025).
    private static SignatureOutcome EvaluateBundle(
        int number, StoredSignature bundle, TrustReading trust, SigstoreSigned requirement, EvaluatedImage image)
    {
        if (trust.Refusal is { } refusal)
            return new(number, bundle.Format, null, null, null, refusal);
        refusal = trust.Verification!.CheckBundle(bundle, image.Manifest.Span, out var claim, out var key);
        var identity = claim.Name ?? image.Name.DockerReference?.Name ?? "";
        refusal ??= claim.Manifest is { } signed
            ? SignatureRequirement.WrongDigest(signed, image) ?? SignatureRequirement.WrongIdentity(identity, requirement.SignedIdentity, image)
            : new Refusal(ErrorClass.InvalidSignature, SignatureReason.Malformed, Text.Say("sigstore bundle: it names no manifest"));
        // Of a bundle that could not be read nothing is known, the name neither.
        return new(number, bundle.Format, key, claim.Manifest is null ? null : identity, claim.Manifest, refusal);
    }

    private sealed record TrustReading(SigstoreVerification? Verification, Refusal? Refusal);
}
