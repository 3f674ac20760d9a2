using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Plomba.Images;

namespace Plomba.Registry.Blobs;

/// <summary>
/// Reads for <see cref="VerifyReads.Always"/>: a whole copy is hashed on its way and its last block withheld until the digest
/// matches; anything else (a Range) is hashed in full before its first byte leaves.
/// </summary>
internal sealed class VerifyingBlobReader(SafeFileHandle file, long length, string path, Digest digest, Action damaged)
    : FileBlobReader(file, length, path)
{
    private readonly SafeFileHandle _file = file;
    private readonly string _path = path;
    private bool _verified;

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellation = default)
    {
        VerifyWhole(cancellation);
        return base.ReadAsync(buffer, offset, cancellation);
    }

    /// <inheritdoc/>
    public override async ValueTask CopyToAsync(PipeWriter destination, long offset, long count, CancellationToken cancellation = default) =>
        await CopyToAsync(destination.AsStream(leaveOpen: true), offset, count, cancellation);

    /// <inheritdoc/>
    public override async ValueTask CopyToAsync(Stream destination, long offset, long count, CancellationToken cancellation = default)
    {
        Check(offset, count);
        if (offset != 0 || count != Length || _verified)
        {
            VerifyWhole(cancellation);
            await base.CopyToAsync(destination, offset, count, cancellation);
            return;
        }

        using var block = Block.Rent(BlockSize);
        using var hash = digest.CreateHash();
        while (count > 0)
        {
            var read = Read(block.Span[..(int)Math.Min(count, BlockSize)], offset);
            hash.AppendData(block.Span[..read]);
            offset += read;
            count -= read;
            if (count == 0)
                Judge(hash);
            await destination.WriteAsync(block.Memory[..read], cancellation);
        }

        if (Length == 0)
            Judge(hash);
    }

    private void VerifyWhole(CancellationToken cancellation)
    {
        if (_verified)
            return;
        Judge(BlobHash.OfFile(_file, digest, cancellation));
    }

    private void Judge(IncrementalHash hash) => Judge(Digest.FromHash(digest.Algorithm, hash.GetHashAndReset()));

    private void Judge(Digest actual)
    {
        _verified = actual == digest;
        if (_verified)
            return;
        damaged();
        throw new BlobDamagedException($"{_path} holds {actual}: moved to quarantine; push the blob again to heal it");
    }
}
