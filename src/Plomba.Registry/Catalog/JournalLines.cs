namespace Plomba.Registry.Catalog;

/// <summary>A line of a journal file.</summary>
/// <param name="Text">Without its newline; valid until the next line is asked for.</param>
/// <param name="IsWhole">False for a rest without a newline at the end of the file.</param>
internal readonly record struct JournalLine(ReadOnlyMemory<byte> Text, bool IsWhole);

/// <summary>Splits a journal file into lines, in little memory.</summary>
internal static class JournalLines
{
    private const int LongestLine = 64 * 1024 * 1024;

    /// <summary>The lines of a file, one after the other in one buffer.</summary>
    /// <exception cref="JournalDamagedException">A line is longer than any entry.</exception>
    public static IEnumerable<JournalLine> Read(string path, CancellationToken cancellation)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var buffer = new byte[256 * 1024];
        var filled = 0;
        long line = 0, offset = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(file, buffer.AsSpan(filled), offset);
            offset += read;
            filled += read;
            if (read == 0)
                break;
            var start = 0;
            while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is >= 0 and var size)
            {
                line++;
                yield return new JournalLine(buffer.AsMemory(start, size), IsWhole: true);
                start += size + 1;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length < LongestLine ? buffer.Length * 2 : throw new JournalDamagedException(path, line + 1, Text.Say("it is longer than any entry")));
        }

        if (filled > 0)
            yield return new JournalLine(buffer.AsMemory(0, filled), IsWhole: false);
    }
}
