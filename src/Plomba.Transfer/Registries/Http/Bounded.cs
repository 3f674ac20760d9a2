namespace Plomba.Transfer.Registries.Http;

/// <summary>Reads what a stranger sends, up to a limit.</summary>
internal static class Bounded
{
    /// <summary>Reads to the end or to <paramref name="limit"/> bytes; <c>IsCut</c> tells that there was more.</summary>
    public static async Task<(byte[] Bytes, bool IsCut)> ReadAsync(Stream stream, int limit, CancellationToken cancellation)
    {
        using var collected = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            // One byte over the limit shows that there is more.
            var room = Math.Min(buffer.Length, limit + 1 - (int)collected.Length);
            var count = await stream.ReadAsync(buffer.AsMemory(0, room), cancellation);
            if (count == 0)
                return (collected.ToArray(), false);
            collected.Write(buffer, 0, count);
            if (collected.Length > limit)
                return (collected.GetBuffer()[..limit], true);
        }
    }
}
