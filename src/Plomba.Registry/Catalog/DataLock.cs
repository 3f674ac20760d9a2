using Microsoft.Win32.SafeHandles;
using Plomba.Files;

namespace Plomba.Registry.Catalog;

/// <summary>The right to write in a data directory: an flock that ends with the process, however it ends.</summary>
internal sealed class DataLock : IDisposable
{
    private const int WouldBlock = 11;
    private readonly SafeFileHandle _file;

    private DataLock(SafeFileHandle file) => _file = file;

    /// <summary>Makes the directories of the catalog and takes the lock; or says why it cannot.</summary>
    public static (DataLock? Lock, CatalogOpening? Refusal) Take(CatalogPaths paths)
    {
        try
        {
            DurableFile.CreateDirectory(paths.Data);
            var file = File.OpenHandle(paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            DurableFile.CreateDirectory(paths.Journal, DurableFile.PrivateDirectoryMode);
            DurableFile.CreateDirectory(paths.Snapshots, DurableFile.PrivateDirectoryMode);
            return (new DataLock(file), null);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            return (null, new CatalogOpening.InUse(paths.Data));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, new CatalogOpening.NotWritable(paths.Data, FileTrouble.Of(e)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
