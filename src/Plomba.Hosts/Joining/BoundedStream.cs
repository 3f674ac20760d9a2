namespace Plomba.Hosts.Joining;

/// <summary>Reads what a stranger sends.</summary>
internal static class BoundedStream
{
    /// <summary>The whole stream, unless it goes on behind the limit.</summary>
    public static async Task<BundleFile> ReadAsync(Stream stream, int limit, CancellationToken cancellation)
    {
        using var collected = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            if (collected.Length + count > limit)
                return new BundleFile.TooLong();
            collected.Write(buffer, 0, count);
        }

        return new BundleFile.Content(collected.ToArray());
    }
}
