using Microsoft.Win32.SafeHandles;

namespace Plomba.Registry.Blobs;

/// <summary>Opens an existing upload's file under an exclusive lock.</summary>
/// <param name="File">The held file; null: there is none, or it is <paramref name="Busy"/>.</param>
/// <param name="Busy">Another request or process holds it.</param>
internal readonly record struct HeldFile(SafeFileHandle? File, bool Busy)
{
    private const int WouldBlock = 11;

    /// <summary>Tries to hold the file at <paramref name="path"/>.</summary>
    public static HeldFile Open(string path)
    {
        try
        {
            var file = System.IO.File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

            // Between opening and locking it may have been published under another name, or removed.
            if (FileStamp.Of(path)?.Inode == FileStamp.Of(file).Inode)
                return new HeldFile(file, Busy: false);
            file.Dispose();
            return default;
        }
        catch (FileNotFoundException)
        {
            return default;
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            return new HeldFile(null, Busy: true);
        }
    }
}
