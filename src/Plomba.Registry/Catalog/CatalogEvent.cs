using Plomba.Images;

namespace Plomba.Registry.Catalog;

/// <summary>What happened: one line of the journal. The index is nothing but all of these applied in order.</summary>
internal abstract record CatalogEvent
{
    /// <summary>A blob became part of a repository.</summary>
    public sealed record BlobLinked(RepositoryName Repository, Digest Digest, long Size) : CatalogEvent;

    /// <summary>A blob is no longer part of a repository.</summary>
    public sealed record BlobUnlinked(RepositoryName Repository, Digest Digest) : CatalogEvent;

    /// <summary>A manifest was recorded, and its tags moved to it.</summary>
    public sealed record ManifestPut(PutManifest Manifest) : CatalogEvent;

    /// <summary>A manifest and all its tags are gone.</summary>
    /// <param name="Repository">Where.</param>
    /// <param name="Digest">Of the manifest.</param>
    /// <param name="Signatures">How many signatures of it went with it: all it had. Entries of older versions have none, and took none.</param>
    public sealed record ManifestDeleted(RepositoryName Repository, Digest Digest, long Signatures) : CatalogEvent;

    /// <summary>A tag is gone.</summary>
    public sealed record TagDeleted(RepositoryName Repository, Tag Tag) : CatalogEvent;

    /// <summary>A signature joined the list of a manifest.</summary>
    public sealed record SignatureAdded(AddSignature Signature) : CatalogEvent;

    /// <summary>
    /// A damaged journal was set aside; a snapshot has everything before this entry, which is the first of a new journal.
    /// </summary>
    public sealed record JournalSetAside(string Reason) : CatalogEvent;
}

/// <summary>An event with its place, time and actor.</summary>
internal sealed record JournalEntry(long Sequence, DateTimeOffset Time, Actor Actor, CatalogEvent Event);
