using Plomba.Images;

namespace Plomba.Registry.Catalog;

/// <summary>Who did it, for the journal.</summary>
/// <param name="Account">Account name; empty for anonymous and for the server itself.</param>
/// <param name="RemoteAddress">The client's address as text; null when there is none (an inbox, a command).</param>
public readonly record struct Actor(string Account, string? RemoteAddress);

/// <summary>A manifest as it was recorded; its bytes are a blob of the same digest.</summary>
/// <param name="Digest">As the client addressed it.</param>
/// <param name="MediaType">The type it was pushed with, the only one it is served with.</param>
/// <param name="Size">In bytes.</param>
/// <param name="ArtifactType">As referrers report it; null: none.</param>
/// <param name="Subject">The manifest it refers to; null: none.</param>
public sealed record ManifestRecord(Digest Digest, string MediaType, long Size, string? ArtifactType, Digest? Subject);

/// <summary>A descriptor in a referrers list (OCI distribution spec, "Listing Referrers").</summary>
/// <param name="Digest">Of the referring manifest.</param>
/// <param name="MediaType">Of the referring manifest.</param>
/// <param name="Size">Of the referring manifest, in bytes.</param>
/// <param name="ArtifactType">Null: none.</param>
/// <param name="Annotations">Of the referring manifest; empty: none.</param>
public sealed record Referrer(Digest Digest, string MediaType, long Size, string? ArtifactType, IReadOnlyDictionary<string, string> Annotations);

/// <summary>A part of a list of referrers.</summary>
/// <param name="Referrers">In order of arrival.</param>
/// <param name="Next">Where the next page begins; null: this is the last. It stays good when referrers come or go.</param>
public sealed record ReferrerPage(IReadOnlyList<Referrer> Referrers, long? Next)
{
    /// <summary>
    /// Where a page ends, in characters of what its referrers say of themselves: written as JSON it stays under the 4 MiB that clients read,
    /// unless a single referrer does not.
    /// </summary>
    public const int MaximumSize = 3 * 1024 * 1024;
}

/// <summary>A manifest to be recorded; its blob is stored already.</summary>
public sealed record PutManifest
{
    /// <summary>Where.</summary>
    public required RepositoryName Repository { get; init; }

    /// <summary>As the client addresses it.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The type it is served with.</summary>
    public required string MediaType { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Who pushes.</summary>
    public required Actor Actor { get; init; }

    /// <summary>Tags that shall name it; they move when they exist.</summary>
    public IReadOnlyList<Tag> Tags { get; init; } = [];

    /// <summary>What must be under the tags for them to move; null: whatever is. A condition of the moment, which the journal does not keep.</summary>
    public TagCondition? Condition { get; init; }

    /// <summary>The manifest it refers to, which need not exist.</summary>
    public Digest? Subject { get; init; }

    /// <summary>As referrers report it.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Kept for the referrers list when there is a subject.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Config and layers that must be linked to the repository (non-distributable layers are left out).</summary>
    public IReadOnlyList<Digest> ReferencedBlobs { get; init; } = [];

    /// <summary>Children of an index that must be there (none when the site allows sparse indexes).</summary>
    public IReadOnlyList<Digest> ReferencedManifests { get; init; } = [];
}

/// <summary>What a client believes to be under a tag (RFC 9110 §13.1): two that read and extend it must not undo each other.</summary>
/// <param name="Expected">The manifest that it read; null: no manifest.</param>
public sealed record TagCondition(Digest? Expected);

/// <summary>How recording a manifest went.</summary>
public abstract record PutManifestResult
{
    private PutManifestResult()
    {
    }

    /// <summary>It is recorded (or was already, exactly so).</summary>
    public sealed record Created : PutManifestResult;

    /// <summary>Refused: this config or layer is not in the repository.</summary>
    public sealed record MissingBlob(Digest Digest) : PutManifestResult;

    /// <summary>Refused: this child is not in the repository.</summary>
    public sealed record MissingManifest(Digest Digest) : PutManifestResult;

    /// <summary>Refused: <see cref="PutManifest.Condition"/> does not hold for this tag.</summary>
    public sealed record Moved(Tag Tag) : PutManifestResult;
}

/// <summary>How unlinking a blob went.</summary>
public enum UnlinkResult
{
    /// <summary>It is no longer part of the repository.</summary>
    Unlinked,

    /// <summary>It was not part of it.</summary>
    NotThere,

    /// <summary>Refused: a manifest of the repository refers to it.</summary>
    InUse,
}

/// <summary>Where a signature came from.</summary>
public enum SignatureOrigin
{
    /// <summary>PUT through the signature extension.</summary>
    Extension,

    /// <summary>A maker's inbox on the server host.</summary>
    Inbox,

    /// <summary>Taken over from another store.</summary>
    Import,
}

/// <summary>A signature to be added.</summary>
public sealed record AddSignature
{
    /// <summary>Most signatures a manifest may have.</summary>
    public const int MaximumCount = 32;

    /// <summary>Most of them that one account may bring: nobody alone fills the list against the other makers.</summary>
    public const int MaximumPerAccount = 16;

    /// <summary>Most bytes of one signature: a full list stays under the 4 MiB that clients read.</summary>
    public const int MaximumSize = 64 * 1024;

    /// <summary>The repository whose manifest is signed; it need not exist here.</summary>
    public required RepositoryName Repository { get; init; }

    /// <summary>The manifest that is signed; it need not exist here.</summary>
    public required Digest Manifest { get; init; }

    /// <summary>The signature as the client made it, 1 to <see cref="MaximumSize"/> bytes.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Who brought it.</summary>
    public required Actor Actor { get; init; }

    /// <summary>Which way it came.</summary>
    public required SignatureOrigin Origin { get; init; }
}

/// <summary>How adding a signature went.</summary>
public enum AddSignatureResult
{
    /// <summary>It is the last of the list now.</summary>
    Added,

    /// <summary>The list holds the same bytes already; nothing changed.</summary>
    AlreadyThere,

    /// <summary>Refused: the list has <see cref="AddSignature.MaximumCount"/> signatures.</summary>
    TooMany,

    /// <summary>Refused: <see cref="AddSignature.MaximumPerAccount"/> signatures of the list are this account's.</summary>
    TooManyOfAccount,

    /// <summary>Refused: empty, or more than <see cref="AddSignature.MaximumSize"/> bytes.</summary>
    BadSize,
}

/// <summary>A signature of a manifest.</summary>
/// <param name="Number">Its place by arrival in the manifest's list, from 1, without holes.</param>
/// <param name="Content">The bytes as they came.</param>
/// <param name="Arrived">When.</param>
/// <param name="Actor">Who brought it.</param>
/// <param name="Origin">Which way it came.</param>
public sealed record StoredSignature(int Number, ReadOnlyMemory<byte> Content, DateTimeOffset Arrived, Actor Actor, SignatureOrigin Origin);
