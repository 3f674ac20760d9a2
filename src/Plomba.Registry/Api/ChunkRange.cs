using System.Globalization;
using System.Runtime.InteropServices;

namespace Plomba.Registry.Api;

/// <summary>
/// The Content-Range of a chunk: <c>FIRST-LAST</c> (OCI distribution spec), or as HTTP writes it, <c>bytes FIRST-LAST/*</c>.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChunkRange(long First, long Last)
{
    /// <summary>Bytes in the chunk.</summary>
    public long Count => Last - First + 1;

    /// <summary>Parses strictly.</summary>
    public static bool TryParse(string text, out ChunkRange range)
    {
        range = default;
        var span = text.AsSpan();
        if (span.StartsWith("bytes ", StringComparison.Ordinal))
            span = span[6..];
        if (span.IndexOf('/') is var slash and >= 0)
            span = span[..slash];
        var dash = span.IndexOf('-');
        if (dash < 0
            || !long.TryParse(span[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !long.TryParse(span[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || last < first || last == long.MaxValue)
            return false;
        range = new ChunkRange(first, last);
        return true;
    }
}
