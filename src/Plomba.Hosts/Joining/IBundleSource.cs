namespace Plomba.Hosts.Joining;

/// <summary>Where the files of a trust bundle come from. Nothing it hands out is believed.</summary>
public interface IBundleSource
{
    /// <summary>One file.</summary>
    /// <param name="name">Relative path of plain names: <c>timestamp.json</c>, <c>targets/…</c></param>
    /// <param name="limit">Most bytes; reading stops there.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<BundleFile> FetchAsync(string name, int limit, CancellationToken cancellation);
}

/// <summary>What a source has under a name.</summary>
public abstract record BundleFile
{
    private BundleFile()
    {
    }

    /// <summary>Its bytes.</summary>
    public sealed record Content(ReadOnlyMemory<byte> Bytes) : BundleFile;

    /// <summary>There is no such file.</summary>
    public sealed record Missing : BundleFile;

    /// <summary>It is longer than the limit.</summary>
    public sealed record TooLong : BundleFile;

    /// <summary>It cannot be had now.</summary>
    /// <param name="Why">For people, in one line.</param>
    public sealed record Unreachable(string Why) : BundleFile;
}
