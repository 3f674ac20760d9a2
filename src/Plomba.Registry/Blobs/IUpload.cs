using Plomba.Images;

namespace Plomba.Registry.Blobs;

/// <summary>
/// An upload, held by one request: until it is disposed no other request (or process) can open it. Disposing keeps what
/// was appended for a later <see cref="IBlobStore.ResumeAsync"/>, unless it was committed or cancelled.
/// </summary>
public interface IUpload : IAsyncDisposable
{
    /// <summary>The name for the upload's URL.</summary>
    UploadId Id { get; }

    /// <summary>Bytes received so far; the next chunk must start here.</summary>
    long Length { get; }

    /// <summary>
    /// Appends a request's body. When it returns, the bytes survive the death of the process (power loss only after
    /// <see cref="CommitAsync"/>). When the body breaks off its exception passes through, and what had arrived stays.
    /// </summary>
    /// <param name="body">Read to its end.</param>
    /// <param name="maximum">Bytes the body may have; null: no limit.</param>
    /// <param name="cancellation">Stops reading; what has arrived stays.</param>
    ValueTask<AppendResult> AppendAsync(Stream body, long? maximum = null, CancellationToken cancellation = default);

    /// <summary>
    /// Checks the digest and makes the blob durable and visible; an existing damaged one is replaced. The upload is over
    /// with either result; after an exception it stands and can be committed again.
    /// </summary>
    ValueTask<CommitResult> CommitAsync(Digest digest, CancellationToken cancellation = default);

    /// <summary>Throws away what was received; the upload is over.</summary>
    ValueTask CancelAsync();
}

/// <summary>What <see cref="IUpload.AppendAsync"/> did.</summary>
/// <param name="Appended">Bytes taken from the body by this call.</param>
/// <param name="LimitReached">The body was longer than the maximum; the bytes up to the maximum were kept.</param>
public readonly record struct AppendResult(long Appended, bool LimitReached);

/// <summary>What <see cref="IUpload.CommitAsync"/> found.</summary>
public abstract record CommitResult
{
    private CommitResult()
    {
    }

    /// <summary>The blob is durable.</summary>
    public sealed record Committed(long Size) : CommitResult;

    /// <summary>The bytes have another digest (of the same algorithm); they were thrown away.</summary>
    public sealed record DigestMismatch(Digest Actual) : CommitResult;
}

/// <summary>What <see cref="IBlobStore.ResumeAsync"/> found.</summary>
public abstract record UploadOpening
{
    private UploadOpening()
    {
    }

    /// <summary>The caller holds the upload now.</summary>
    public sealed record Opened(IUpload Upload) : UploadOpening;

    /// <summary>No such upload: never begun, over, swept, or another owner's.</summary>
    public sealed record Unknown : UploadOpening;

    /// <summary>Another request is writing it at this moment.</summary>
    public sealed record Busy : UploadOpening;
}
