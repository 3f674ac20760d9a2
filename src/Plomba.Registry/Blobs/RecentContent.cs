using System.Collections.Concurrent;
using Plomba.Images;

namespace Plomba.Registry.Blobs;

/// <summary>Lately read small blobs with the stamp their file had: a manifest that many machines pull costs one statx.</summary>
internal sealed class RecentContent
{
    private const int LargestEntry = 64 * 1024;
    private const long MostBytes = 8 * 1024 * 1024;

    private readonly ConcurrentDictionary<Digest, Entry> _entries = new();
    private long _bytes;

    /// <summary>Content and stamp; the caller compares the stamp with the file.</summary>
    public Entry? Find(Digest digest) => _entries.TryGetValue(digest, out var entry) ? entry : null;

    /// <summary>Keeps verified content that belongs to that stamp.</summary>
    public void Keep(Digest digest, byte[] content, FileStamp stamp)
    {
        if (content.Length > LargestEntry)
            return;
        if (Interlocked.Add(ref _bytes, content.Length) > MostBytes)
        {
            _entries.Clear();
            Interlocked.Exchange(ref _bytes, content.Length);
        }

        _entries[digest] = new Entry(content, stamp);
    }

    /// <summary>What is kept of one blob.</summary>
    public sealed record Entry(byte[] Content, FileStamp Stamp);
}
