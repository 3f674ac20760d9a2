using Plomba.Images;

namespace Plomba.Registry.Blobs;

/// <summary>
/// Content-addressed bytes. What is on disk is not believed: bytes are verified when first read after a change, damaged
/// ones are moved to quarantine and are then absent, and putting the right bytes again heals them. Thread-safe.
/// Every call may throw <see cref="StorageException"/>.
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// The size of a blob that is there and whole; null when it is absent or was found damaged. May read the blob once
    /// if it changed since it was last verified.
    /// </summary>
    ValueTask<BlobStat?> StatAsync(Digest digest, CancellationToken cancellation = default);

    /// <summary>Opens a blob for reading; null as for <see cref="StatAsync"/>. The caller disposes the reader.</summary>
    ValueTask<BlobReader?> OpenAsync(Digest digest, CancellationToken cancellation = default);

    /// <summary>A small blob whole (a manifest), verified; null when it is absent, damaged or larger than <paramref name="maximum"/> bytes.</summary>
    /// <remarks>Cheap to repeat: recently read content is kept in memory and compared with the file's stamp.</remarks>
    ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Digest digest, int maximum, CancellationToken cancellation = default);

    /// <summary>Stores a small blob (a manifest), durable on return.</summary>
    /// <returns>False when the content does not have that digest; nothing was stored then.</returns>
    ValueTask<bool> PutAsync(Digest digest, ReadOnlyMemory<byte> content, CancellationToken cancellation = default);

    /// <summary>Starts an upload.</summary>
    /// <param name="owner">Only the same owner can resume it.</param>
    /// <param name="expected">
    /// The digest announced by the client, if it is known before the bytes: its algorithm is computed while they stream.
    /// Null means sha256; another algorithm at <see cref="IUpload.CommitAsync"/> costs one more reading.
    /// </param>
    /// <param name="cancellation">Gives up.</param>
    ValueTask<IUpload> BeginAsync(UploadOwner owner, Digest? expected = null, CancellationToken cancellation = default);

    /// <summary>
    /// Opens an upload that was begun by an earlier request, perhaps of another process: what was appended is there.
    /// </summary>
    ValueTask<UploadOpening> ResumeAsync(UploadId id, UploadOwner owner, CancellationToken cancellation = default);

    /// <summary>Removes a blob; false when it was not there. Whether anything still needs it is the caller's affair.</summary>
    ValueTask<bool> DeleteAsync(Digest digest, CancellationToken cancellation = default);

    /// <summary>Every blob that has a file, whole or not, in no particular order.</summary>
    IAsyncEnumerable<Digest> EnumerateAsync(CancellationToken cancellation = default);

    /// <summary>Removes uploads nobody has touched for <paramref name="age"/>; those being written stay.</summary>
    /// <returns>How many were removed.</returns>
    ValueTask<int> SweepUploadsAsync(TimeSpan age, CancellationToken cancellation = default);
}

/// <summary>What is known of a blob without its bytes.</summary>
/// <param name="Size">In bytes; zero is a legal size.</param>
public readonly record struct BlobStat(long Size);
