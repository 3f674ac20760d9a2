namespace Plomba.Trust.Policy;

/// <summary>The words of verdicts for people; <see cref="VerdictWords"/> has those for programs.</summary>
internal static class SaidWords
{
    public static string Of(VerdictKind kind) => kind switch
    {
        VerdictKind.Accepted => Text.Say("accepted"),
        VerdictKind.Refused => Text.Say("refused"),
        _ => Text.Say("undecided"),
    };

    public static string Of(SignatureReason reason) => reason switch
    {
        SignatureReason.None => Text.Say("none"),
        SignatureReason.Malformed => Text.Say("malformed"),
        SignatureReason.UnknownKey => Text.Say("unknownKey"),
        SignatureReason.BadSignature => Text.Say("badSignature"),
        SignatureReason.Expired => Text.Say("expired"),
        SignatureReason.Revoked => Text.Say("revoked"),
        SignatureReason.Weak => Text.Say("weak"),
        SignatureReason.Digest => Text.Say("digest"),
        SignatureReason.Identity => Text.Say("identity"),
        SignatureReason.Store => Text.Say("store"),
        SignatureReason.Key => Text.Say("key"),
        _ => Text.Say("policy"),
    };
}
