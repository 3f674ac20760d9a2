using System.Globalization;
using System.Security.Cryptography;
using Plomba.Files;
using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>
/// Copies of the index, each with the SHA-256 of its file beside it: a rebuild need not read the journal from its
/// beginning, and a damaged part of the journal that a snapshot covers costs nothing.
/// </summary>
internal sealed class Snapshots(string directory)
{
    // One that turns out damaged must not be the only one.
    private const int Kept = 2;

    /// <summary>Makes a snapshot of what <paramref name="reader"/> sees, and removes the oldest. Writers go on meanwhile.</summary>
    public void Make(SqliteDatabase reader)
    {
        var temporary = Path.Combine(directory, ".new.db");
        File.Delete(temporary);
        CatalogIndex.CopyTo(reader, temporary);
        JournalPosition position;
        using (var copy = new SqliteDatabase(temporary, writable: true))
            position = CatalogIndex.Position(copy);
        using (var file = File.OpenHandle(temporary, FileMode.Open, FileAccess.ReadWrite))
        {
            File.SetUnixFileMode(file, DurableFile.PrivateMode);
            RandomAccess.FlushToDisk(file);
        }

        var path = Path.Combine(directory, $"{position.Sequence.ToString("D20", CultureInfo.InvariantCulture)}.db");
        DurableFile.Write(path + ".sha256", System.Text.Encoding.ASCII.GetBytes(HashOf(temporary)), DurableFile.PrivateMode);
        DurableFile.Publish(temporary, path);
        foreach (var old in List().Skip(Kept))
        {
            File.Delete(old);
            File.Delete(old + ".sha256");
        }
    }

    /// <summary>Copies the newest whole snapshot to <paramref name="target"/>; null when there is none.</summary>
    public JournalPosition? Restore(string target)
    {
        foreach (var path in List().Where(IsWhole))
        {
            try
            {
                File.Copy(path, target, overwrite: true);
                using var copy = new SqliteDatabase(target, writable: true);
                CatalogIndex.CheckStructure(copy);
                return CatalogIndex.Position(copy);
            }
            catch (SqliteException)
            {
                // An older one may do.
            }
        }

        return null;
    }

    /// <summary>The last entry the newest whole snapshot holds; 0 when there is none.</summary>
    public long NewestSequence => SequenceOf(List().FirstOrDefault(IsWhole) ?? "");

    private static bool IsWhole(string path) =>
        File.Exists(path + ".sha256") && string.Equals(File.ReadAllText(path + ".sha256"), HashOf(path), StringComparison.Ordinal);

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static long SequenceOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private List<string> List() =>
        Directory.EnumerateFiles(directory, "*.db").Where(path => SequenceOf(path) > 0).OrderByDescending(SequenceOf).ToList();
}
