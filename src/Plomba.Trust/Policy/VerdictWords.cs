namespace Plomba.Trust.Policy;

/// <summary>The stable words of verdicts, the same in text and JSON.</summary>
internal static class VerdictWords
{
    public static string Of(VerdictKind kind) => kind switch
    {
        VerdictKind.Accepted => "accepted",
        VerdictKind.Refused => "refused",
        _ => "undecided",
    };

    public static string Of(RequirementResult result) => result switch
    {
        RequirementResult.Accepted => "accepted",
        RequirementResult.Refused => "refused",
        RequirementResult.Undecided => "undecided",
        _ => "notReached",
    };

    public static string Of(Refusal? refusal) => refusal switch
    {
        null => "accepted",
        { Class: ErrorClass.Plain } => "undecided",
        _ => "refused",
    };

    public static string Of(SignatureFormat format) => format switch
    {
        SignatureFormat.SimpleSigning => "simple-signing",
        SignatureFormat.SigstoreBundle => "sigstore-bundle",
        _ => "sigstore",
    };

    public static string Of(SignatureReason reason) => reason switch
    {
        SignatureReason.None => "none",
        SignatureReason.Malformed => "malformed",
        SignatureReason.UnknownKey => "unknownKey",
        SignatureReason.BadSignature => "badSignature",
        SignatureReason.Expired => "expired",
        SignatureReason.Revoked => "revoked",
        SignatureReason.Weak => "weak",
        SignatureReason.Digest => "digest",
        SignatureReason.Identity => "identity",
        SignatureReason.Store => "store",
        SignatureReason.Key => "key",
        _ => "policy",
    };
}
