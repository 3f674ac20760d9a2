using Plomba.Images;

namespace Plomba.Registry.Catalog;

/// <summary>
/// What the registry holds: repositories, manifests, tags, referrers, links to blobs, signatures. Thread-safe. Reads are
/// cheap, do not wait for writers, and see every write whose task completed. Every call may throw <see cref="StorageException"/>.
/// </summary>
public interface ICatalog : ICatalogWriter, IAsyncDisposable
{
    /// <summary>Null while everything works; else why writes are refused, and what to do, for readiness checks and logs.</summary>
    string? WritesRefused { get; }

    /// <summary>The manifest with that digest in that repository; null: not there.</summary>
    ManifestRecord? FindManifest(RepositoryName repository, Digest digest);

    /// <summary>The manifest a tag names; null: no such tag.</summary>
    ManifestRecord? FindManifest(RepositoryName repository, Tag tag);

    /// <summary>Tags in byte order, those after <paramref name="last"/> (which need not exist), at most <paramref name="limit"/>.</summary>
    IReadOnlyList<Tag> ListTags(RepositoryName repository, Tag? last, int limit);

    /// <summary>Whether anything was ever pushed there.</summary>
    bool RepositoryExists(RepositoryName repository);

    /// <summary>Repositories that hold a manifest, in byte order, those after <paramref name="last"/>, at most <paramref name="limit"/>.</summary>
    IReadOnlyList<RepositoryName> ListRepositories(RepositoryName? last, int limit);

    /// <summary>
    /// Manifests whose subject is that digest, in order of arrival, one page; the subject itself need not exist. However many and large
    /// they are, a page holds little more than <see cref="ReferrerPage.MaximumSize"/>.
    /// </summary>
    /// <param name="repository">Where.</param>
    /// <param name="subject">To what they refer.</param>
    /// <param name="artifactType">Only these; null: all.</param>
    /// <param name="after">The <see cref="ReferrerPage.Next"/> of the page before; 0: the first page.</param>
    ReferrerPage ListReferrers(RepositoryName repository, Digest subject, string? artifactType = null, long after = 0);

    /// <summary>The size of a blob linked to that repository; null: not linked.</summary>
    long? BlobSize(RepositoryName repository, Digest digest);

    /// <summary>Whether the blob is linked to that repository.</summary>
    bool LinksBlob(RepositoryName repository, Digest digest) => BlobSize(repository, digest) is not null;

    /// <summary>Repositories that link a blob (mount without <c>from</c>), in no particular order.</summary>
    IReadOnlyList<RepositoryName> RepositoriesLinking(Digest digest, int limit);

    /// <summary>
    /// Signatures of a manifest, in order of arrival. The repository and the manifest need not exist here: clients may
    /// keep the signatures of another registry's images in this one.
    /// </summary>
    IReadOnlyList<StoredSignature> ListSignatures(RepositoryName repository, Digest manifest);
}

/// <summary>
/// The changes. When a task completes with a result that changed something, the change is durable (power loss
/// included), visible to reads, and an event of the journal with actor and time. A thrown <see cref="StorageException"/>
/// means it did not happen.
/// </summary>
public interface ICatalogWriter
{
    /// <summary>Records a manifest and its tags. Every reference is checked in the transaction that records it.</summary>
    /// <remarks>
    /// References are checked against the links of the repository. That the linked blobs are whole on disk is the
    /// caller's affair (<see cref="Blobs.IBlobStore.StatAsync"/>), before this call.
    /// </remarks>
    Task<PutManifestResult> PutManifestAsync(PutManifest manifest, CancellationToken cancellation = default);

    /// <summary>Makes a blob part of a repository (after an upload or a mount); linking again is no error.</summary>
    Task LinkBlobAsync(RepositoryName repository, Digest digest, long size, Actor actor, CancellationToken cancellation = default);

    /// <summary>Takes a blob out of a repository, unless one of its manifests needs it.</summary>
    Task<UnlinkResult> UnlinkBlobAsync(RepositoryName repository, Digest digest, Actor actor, CancellationToken cancellation = default);

    /// <summary>Removes a tag; its manifest stays. False: no such tag.</summary>
    Task<bool> DeleteTagAsync(RepositoryName repository, Tag tag, Actor actor, CancellationToken cancellation = default);

    /// <summary>
    /// Removes a manifest, all tags that name it and its signatures in that repository, which live and die with it. False: no
    /// such manifest; signatures of one that was never here stay.
    /// </summary>
    Task<bool> DeleteManifestAsync(RepositoryName repository, Digest digest, Actor actor, CancellationToken cancellation = default);

    /// <summary>
    /// Adds a signature to a manifest's list. Its content is not looked at: that it parses and names the digest is checked
    /// before this call.
    /// </summary>
    Task<AddSignatureResult> AddSignatureAsync(AddSignature signature, CancellationToken cancellation = default);
}
