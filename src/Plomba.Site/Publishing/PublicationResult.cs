using Plomba.Trust.Tuf;

namespace Plomba.Site.Publishing;

/// <summary>What came of publishing.</summary>
public abstract record PublicationResult
{
    private protected PublicationResult()
    {
    }

    /// <summary>Machines get it from now on.</summary>
    /// <param name="RootDigest">sha256 of the newest root, lower-case hex: with it machines join.</param>
    /// <param name="Root">Version of the root.</param>
    /// <param name="Targets">Version of the files.</param>
    /// <param name="Expires">When machines raise an alarm unless something newer is published before.</param>
    /// <param name="Changes">What became different for machines.</param>
    public sealed record Published(string RootDigest, long Root, long Targets, DateTimeOffset Expires, IReadOnlyList<BundleChange> Changes) : PublicationResult;

    /// <summary>Nothing was written: the same is published already, and for nearly as long.</summary>
    public sealed record Unchanged(string RootDigest, DateTimeOffset Expires) : PublicationResult;

    /// <summary>Signed and kept as a draft, which nobody is served.</summary>
    /// <param name="Missing">Who has not signed yet, and for what. Empty: only a key that may sign snapshot and timestamp is wanting.</param>
    /// <param name="Changes">What will become different for machines.</param>
    public sealed record Draft(IReadOnlyList<MissingSignatures> Missing, IReadOnlyList<BundleChange> Changes) : PublicationResult;

    /// <summary>Nothing was signed or written.</summary>
    /// <param name="Why">The reason, for people.</param>
    /// <param name="Hint">What to do; null when the reason says it all.</param>
    public sealed record Refused(string Why, string? Hint) : PublicationResult;
}

/// <summary>A file of the bundle that is new, different or gone.</summary>
/// <param name="Path">Which.</param>
/// <param name="Kind">How.</param>
public sealed record BundleChange(TargetPath Path, BundleChangeKind Kind);

/// <summary>How a file of the bundle changed.</summary>
public enum BundleChangeKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>Its content is another.</summary>
    Changed,

    /// <summary>It is no longer there.</summary>
    Removed,
}

/// <summary>Signatures that a draft still lacks.</summary>
/// <param name="Role">On what.</param>
/// <param name="Count">How many.</param>
/// <param name="Keys">Which keys may give them.</param>
public sealed record MissingSignatures(TufRole Role, int Count, IReadOnlyList<TufKey> Keys);
