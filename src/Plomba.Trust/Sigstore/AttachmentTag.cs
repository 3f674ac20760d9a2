using Plomba.Images;

namespace Plomba.Trust.Sigstore;

/// <summary>Where a registry keeps the sigstore signatures of an image: an image of their own beside it (TRUST.md §7.1).</summary>
public static class AttachmentTag
{
    /// <summary><c>alg-hex.sig</c>. For sha512 that is longer than a tag may be, so that no registry has it.</summary>
    public static string Of(Digest image) => $"{image.Algorithm}-{image.Hex}.sig";
}
