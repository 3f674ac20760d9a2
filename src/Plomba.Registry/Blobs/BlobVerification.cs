using System.Collections.Concurrent;
using Plomba.Images;

namespace Plomba.Registry.Blobs;

/// <summary>Compares files with their digests; many who ask for the same blob wait for one hashing.</summary>
internal sealed class BlobVerification(BlobPaths paths, VerifiedStamps stamps, TimeProvider time, Action<Digest, FileStamp> damaged)
{
    // The kernel's clock for file times has ticks of up to 10 ms: a file changed so lately may change again unseen.
    private const long Tick = 20_000_000;

    private readonly ConcurrentDictionary<Digest, Lazy<Task<FileStamp?>>> _running = new();

    /// <summary>The stamp of the whole, right file; null when it is absent, or was damaged and is in quarantine now.</summary>
    public Task<FileStamp?> VerifyAsync(Digest digest, CancellationToken cancellation)
    {
        var work = _running.GetOrAdd(digest, d => new Lazy<Task<FileStamp?>>(() => Task.Run(() => VerifyOnce(d), CancellationToken.None)));
        return work.Value.WaitAsync(cancellation);
    }

    private FileStamp? VerifyOnce(Digest digest)
    {
        try
        {
            return Verify(digest);
        }
        finally
        {
            _running.TryRemove(digest, out _);
        }
    }

    private FileStamp? Verify(Digest digest)
    {
        using var file = FileStamp.OpenRead(paths.Of(digest));
        if (file is null)
            return null;
        var before = FileStamp.Of(file);
        var actual = BlobHash.OfFile(file, digest, CancellationToken.None);
        if (actual != digest)
        {
            damaged(digest, before);
            return null;
        }

        // Changed under our hands: nobody knows which bytes were hashed.
        if (FileStamp.Of(file) != before)
            return null;
        if (Math.Max(before.Changed, before.Modified) < ((time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100) - Tick)
            stamps.Record(digest, before);
        return before;
    }
}
