using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Plomba.Images;

namespace Plomba.Registry.Blobs;

/// <summary>Hashes files that are there already.</summary>
internal static class BlobHash
{
    /// <summary>The digest of a whole file, under the algorithm of <paramref name="like"/>.</summary>
    public static Digest OfFile(SafeFileHandle file, Digest like, CancellationToken cancellation)
    {
        using var hash = like.CreateHash();
        Append(hash, file, long.MaxValue, cancellation);
        return Digest.FromHash(like.Algorithm, hash.GetHashAndReset());
    }

    /// <summary>Feeds the first <paramref name="count"/> bytes of a file, or all when it is shorter; how many it were.</summary>
    public static long Append(IncrementalHash hash, SafeFileHandle file, long count, CancellationToken cancellation)
    {
        using var block = Block.Rent(FileBlobReader.BlockSize);
        long offset = 0;
        while (offset < count)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(file, block.Span[..(int)Math.Min(count - offset, FileBlobReader.BlockSize)], offset);
            if (read == 0)
                break;
            hash.AppendData(block.Span[..read]);
            offset += read;
        }

        return offset;
    }
}
