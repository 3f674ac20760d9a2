namespace Plomba.Images;

/// <summary>Why a text is no reference or no image name.</summary>
/// <param name="Problem">The kind of mistake, for code that decides on it.</param>
/// <param name="Message">The reference implementation's words (TRUST.md §1, §2), without a final full stop.</param>
public sealed record ReferenceError(ReferenceProblem Problem, string Message)
{
    /// <inheritdoc cref="Message"/>
    public override string ToString() => Message;

    internal static ReferenceError Format => new(ReferenceProblem.Format, Text.Say("invalid reference format"));

    internal static ReferenceError Empty => new(ReferenceProblem.Format, Text.Say("repository name must have at least one component"));

    internal static ReferenceError RawUppercase => new(ReferenceProblem.Uppercase, Text.Say("repository name must be lowercase"));

    internal static ReferenceError Uppercase => new(ReferenceProblem.Uppercase, Text.Say("invalid reference format: repository name must be lowercase"));

    internal static ReferenceError TooLong => new(ReferenceProblem.TooLong, Text.Say($"repository name must not be more than {RepositoryName.MaximumLength} characters"));

    internal static ReferenceError NotCanonical => new(ReferenceProblem.NotCanonical, Text.Say("repository name must be canonical"));

    internal static ReferenceError Identifier(string text) =>
        new(ReferenceProblem.Identifier, Text.Say($"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings"));

    internal static ReferenceError BadDigest(DigestError error) => new(ReferenceProblem.Digest, error switch
    {
        DigestError.Algorithm => Text.Say("unsupported digest algorithm"),
        DigestError.Length => Text.Say("invalid checksum digest length"),
        _ => Text.Say("invalid checksum digest format"),
    });
}

/// <summary>The kinds of mistakes in references and image names.</summary>
public enum ReferenceProblem
{
    /// <summary>The text does not have the grammar's shape.</summary>
    Format,

    /// <summary>The repository's path holds upper-case letters.</summary>
    Uppercase,

    /// <summary>The name is longer than 255 bytes.</summary>
    TooLong,

    /// <summary>64 hex digits alone: too easily taken for an image id.</summary>
    Identifier,

    /// <summary>A fully qualified name was required.</summary>
    NotCanonical,

    /// <summary>The part after <c>@</c> is no digest of a known algorithm.</summary>
    Digest,

    /// <summary>A tag or a digest is missing, superfluous, or both were given where one is allowed.</summary>
    TagOrDigest,

    /// <summary>An image name has no <c>transport:</c> and no registry either.</summary>
    NoTransport,

    /// <summary>The transport is not one of TRUST.md §2.</summary>
    UnknownTransport,

    /// <summary>The path or the image's name inside an archive or a layout cannot be one.</summary>
    Location,
}
