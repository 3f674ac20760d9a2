namespace Plomba.Registry.Catalog;

/// <summary>Settings of <see cref="JournaledCatalog"/>.</summary>
public sealed record CatalogOptions
{
    /// <summary>The data directory; it is created when it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>A journal file that reached this many bytes is sealed and another begun.</summary>
    public long SegmentSize { get; init; } = 64 * 1024 * 1024;
}
