using Microsoft.Win32.SafeHandles;
using Plomba.Images;

namespace Plomba.Registry.Blobs;

/// <summary>An upload in a file that is locked (flock) while a request holds it, so that it works across processes.</summary>
internal sealed class FileUpload : IUpload
{
    // Begin writing to disk while bytes still arrive: the fsync at the end is then short.
    private const long WritebackSize = 8 * 1024 * 1024;

    private readonly FileBlobStore _store;
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly Digest _like;
    private RunningHash? _hash;
    private long _writtenBack;
    private bool _over;

    public FileUpload(FileBlobStore store, UploadId id, string path, SafeFileHandle file, Digest like)
    {
        _store = store;
        _path = path;
        _file = file;
        _like = like;
        Id = id;
        Length = RandomAccess.GetLength(file);
        _writtenBack = Length;
        _hash = store.Hashes.Take(id, Length);
    }

    /// <inheritdoc/>
    public UploadId Id { get; }

    /// <inheritdoc/>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<AppendResult> AppendAsync(Stream body, long? maximum = null, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_over, this);
        var hash = HashSoFar(_like, cancellation);
        using var block = Block.Rent(FileBlobReader.BlockSize);
        var start = Length;
        while (true)
        {
            var left = (maximum ?? long.MaxValue) - (Length - start);
            var read = await body.ReadAsync(block.Memory, cancellation);
            if (read == 0)
                return new AppendResult(Length - start, LimitReached: false);
            var kept = (int)Math.Min(read, left);
            Write(block.Span[..kept], hash);
            if (kept < read)
                return new AppendResult(Length - start, LimitReached: true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(Digest digest, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_over, this);
        var actual = HashSoFar(digest, cancellation) is var hash && hash.Length == Length
            ? hash.Current
            : throw new StorageException(StorageFailure.Broken, $"{_path} became shorter while it was held");
        if (actual != digest)
        {
            _over = true;
            File.Delete(_path);
            return ValueTask.FromResult<CommitResult>(new CommitResult.DigestMismatch(actual));
        }

        _store.Publish(_path, _file, digest);
        _over = true;
        return ValueTask.FromResult<CommitResult>(new CommitResult.Committed(Length));
    }

    /// <inheritdoc/>
    public ValueTask CancelAsync()
    {
        _over = true;
        File.Delete(_path);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (_hash is { } hash && !_over)
            _store.Hashes.Keep(Id, hash);
        else
            _hash?.Dispose();
        _hash = null;
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Write(ReadOnlySpan<byte> bytes, RunningHash hash)
    {
        try
        {
            RandomAccess.Write(_file, bytes, Length);
        }
        catch (IOException e)
        {
            // What a failed write left behind was never counted.
            RandomAccess.SetLength(_file, Length);
            throw StorageException.From(e, $"cannot write the upload {_path}");
        }

        hash.Append(bytes);
        Length += bytes.Length;
        if (Length - _writtenBack >= WritebackSize)
        {
            FileStamp.BeginWriteback(_file, _writtenBack, Length - _writtenBack);
            _writtenBack = Length;
        }
    }

    private RunningHash HashSoFar(Digest like, CancellationToken cancellation)
    {
        if (_hash is { } known && known.Algorithm == like.Algorithm)
            return known;
        _hash?.Dispose();
        _hash = null;
        var hash = new RunningHash(like);
        hash.Append(_file, Length, cancellation);
        return _hash = hash;
    }
}
