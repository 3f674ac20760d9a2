using Microsoft.Win32.SafeHandles;
using Plomba.Files;
using Plomba.Registry.Blobs;

namespace Plomba.Registry.Catalog;

/// <summary>Appends to the journal. One writer; it is the truth, so nothing is acknowledged before <see cref="Append"/> returns.</summary>
internal sealed class Journal : IDisposable
{
    private readonly string _directory;
    private readonly long _segmentSize;
    private SafeFileHandle? _file;
    private string _path = "";
    private long _length;
    private bool _uncertain;

    /// <summary>Continues after <paramref name="end"/>.</summary>
    /// <param name="directory">The journal's directory.</param>
    /// <param name="last">The last segment; null: the journal is empty.</param>
    /// <param name="length">Its length up to the end of the last whole entry; a torn rest is cut off.</param>
    /// <param name="end">The last whole entry.</param>
    /// <param name="segmentSize">A segment that reached this many bytes is sealed.</param>
    public Journal(string directory, JournalSegment? last, long length, JournalPosition end, long segmentSize)
    {
        _directory = directory;
        _segmentSize = segmentSize;
        End = end;
        if (last is not { } segment)
            return;
        _path = segment.Path;
        _length = length;
        _file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        if (RandomAccess.GetLength(_file) > length)
            CutOff();
    }

    /// <summary>The last entry.</summary>
    public JournalPosition End { get; private set; }

    /// <summary>Whether the next append starts a new segment, the current one being full.</summary>
    public bool IsSegmentFull => _length >= _segmentSize;

    /// <summary>Writes whole lines and makes them durable.</summary>
    /// <exception cref="StorageException">
    /// Nothing was appended. <see cref="StorageFailure.JournalDamaged"/>: somebody changed or removed the file.
    /// </exception>
    public void Append(ReadOnlySpan<byte> lines, JournalPosition end)
    {
        try
        {
            if (_uncertain)
                CutOff();
            if (_file is null || IsSegmentFull)
                Begin();
            CheckUntouched();
            RandomAccess.Write(_file!, lines, _length);
            RandomAccess.FlushToDisk(_file!);
        }
        catch (IOException e) when (e is not StorageException)
        {
            TryCutOff();
            throw StorageException.From(e, $"cannot write the journal {_path}");
        }

        _length += lines.Length;
        End = end;
    }

    /// <summary>Takes the last append back, because the index could not follow and nobody was told of it.</summary>
    public void TakeBack(int bytes, JournalPosition end)
    {
        _length -= bytes;
        End = end;
        TryCutOff();
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Begin()
    {
        var path = Path.Combine(_directory, JournalSegment.NameOf(End.Sequence + 1));

        // An attempt that failed half-way may have left it, empty; what is in it CheckUntouched will see.
        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        File.SetUnixFileMode(file, DurableFile.PrivateMode);
        DurableFile.FlushDirectory(_directory);
        _file?.Dispose();
        _file = file;
        _path = path;
        _length = 0;
    }

    private void CheckUntouched()
    {
        var stamp = FileStamp.Of(_file!);
        if (stamp.Links == 0 || FileStamp.Of(_path)?.Inode != stamp.Inode)
            throw Damaged("was removed or replaced while the server was running");
        if (stamp.Size != _length)
            throw Damaged($"should have {_length} bytes and has {stamp.Size}");
    }

    private StorageException Damaged(string what) => new(
        StorageFailure.JournalDamaged, $"the journal {_path} {what}: nothing is written until `plomba catalog rebuild` has run (stop the server first)");

    private void CutOff()
    {
        RandomAccess.SetLength(_file!, _length);
        RandomAccess.FlushToDisk(_file!);
        _uncertain = false;
    }

    private void TryCutOff()
    {
        try
        {
            _uncertain = true;
            if (_file is not null)
                CutOff();
        }
        catch (IOException)
        {
            // The next append tries again before it writes.
        }
    }
}
