using Plomba.Images;

namespace Plomba.Trust.Policy.Linting;

/// <summary>Whether single requirements can be met by anything.</summary>
internal static class RequirementCheck
{
    /// <summary>What is wrong with a requirement under a transport (null: the default); <c>Keys</c> lead to the place.</summary>
    public static IEnumerable<(bool IsError, string Id, string Text, string[] Keys)> Find(string? transport, PolicyRequirement requirement)
    {
        switch (requirement)
        {
            case SignedBaseLayer:
                yield return (true, PolicyFindingId.RequirementImpossible, Text.Say("no program implements signedBaseLayer: everything is refused"), ["type"]);
                break;
            case SignedBy { KeyType: not SignedByKeyType.GpgKeys }:
                yield return (true, PolicyFindingId.RequirementImpossible, Text.Say("only the keyType GPGKeys is implemented: everything is refused"), ["keyType"]);
                break;
            case SignedBy { Keys: { Files.IsEmpty: true, Contents.IsEmpty: true } }:
                yield return (true, PolicyFindingId.RequirementImpossible, Text.Say("no key is named: everything is refused"), ["keyPaths"]);
                break;
            default:
                break;
        }

        var identity = requirement switch { SignedBy signedBy => signedBy.SignedIdentity, SigstoreSigned sigstore => sigstore.SignedIdentity, _ => null };
        if (requirement is SignedBy or SigstoreSigned && Identity(transport, identity) is { } impossible)
            yield return (true, PolicyFindingId.IdentityImpossible, impossible, ["signedIdentity"]);
        if (requirement is SigstoreSigned { Pki: null } && identity is null or MatchRepoDigestOrExact or MatchExact && requirement is SigstoreSigned)
            yield return (false, PolicyFindingId.IdentityCosign, Text.Say("cosign signs the repository's name without a tag: for its signatures write signedIdentity matchRepository"), ["signedIdentity"]);
    }

    private static string? Identity(string? transport, SignedIdentity? identity) => identity switch
    {
        RemapIdentity remap when !HasHost(remap.Prefix) => Text.Say($"{QuotedText.Of(remap.Prefix)} has no registry in front: no image's name begins so"),
        RemapIdentity remap when !HasHost(remap.SignedPrefix) => Text.Say($"{QuotedText.Of(remap.SignedPrefix)} has no registry in front: no signature's name begins so"),
        ExactReference or ExactRepository => null,
        _ when transport is "dir" or "oci" or "oci-archive" or "sif" or "tarball" =>
            Text.Say($"{transport} images have no name that a signature could be for: only exactReference and exactRepository can match"),
        _ => null,
    };

    private static bool HasHost(string prefix) => ImageReference.HasRegistry(prefix + "/");
}
