using System.Globalization;
using System.Text;

namespace Plomba.Transfer.Layouts;

/// <summary>
/// Walks the entries of a tar archive of any dialect (v7, ustar, GNU, PAX) front to back. System.Formats.Tar is not
/// used: a header of 512 bytes makes it reserve as much memory as the header says. Here an extended header may have one
/// mebibyte, and content is read or passed over without being kept.
/// </summary>
internal sealed class TarEntries(Stream archive)
{
    private const int BlockLength = 512;
    private const int LongestExtension = 1024 * 1024;
    private const int MostEntries = 1_000_000;

    // The largest images have some tens of GiB: what expands to more is a bomb.
    private const long MostBytes = 512L * 1024 * 1024 * 1024;

    private readonly byte[] _block = new byte[BlockLength];
    private long _bytes;
    private int _entries;
    private long _unread;
    private long _length;

    /// <summary>The next entry; null at the end. What the entry before left unread is passed over.</summary>
    /// <exception cref="InvalidDataException">This is no tar archive, or one beyond the limits.</exception>
    public TarEntry? Next(CancellationToken cancellation)
    {
        string? name = null;
        string? target = null;
        long? length = null;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Skip(_unread, cancellation);
            if (!ReadHeader())
                return null;
            if (++_entries > MostEntries)
                throw new InvalidDataException($"more than {MostEntries} entries");
            var type = (char)_block[156];
            var size = Number(_block.AsSpan(124, 12));
            switch (type)
            {
                case 'x':
                    var records = Pax(Extension(size));
                    name = records.GetValueOrDefault("path") ?? name;
                    target = records.GetValueOrDefault("linkpath") ?? target;
                    length = records.TryGetValue("size", out var text) ? Decimal(text) : length;
                    break;
                case 'g':
                    Extension(size);
                    break;
                case 'L':
                    name = Text(Extension(size));
                    break;
                case 'K':
                    target = Text(Extension(size));
                    break;
                default:
                    return Entry(type, name ?? Name(), target ?? Text(_block.AsSpan(157, 100)), length ?? size);
            }
        }
    }

    /// <summary>The content of the entry that <see cref="Next"/> gave last.</summary>
    /// <param name="limit">Longest content accepted, in bytes.</param>
    /// <exception cref="InvalidDataException">It is longer, or the archive ends in it.</exception>
    public byte[] Read(int limit)
    {
        if (_length > limit)
            throw new InvalidDataException($"exceeded maximum allowed size of {limit} bytes");
        var content = new byte[_length];
        ReadExactly(content);
        _unread -= content.Length;
        return content;
    }

    private TarEntry Entry(char type, string name, string target, long size)
    {
        var kind = type switch
        {
            '\0' or '0' or '7' => name.EndsWith('/') ? TarEntryKind.Other : TarEntryKind.File,
            '2' => TarEntryKind.Link,
            _ => TarEntryKind.Other,
        };

        // Links, devices, directories and pipes have no content, whatever their header says.
        var length = type is >= '1' and <= '6' ? 0 : size;
        if (type == 'S')
            SkipSparseMap();
        _length = length;
        _unread = Padded(length);
        return new TarEntry(name, kind, kind == TarEntryKind.Link ? target : "", length);
    }

    // An archive ends with two blocks of zeros, or where the stream does.
    private bool ReadHeader()
    {
        for (var zeros = 0; zeros < 2; zeros++)
        {
            var read = archive.ReadAtLeast(_block, BlockLength, throwOnEndOfStream: false);
            if (read == 0)
                return false;
            if (read < BlockLength)
                throw new InvalidDataException("unexpected EOF");
            Count(BlockLength);
            if (_block.AsSpan().ContainsAnyExcept((byte)0))
                return zeros == 0 && IsSumRight() ? true : throw Invalid();
        }

        return false;
    }

    private bool IsSumRight()
    {
        int unsigned = 0, signed = 0;
        for (var i = 0; i < BlockLength; i++)
        {
            var value = i is >= 148 and < 156 ? (byte)' ' : _block[i];
            unsigned += value;
            signed += (sbyte)value;
        }

        var said = Number(_block.AsSpan(148, 8));
        return said == unsigned || said == signed;
    }

    private string Name()
    {
        var name = Text(_block.AsSpan(0, 100));
        var isUstar = _block.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        var prefix = isUstar ? Text(_block.AsSpan(345, 155)) : "";
        return prefix.Length > 0 ? $"{prefix}/{name}" : name;
    }

    private byte[] Extension(long size)
    {
        if (size > LongestExtension)
            throw new InvalidDataException("archive/tar: header field too long");
        var content = new byte[size];
        ReadExactly(content);
        _unread = Padded(size) - size;
        return content;
    }

    // "LENGTH KEY=VALUE\n", the length counting itself.
    private static Dictionary<string, string> Pax(ReadOnlySpan<byte> content)
    {
        var records = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!content.IsEmpty)
        {
            var blank = content.IndexOf((byte)' ');
            if (blank is < 1 or > 9 || !int.TryParse(content[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= blank + 2 || length > content.Length || content[length - 1] != '\n')
            {
                throw Invalid();
            }

            var record = content[(blank + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1)
                throw Invalid();
            records[Encoding.UTF8.GetString(record[..equals])] = Encoding.UTF8.GetString(record[(equals + 1)..]);
            content = content[length..];
        }

        return records;
    }

    // A sparse file's map goes on in blocks of its own; their 505th byte tells of another.
    private void SkipSparseMap()
    {
        for (var more = _block[482]; more != 0; more = _block[504])
            ReadExactly(_block);
    }

    private void Skip(long length, CancellationToken cancellation)
    {
        _unread = 0;
        if (archive.CanSeek && length <= archive.Length - archive.Position)
        {
            archive.Position += length;
            Count(length);
            return;
        }

        var buffer = new byte[64 * 1024];
        while (length > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = archive.Read(buffer, 0, (int)Math.Min(buffer.Length, length));
            if (read == 0)
            {
                // Padding may be missing at the very end, content not.
                if (length >= BlockLength)
                    throw new InvalidDataException("unexpected EOF");
                return;
            }

            Count(read);
            length -= read;
        }
    }

    private void ReadExactly(Span<byte> content)
    {
        if (archive.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) < content.Length)
            throw new InvalidDataException("unexpected EOF");
        Count(content.Length);
    }

    private void Count(long bytes)
    {
        if ((_bytes += bytes) > MostBytes)
            throw new InvalidDataException($"exceeded maximum allowed size of {MostBytes} bytes");
    }

    private static long Padded(long length) => (length + BlockLength - 1) / BlockLength * BlockLength;

    // Octal digits, or (first bit set) a binary number.
    private static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            long value = field[0] & 0x7f;
            foreach (var next in field[1..])
            {
                if (value > long.MaxValue >> 9)
                    throw Invalid();
                value = value << 8 | next;
            }

            return value < MostBytes ? value : throw Invalid();
        }

        long octal = 0;
        foreach (var digit in field.Trim(" \0"u8))
            octal = digit is >= (byte)'0' and <= (byte)'7' ? octal * 8 + (digit - '0') : throw Invalid();
        return octal;
    }

    private static long Decimal(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value < MostBytes ? value : throw Invalid();

    private static string Text(ReadOnlySpan<byte> field) =>
        Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);

    private static InvalidDataException Invalid() => new("archive/tar: invalid tar header");
}
