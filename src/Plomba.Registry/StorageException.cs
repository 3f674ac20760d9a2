namespace Plomba.Registry;

/// <summary>Why the data directory could not do what was asked.</summary>
public enum StorageFailure
{
    /// <summary>No space (or quota) left; the same request works again when there is space. HTTP 507.</summary>
    Full,

    /// <summary>The disk or the index failed; details are in the message. HTTP 500.</summary>
    Broken,

    /// <summary>The journal is damaged: nothing is written until <c>plomba catalog rebuild</c>. HTTP 503.</summary>
    JournalDamaged,

    /// <summary>The index is being made again, or the server is stopping; try again in a moment. HTTP 503.</summary>
    Unavailable,
}

/// <summary>
/// The world under the registry is broken: the request failed, nothing of it was acknowledged, everything acknowledged
/// before stands. The message names the file and what to do next, and may be shown to administrators.
/// </summary>
public sealed class StorageException(StorageFailure failure, string message, Exception? cause = null) : IOException(message, cause)
{
    /// <summary>The kind of trouble, which decides the HTTP status.</summary>
    public StorageFailure Failure { get; } = failure;

    /// <summary>Whether <paramref name="e"/> says that the disk or the quota is full (ENOSPC, EDQUOT).</summary>
    internal static bool IsFull(Exception e) => e is IOException { HResult: 28 or 122 };

    /// <summary>Wraps an error of the file system met while doing <paramref name="what"/>.</summary>
    internal static StorageException From(IOException e, string what) =>
        e as StorageException ?? new StorageException(IsFull(e) ? StorageFailure.Full : StorageFailure.Broken, $"{what}: {e.Message}", e);
}
