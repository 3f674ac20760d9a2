using System.Globalization;

namespace Plomba.Registry.Catalog;

/// <summary>Where everything of the catalog lies below the data directory.</summary>
internal sealed class CatalogPaths(string data)
{
    /// <summary>The data directory, absolute.</summary>
    public string Data { get; } = Path.GetFullPath(data);

    /// <summary><c>lock</c>: held by the process that may write.</summary>
    public string Lock => Path.Combine(Data, "lock");

    /// <summary><c>journal/</c></summary>
    public string Journal => Path.Combine(Data, "journal");

    /// <summary><c>index.db</c></summary>
    public string Index => Path.Combine(Data, "index.db");

    /// <summary>The stamp <c>index.db</c> had when the catalog was last closed; absent while it is open and after a crash.</summary>
    public string IndexStamp => Path.Combine(Data, "index.stamp");

    /// <summary>An index that is being made.</summary>
    public string NewIndex => Path.Combine(Data, "index.db.new");

    /// <summary>The first file of a new journal that is being made.</summary>
    public string NewJournal => Path.Combine(Journal, "new");

    /// <summary><c>snapshots/</c></summary>
    public string Snapshots => Path.Combine(Data, "snapshots");

    /// <summary>A place in <c>quarantine/</c> for a damaged journal.</summary>
    public string QuarantineOfJournal(DateTimeOffset time) =>
        Path.Combine(Data, "quarantine", $"journal-{time.UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture)}");
}
