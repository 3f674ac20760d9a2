using System.IO.Pipelines;

namespace Plomba.Registry.Blobs;

/// <summary>
/// An open blob. Reads are independent of each other and keep working when the blob is deleted meanwhile. A read that
/// meets damage throws <see cref="BlobDamagedException"/> before the last byte was handed out: the caller must
/// then break the response off, never complete it.
/// </summary>
public abstract class BlobReader : IAsyncDisposable
{
    /// <summary>Size of the whole blob in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Reads at <paramref name="offset"/>; 0 at the end. Fewer bytes than asked for is no end.</summary>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellation = default);

    /// <summary>Copies <paramref name="count"/> bytes from <paramref name="offset"/>: the fast way to answer a GET, whole or Range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie in the blob.</exception>
    public abstract ValueTask CopyToAsync(PipeWriter destination, long offset, long count, CancellationToken cancellation = default);

    /// <summary>As the other overload, to a stream.</summary>
    public abstract ValueTask CopyToAsync(Stream destination, long offset, long count, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Bytes on disk turned out not to have their digest while they were being read. They are in quarantine now.</summary>
public sealed class BlobDamagedException(string message) : IOException(message);
