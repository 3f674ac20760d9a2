using System.Globalization;
using Plomba.Files;
using Plomba.Registry.Blobs;
using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>Opens, replaces and closes <c>index.db</c>.</summary>
internal static class IndexFile
{
    /// <summary>The index if it is there and sound; null with the reason when it must be made again.</summary>
    public static (SqliteDatabase? Index, string? Reason) TryOpen(CatalogPaths paths)
    {
        if (!File.Exists(paths.Index))
        {
            File.Delete(paths.IndexStamp);
            return (null, $"{paths.Index} is missing");
        }

        // After a clean stop the file must be the one that was left; after a crash its structure is looked at.
        var stamp = File.Exists(paths.IndexStamp) ? File.ReadAllText(paths.IndexStamp) : null;
        if (stamp is not null && !string.Equals(stamp, StampOf(paths.Index), StringComparison.Ordinal))
            return (null, $"{paths.Index} was changed while no server was using it");
        if (stamp is null && !File.Exists(paths.Index + "-wal"))
            return (null, $"{paths.Index} has lost its write-ahead log");
        SqliteDatabase? index = null;
        try
        {
            index = CatalogIndex.OpenWriter(paths.Index);
            if (stamp is null)
                CatalogIndex.CheckStructure(index);
            _ = CatalogIndex.Position(index);
            DurableFile.Delete(paths.IndexStamp);
            return (index, null);
        }
        catch (SqliteException e)
        {
            index?.Dispose();
            return (null, e.Message);
        }
    }

    /// <summary>Puts a finished new index in the place of the old one.</summary>
    public static void Replace(CatalogPaths paths)
    {
        using (var file = File.OpenHandle(paths.NewIndex, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(file);

        // The old write-ahead log must be gone before the new file has the name, or SQLite would mix the two.
        DurableFile.Delete(paths.IndexStamp);
        foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
            File.Delete(paths.Index + suffix);
        DurableFile.FlushDirectory(paths.Data);
        DurableFile.Publish(paths.NewIndex, paths.Index);
    }

    /// <summary>Closes the writer's connection and remembers how the file was left.</summary>
    public static void Close(CatalogPaths paths, SqliteDatabase index)
    {
        try
        {
            index.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            index.Dispose();
            if (!File.Exists(paths.Index + "-wal") && StampOf(paths.Index) is { } stamp)
                DurableFile.Write(paths.IndexStamp, System.Text.Encoding.ASCII.GetBytes(stamp), DurableFile.PrivateMode);
        }
        catch (IOException)
        {
            // Without the stamp the next start looks at the whole file.
            index.Dispose();
        }
    }

    private static string? StampOf(string path) => FileStamp.Of(path) is { } s
        ? string.Create(CultureInfo.InvariantCulture, $"{s.Size} {s.Modified} {s.Changed} {s.Inode}\n")
        : null;
}
