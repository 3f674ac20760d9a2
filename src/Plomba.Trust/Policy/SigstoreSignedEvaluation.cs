using System.Collections.Immutable;
using Plomba.Trust.Sigstore;

namespace Plomba.Trust.Policy;

/// <summary>
/// Decides <c>sigstoreSigned</c> as far as no sigstore cryptography is needed: without a sigstore signature the image is
/// refused; with one, nothing is decided, which is never acceptance.
/// </summary>
internal static class SigstoreSignedEvaluation
{
    public static RequirementOutcome Evaluate(SigstoreSigned requirement, EvaluatedImage image)
    {
        if (image.Signatures.Failure is { } failure)
            return SignatureRequirement.StoreFailed(requirement, failure);

        var outcomes = ImmutableArray.CreateBuilder<SignatureOutcome>();
        int others = 0, attachments = 0;
        foreach (var (index, signature) in image.Signatures.Signatures.Index())
        {
            if (signature.Format != SignatureFormat.Sigstore)
                others++;
            else if (signature.MediaType != StoredSignature.SigstoreSignatureMediaType)
                attachments++;
            else
                outcomes.Add(Undecided(index + 1, signature));
        }

        if (outcomes.Count > 0)
        {
            return new RequirementOutcome(
                requirement.Type, RequirementResult.Undecided, RequirementKeys.Of(requirement), outcomes.ToImmutable(), CannotVerify);
        }

        var counts = others + attachments == 0
            ? ""
            : $" ({others} non-sigstore signatures, {attachments} sigstore non-signature attachments)";
        return SignatureRequirement.NoneAccepted(requirement, [], $"A signature was required, but no signature exists{counts}");
    }

    private static SignatureOutcome Undecided(int number, StoredSignature signature) =>
        SigstorePayload.TryParse(signature.Bytes, out var payload, out _)
            ? new(number, signature.Format, null, payload.DockerReference, payload.ManifestDigest, CannotVerify)
            : new(number, signature.Format, null, null, null, CannotVerify);

    private static readonly Refusal CannotVerify = new(
        ErrorClass.Plain, SignatureReason.Policy, "sigstore signatures cannot be verified by this version, so nothing is decided");
}
