namespace Plomba.Registry.Catalog;

/// <summary>What came of opening (or rebuilding) a catalog.</summary>
public abstract record CatalogOpening
{
    private CatalogOpening()
    {
    }

    /// <summary>It is open and this process holds the lock; look at <see cref="ICatalog.WritesRefused"/>.</summary>
    public sealed record Opened(ICatalog Catalog) : CatalogOpening;

    /// <summary>Another server is using the data directory.</summary>
    public sealed record InUse(string Directory) : CatalogOpening;

    /// <summary>The data directory cannot be created or written.</summary>
    public sealed record NotWritable(string Directory, string Reason) : CatalogOpening;

    /// <summary>Journal and index are both damaged, so that no answer would be safe. The message names file and line.</summary>
    public sealed record Damaged(string Message) : CatalogOpening;
}
