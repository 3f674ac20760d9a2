using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace Plomba.Registry.Blobs;

/// <summary>
/// Reads a verified file. 256 KB at a time: measured faster than sendfile. Reads are synchronous, because they come
/// from the page cache and .NET has no asynchronous file reading on Linux other than blocking another thread.
/// </summary>
internal class FileBlobReader(SafeFileHandle file, long length, string path) : BlobReader
{
    /// <summary>Bytes moved at a time.</summary>
    public const int BlockSize = 256 * 1024;

    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellation = default) =>
        ValueTask.FromResult(offset >= length ? 0 : RandomAccess.Read(file, Clip(buffer.Span, offset), offset));

    /// <inheritdoc/>
    public override async ValueTask CopyToAsync(PipeWriter destination, long offset, long count, CancellationToken cancellation = default)
    {
        Check(offset, count);
        while (count > 0)
        {
            var block = (int)Math.Min(count, BlockSize);
            var read = Read(destination.GetMemory(block).Span[..block], offset);
            destination.Advance(read);
            offset += read;
            count -= read;
            var flushed = await destination.FlushAsync(cancellation);
            if (flushed.IsCompleted && count > 0)
                throw new IOException("the reader of this blob has gone");
        }
    }

    /// <inheritdoc/>
    public override async ValueTask CopyToAsync(Stream destination, long offset, long count, CancellationToken cancellation = default)
    {
        Check(offset, count);
        using var memory = Block.Rent((int)Math.Min(count, BlockSize));
        while (count > 0)
        {
            var read = Read(memory.Span[..(int)Math.Min(count, BlockSize)], offset);
            await destination.WriteAsync(memory.Memory[..read], cancellation);
            offset += read;
            count -= read;
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        file.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads at least one byte; a file that became shorter is damaged.</summary>
    protected int Read(Span<byte> buffer, long offset)
    {
        var read = RandomAccess.Read(file, buffer, offset);
        return read > 0 ? read : throw new BlobDamagedException($"{path} became shorter while it was read");
    }

    /// <summary>Refuses a range outside the blob.</summary>
    protected void Check(long offset, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, length - offset);
    }

    private Span<byte> Clip(Span<byte> buffer, long offset) => buffer[..(int)Math.Min(buffer.Length, length - offset)];
}
