using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Plomba.Files;
using Plomba.Images;

namespace Plomba.Registry.Blobs;

/// <summary>
/// Blobs as files below <c>&lt;data&gt;/blobs/&lt;algorithm&gt;/ab/&lt;hex&gt;</c>. Several processes may work on one directory:
/// nothing but caches is kept in memory.
/// </summary>
public sealed partial class FileBlobStore : IBlobStore, IDisposable
{
    private readonly ConcurrentDictionary<string, bool> _directories = new(StringComparer.Ordinal);
    private readonly Lock[] _names = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];
    private readonly FileBlobStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly BlobPaths _paths;
    private readonly VerifiedStamps _stamps;
    private readonly BlobVerification _verification;
    private readonly RecentContent _recent = new();

    /// <summary>Opens (and on first use makes) the store.</summary>
    /// <exception cref="StorageException">The directories cannot be made.</exception>
    public FileBlobStore(FileBlobStoreOptions options, TimeProvider time, ILogger<FileBlobStore> log)
    {
        _options = options;
        _time = time;
        _log = log;
        _paths = new BlobPaths(Path.GetFullPath(options.Directory));
        try
        {
            // Images may be private: other accounts of the host have no business here.
            foreach (var directory in (ReadOnlySpan<string>)[_paths.Blobs, _paths.Uploads, _paths.Quarantine])
                DurableFile.CreateDirectory(directory, DurableFile.PrivateDirectoryMode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageFailure.Broken, $"cannot make the blob store in {options.Directory}: {e.Message}", e);
        }

        _stamps = new VerifiedStamps(_paths.Stamps, time, log);
        _verification = new BlobVerification(_paths, _stamps, time, MoveToQuarantine);
    }

    internal RunningHashes Hashes { get; } = new();

    /// <inheritdoc/>
    public async ValueTask<BlobStat?> StatAsync(Digest digest, CancellationToken cancellation = default)
    {
        if (FileStamp.Of(_paths.Of(digest)) is not { } stamp)
            return null;
        if (_stamps.IsVerified(digest, stamp))
            return new BlobStat(stamp.Size);
        return await _verification.VerifyAsync(digest, cancellation) is { } verified ? new BlobStat(verified.Size) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<BlobReader?> OpenAsync(Digest digest, CancellationToken cancellation = default)
    {
        var path = _paths.Of(digest);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var file = FileStamp.OpenRead(path);
            if (file is null)
                return null;
            var stamp = FileStamp.Of(file);
            if (_options.VerifyReads == VerifyReads.Always)
                return new VerifyingBlobReader(file, stamp.Size, path, digest, () => MoveToQuarantine(digest, stamp));
            if (_stamps.IsVerified(digest, stamp))
                return new FileBlobReader(file, stamp.Size, path);

            // The stamp a verification returns may be too young to be recorded; it holds for this very file all the same.
            var verified = await _verification.VerifyAsync(digest, cancellation);
            if (verified is { } whole && whole.Inode == stamp.Inode && whole.Changed == stamp.Changed)
                return new FileBlobReader(file, stamp.Size, path);
            file.Dispose();
            if (verified is null)
                return null;
        }

        return null;
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Digest digest, int maximum, CancellationToken cancellation = default)
    {
        if (_recent.Find(digest) is { } recent && recent.Content.Length <= maximum && FileStamp.Of(_paths.Of(digest)) == recent.Stamp)
            return recent.Content;
        await using var reader = await OpenAsync(digest, cancellation);
        if (reader is null || reader.Length > maximum)
            return null;
        var stamp = FileStamp.Of(_paths.Of(digest));
        var content = new byte[reader.Length];
        for (var at = 0; at < content.Length;)
        {
            var read = await reader.ReadAsync(content.AsMemory(at), at, cancellation);
            if (read == 0)
                throw new BlobDamagedException($"{_paths.Of(digest)} became shorter while it was read");
            at += read;
        }

        if (stamp is { } now && _stamps.IsVerified(digest, now))
            _recent.Keep(digest, content, now);
        return content;
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutAsync(Digest digest, ReadOnlyMemory<byte> content, CancellationToken cancellation = default)
    {
        if (digest.Of(content.Span) != digest)
            return ValueTask.FromResult(false);
        var path = Path.Combine(_paths.Uploads, $"{UploadId.Random().Text}.put");
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            RandomAccess.Write(file, content.Span, 0);
            Publish(path, file, digest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(path);
            throw e is IOException io ? StorageException.From(io, $"cannot store {digest}") : new StorageException(StorageFailure.Broken, e.Message, e);
        }

        return ValueTask.FromResult(true);
    }

    /// <inheritdoc/>
    public ValueTask<IUpload> BeginAsync(UploadOwner owner, Digest? expected = null, CancellationToken cancellation = default)
    {
        var id = UploadId.Random();
        var path = _paths.Of(id, owner);
        try
        {
            var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            return ValueTask.FromResult<IUpload>(new FileUpload(this, id, path, file, expected ?? Standard));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageException.IsFull(e) ? StorageFailure.Full : StorageFailure.Broken, $"cannot begin an upload: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public ValueTask<UploadOpening> ResumeAsync(UploadId id, UploadOwner owner, CancellationToken cancellation = default)
    {
        var path = _paths.Of(id, owner);
        return ValueTask.FromResult<UploadOpening>(HeldFile.Open(path) switch
        {
            { File: { } file } => new UploadOpening.Opened(new FileUpload(this, id, path, file, Standard)),
            { Busy: true } => new UploadOpening.Busy(),
            _ => new UploadOpening.Unknown(),
        });
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(Digest digest, CancellationToken cancellation = default)
    {
        var path = _paths.Of(digest);
        lock (NameLock(digest))
        {
            // Not fsynced: a blob that comes back after power loss harms nobody, the catalog says what is there.
            var there = FileStamp.Of(path) is not null;
            if (there)
                File.Delete(path);
            _stamps.Forget(digest);
            return ValueTask.FromResult(there);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Digest> EnumerateAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.CompletedTask;
        foreach (var digest in _paths.Enumerate())
        {
            cancellation.ThrowIfCancellationRequested();
            yield return digest;
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> SweepUploadsAsync(TimeSpan age, CancellationToken cancellation = default)
    {
        var removed = 0;
        var limit = (_time.GetUtcNow() - age).UtcDateTime;
        foreach (var path in Directory.EnumerateFiles(_paths.Uploads))
        {
            cancellation.ThrowIfCancellationRequested();
            if (File.GetLastWriteTimeUtc(path) > limit)
                continue;
            using var file = HeldFile.Open(path).File;
            if (file is null)
                continue;
            File.Delete(path);
            removed++;
        }

        return ValueTask.FromResult(removed);
    }

    /// <summary>Writes the stamps that are only in memory.</summary>
    public void Dispose()
    {
        _stamps.Dispose();
        Hashes.Dispose();
    }

    /// <summary>Makes a complete file with checked content the blob: durable on return, visible only when durable.</summary>
    internal void Publish(string temporary, SafeFileHandle file, Digest digest)
    {
        var path = _paths.Of(digest);
        if (FileStamp.Of(path) is { } present && _stamps.IsVerified(digest, present))
        {
            // Stamps are recorded after everything is durable: there is nothing left to do.
            File.Delete(temporary);
            return;
        }

        try
        {
            // The kernel's clock for file times is coarse. With a precise time as its mark, a change in the same tick shows.
            var mark = _time.GetUtcNow().UtcDateTime;
            File.SetLastWriteTimeUtc(file, mark);
            RandomAccess.FlushToDisk(file);
            var directory = _paths.DirectoryOf(digest);
            EnsureDirectory(directory);
            lock (NameLock(digest))
                DurableFile.Rename(temporary, path);
            DurableFile.FlushDirectory(directory);
            if (FileStamp.Of(path) is { } stamp && stamp == FileStamp.Of(file) && stamp.Modified == (mark - DateTime.UnixEpoch).Ticks * 100)
                _stamps.Record(digest, stamp);
        }
        catch (IOException e)
        {
            throw StorageException.From(e, $"cannot store {digest}");
        }
    }

    private void EnsureDirectory(string directory)
    {
        if (_directories.ContainsKey(directory) && Directory.Exists(directory))
            return;
        DurableFile.CreateDirectory(directory);

        // Another process may have made it a moment ago and died before its fsync.
        DurableFile.FlushDirectory(Path.GetDirectoryName(directory)!);
        DurableFile.FlushDirectory(_paths.Blobs);
        _directories[directory] = true;
    }

    private void MoveToQuarantine(Digest digest, FileStamp seen)
    {
        var path = _paths.Of(digest);
        lock (NameLock(digest))
        {
            // Healed in the meantime, it is another file.
            if (FileStamp.Of(path)?.Inode != seen.Inode)
                return;
            _stamps.Forget(digest);
            var place = _paths.QuarantineOf(digest);
            try
            {
                DurableFile.Publish(path, place);
                LogDamaged(_log, digest, place);
            }
            catch (IOException e)
            {
                // It stays where it is, unverified: every request finds the damage anew and gets nothing.
                LogStays(_log, digest, e.Message);
            }
        }
    }

    private Lock NameLock(Digest digest) => _names[digest.Hex[0] % 8 * 8 + digest.Hex[1] % 8];

    private static Digest Standard { get; } = Digest.Sha256([]);

    [LoggerMessage(EventId = 100, Level = LogLevel.Error,
        Message = "Blob {Digest} is damaged on disk: moved to {Place}. Images that need it fail until it is pushed again")]
    private static partial void LogDamaged(ILogger log, Digest digest, string place);

    [LoggerMessage(EventId = 101, Level = LogLevel.Error, Message = "Blob {Digest} is damaged on disk and cannot be moved to quarantine ({Reason})")]
    private static partial void LogStays(ILogger log, Digest digest, string reason);
}
