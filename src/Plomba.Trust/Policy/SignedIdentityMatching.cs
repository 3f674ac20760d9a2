using Plomba.Images;

namespace Plomba.Trust.Policy;

/// <summary>Whether a signature made for one name counts for an image of another (TRUST.md §3.5).</summary>
internal static class SignedIdentityMatching
{
    /// <summary>The decision.</summary>
    /// <param name="identity">The requirement's rule.</param>
    /// <param name="image">The image as the user named it, a missing tag filled in; null where the transport has no such name.</param>
    /// <param name="claimed">The name in the signature: free text, which does not match when it is no reference.</param>
    public static bool Matches(this SignedIdentity identity, ImageReference? image, string claimed)
    {
        if (!ImageReference.TryParse(claimed, out var claim))
            return false;
        return identity switch
        {
            ExactReference exact => ImageReference.TryParse(exact.DockerReference, out var wanted) && AreSame(wanted, claim),
            ExactRepository exact => ImageReference.TryParse(exact.DockerRepository, out var wanted) && wanted.Name == claim.Name,
            _ when image is null => false,
            MatchExact => AreSame(image, claim),
            MatchRepository => image.Name == claim.Name,
            RemapIdentity remap => remap.TryRewrite(image, out var rewritten) && IsSameOrOfSameDigest(rewritten, claim),
            _ => IsSameOrOfSameDigest(image, claim),
        };
    }

    /// <summary>
    /// The name a signature is expected to have: <paramref name="image"/> with the prefix replaced, or unchanged when the
    /// prefix is not its host and leading path components. False when the new text is no fully qualified reference.
    /// </summary>
    public static bool TryRewrite(this RemapIdentity remap, ImageReference image, out ImageReference rewritten)
    {
        rewritten = image;
        var name = image.Name;
        var isPrefix = name.StartsWith(remap.Prefix, StringComparison.Ordinal)
            && (name.Length == remap.Prefix.Length || name[remap.Prefix.Length] == '/');
        if (!isPrefix)
            return true;
        if (!ImageReference.TryParseCanonical(remap.SignedPrefix + image.Text[remap.Prefix.Length..], out var parsed, out _))
            return false;
        rewritten = parsed;
        return true;
    }

    private static bool AreSame(ImageReference wanted, ImageReference claim) =>
        !wanted.IsNameOnly && !claim.IsNameOnly && wanted.Text == claim.Text;

    // An image named by digest alone: the digest is enforced elsewhere, because the manifest must match both the
    // image's digest and the signed one; the tag it was signed under says nothing.
    private static bool IsSameOrOfSameDigest(ImageReference wanted, ImageReference claim)
    {
        if (claim.IsNameOnly)
            return false;
        if (wanted.Tag is not null)
            return wanted.Text == claim.Text;
        return wanted.Digest is not null && wanted.Name == claim.Name;
    }
}
