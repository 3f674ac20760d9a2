using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Plomba.Images;

namespace Plomba.Registry.Blobs;

/// <summary>The hash of an upload's bytes so far, under the algorithm of <paramref name="like"/>.</summary>
internal sealed class RunningHash(Digest like) : IDisposable
{
    private readonly IncrementalHash _hash = like.CreateHash();

    /// <summary><c>sha256</c>, <c>sha384</c> or <c>sha512</c>.</summary>
    public string Algorithm { get; } = like.Algorithm;

    /// <summary>How many bytes went in.</summary>
    public long Length { get; private set; }

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        Length += bytes.Length;
    }

    /// <summary>Adds the first <paramref name="length"/> bytes of a file: the state of an upload that another process or an earlier life received.</summary>
    public void Append(SafeFileHandle file, long length, CancellationToken cancellation) =>
        Length += BlobHash.Append(_hash, file, length, cancellation);

    /// <summary>The digest so far.</summary>
    public Digest Current => Digest.FromHash(Algorithm, _hash.GetCurrentHash());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
