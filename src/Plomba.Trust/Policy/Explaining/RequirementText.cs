namespace Plomba.Trust.Policy.Explaining;

/// <summary>A requirement for people, on one line. Foreign text in it is quoted.</summary>
internal static class RequirementText
{
    /// <summary>The line, such as <c>signedBy any of "/a.pgp", "/b.pgp", matchRepository</c>.</summary>
    public static string Of(PolicyRequirement requirement) => requirement switch
    {
        SignedBy signedBy =>
            $"signedBy {(signedBy.KeyType == SignedByKeyType.GpgKeys ? "" : $"{PolicyNames.Of(signedBy.KeyType)} ")}{Keys(signedBy.Keys)}{Identity(signedBy.SignedIdentity)}",
        SigstoreSigned sigstore => $"sigstoreSigned {Source(sigstore)}{Log(sigstore)}{Identity(sigstore.SignedIdentity)}",
        SignedBaseLayer layer => $"signedBaseLayer{Identity(layer.BaseLayerIdentity)}",
        _ => requirement.Type,
    };

    /// <summary>All of a list; every one must be met.</summary>
    public static string Of(IEnumerable<PolicyRequirement> requirements) => string.Join(Text.Say(" and "), requirements.Select(Of));

    private static string Source(SigstoreSigned sigstore) => sigstore switch
    {
        { Fulcio: { } fulcio } => Text.Say($"certificate for {QuotedText.Of(fulcio.SubjectEmail)} by {QuotedText.Of(fulcio.OidcIssuer)}, authority {Keys(fulcio.Ca)}"),
        { Pki: { } pki } => Text.Say($"certificate for {string.Join(Text.Say(" at "), ((string?[])[pki.SubjectEmail, pki.SubjectHostname]).OfType<string>().Select(QuotedText.Of))}, authority {Keys(pki.CaRoots)}"),
        _ => Keys(sigstore.Keys!),
    };

    private static string Log(SigstoreSigned sigstore) => sigstore.RekorKeys is { } log ? Text.Say($", logged by {Keys(log)}") : "";

    private static string Keys(KeyMaterial keys) => keys switch
    {
        { Kind: KeyMaterialKind.Path } => QuotedText.Of(keys.Files[0]),
        { Kind: KeyMaterialKind.Paths, Files: [var single] } => QuotedText.Of(single),
        { Kind: KeyMaterialKind.Paths } => Text.Say($"any of {string.Join(", ", keys.Files.Select(QuotedText.Of))}"),
        { Kind: KeyMaterialKind.Data } => Text.Say("a key in the policy"),
        _ => Text.Count(keys.Contents.Length, $"any of {keys.Contents.Length} key in the policy", $"any of {keys.Contents.Length} keys in the policy"),
    };

    private static string Identity(SignedIdentity? identity) => identity switch
    {
        null => "",
        ExactReference exact => $", {exact.Type} {QuotedText.Of(exact.DockerReference)}",
        ExactRepository exact => $", {exact.Type} {QuotedText.Of(exact.DockerRepository)}",
        RemapIdentity remap => Text.Say($", {remap.Type} {QuotedText.Of(remap.Prefix)} signed as {QuotedText.Of(remap.SignedPrefix)}"),
        _ => $", {identity.Type}",
    };
}
