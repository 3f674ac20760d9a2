using System.Collections.Immutable;
using Plomba.Trust.Files;
using Plomba.Trust.SimpleSigning;

namespace Plomba.Trust.Policy;

/// <summary>
/// Decides <c>signedBy</c>. The order of the checks of one signature is the reference's, and visible in its messages:
/// keys, cryptography, shape of the payload, digest, identity (TRUST.md §3.5).
/// </summary>
internal sealed class SignedByEvaluation(ISignatureMechanism mechanism, ITrustFiles files)
{
    public RequirementOutcome Evaluate(SignedBy requirement, EvaluatedImage image)
    {
        var keys = RequirementKeys.Of(requirement);
        if (image.Signatures.Failure is { } failure)
            return SignatureRequirement.StoreFailed(requirement, failure);

        var outcomes = ImmutableArray.CreateBuilder<SignatureOutcome>();
        KeyringReading? keyring = null;
        foreach (var (index, signature) in image.Signatures.Signatures.Index())
        {
            if (signature.Format != SignatureFormat.SimpleSigning)
                continue;
            keyring ??= ReadKeyring(requirement);
            var outcome = Evaluate(index + 1, signature, keyring, requirement, image);
            outcomes.Add(outcome);
            if (outcome.Refusal is null)
                return new RequirementOutcome(requirement.Type, RequirementResult.Accepted, keys, outcomes.ToImmutable(), null);
        }

        return SignatureRequirement.NoneAccepted(
            requirement, outcomes.ToImmutable(), "A signature was required, but no signature exists");
    }

    private KeyringReading ReadKeyring(SignedBy requirement)
    {
        if (requirement.KeyType != SignedByKeyType.GpgKeys)
        {
            var name = PolicyNames.Of(requirement.KeyType);
            return new(null, new Refusal(ErrorClass.Plain, SignatureReason.Policy, Text.Say($"Unimplemented \"keyType\" value \"{name}\"")));
        }

        if (RequirementKeys.Read(requirement.Keys, files, out var failure) is not { } sources)
            return new(null, new Refusal(ErrorClass.Plain, SignatureReason.Key, failure!));
        var keyring = mechanism.Import(sources);
        return keyring.Keys.Count == 0
            ? new(null, new Refusal(ErrorClass.PolicyRequirement, SignatureReason.Key, "No public keys imported"))
            : new(keyring, null);
    }

    private static SignatureOutcome Evaluate(
        int number, StoredSignature signature, KeyringReading reading, SignedBy requirement, EvaluatedImage image)
    {
        if (reading.Keyring is not { } keyring)
            return new(number, signature.Format, null, null, null, reading.Refusal);

        var check = keyring.Verify(signature.Bytes);
        var isPayload = SignedPayload.TryParse(check.Content, out var payload, out var payloadError);
        var refusal =
            !check.IsGood ? new Refusal(check.Class, check.Reason, check.Message)
            : check.Key is not { } key || !keyring.Keys.Contains(key) ? NotOurKey(check)
            : !isPayload ? new Refusal(ErrorClass.InvalidSignature, SignatureReason.Malformed, payloadError!)
            : SignatureRequirement.WrongDigest(payload!.ManifestDigest, image)
                ?? SignatureRequirement.WrongIdentity(payload.DockerReference, requirement.SignedIdentity, image);
        return new(number, signature.Format, check.Key?.Text, payload?.DockerReference, payload?.ManifestDigest, refusal);
    }

    // The keyring holds nothing but the requirement's keys; this only guards against a mechanism that forgets it.
    private static Refusal NotOurKey(SignatureCheck check) => new(
        ErrorClass.PolicyRequirement, SignatureReason.UnknownKey, $"Signature by key {check.Key} is not accepted");

    private sealed record KeyringReading(IKeyring? Keyring, Refusal? Refusal);
}
