namespace Plomba.Trust.Policy;

/// <summary>What the user can do about a refusal.</summary>
internal static class VerdictHints
{
    public static string? For(Verdict verdict)
    {
        if (verdict.Refusal is not { } refusal)
            return null;
        var failed = verdict.Requirements.FirstOrDefault(r => r.Refusal is not null);
        return refusal.Reason switch
        {
            SignatureReason.None => Text.Say($"No store signs {verdict.Manifest?.Digest}{Where(verdict)}: have the image signed by its maker."),
            SignatureReason.Malformed => Text.Say("The stored signature is damaged: have the image signed again."),
            SignatureReason.UnknownKey => Text.Say("The signature is by a key that the requirement does not list: compare the fingerprints, and add a rotated key to the policy."),
            SignatureReason.BadSignature => Text.Say("The signature does not fit what it claims to sign: have the image signed again, and find out who changed the store."),
            SignatureReason.Expired => Text.Say("Signature or key is out of its time: have the image signed again by a valid key, or distribute the extended key."),
            SignatureReason.Revoked => Text.Say("The key was revoked: have the image signed again by another key of the policy."),
            SignatureReason.Weak => Text.Say("The signature's algorithms prove nothing any more: have the image signed again by a stronger key."),
            SignatureReason.Digest => Text.Say("The signature is for another manifest: the image was changed or its tag moved after signing. Sign what is there now, or pull what was signed by its digest."),
            SignatureReason.Identity => Text.Say("The signature was made for another name: sign under the name that users pull, or accept the other name with signedIdentity in the policy."),
            SignatureReason.Store => Text.Say($"The signature store could not be read{Where(verdict)}: see that it answers, then try again."),
            SignatureReason.Key => Text.Say($"Restore the key file: {string.Join(", ", failed?.Keys ?? [])}."),
            _ => Policy(verdict, failed),
        };
    }

    private static string? Policy(Verdict verdict, RequirementOutcome? failed) => failed?.Type switch
    {
        null => Text.Say("The policy accepts this image without asking for a signature: give its scope a signedBy requirement."),
        "reject" when verdict.Policy is { Scope: null } =>
            Text.Say("No scope of the policy names this image, and its default rejects: add a scope for the registry if it is to be trusted."),
        "reject" => Text.Say("The scope that names this image rejects everything in it."),
        "sigstoreSigned" => Text.Say("Certificates and transparency logs are not read from bundles: have the image signed without --bundle, or name the maker's key in the requirement."),
        _ => Text.Say("podman refuses such a requirement too: use signedBy with keyType GPGKeys."),
    };

    private static string Where(Verdict verdict) => verdict.Store is { } store ? $" ({store.Kind} {store.Location})" : "";
}
