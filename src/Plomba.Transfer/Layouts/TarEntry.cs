namespace Plomba.Transfer.Layouts;

/// <summary>One entry of a tar archive: where it is said to be and what it is; its content follows in the stream.</summary>
/// <param name="Name">As written; never used as a path of this machine.</param>
/// <param name="Kind">Whether there is content to read.</param>
/// <param name="Target">Where a symbolic link leads; empty for others.</param>
/// <param name="Length">Bytes of content in the stream.</param>
internal sealed record TarEntry(string Name, TarEntryKind Kind, string Target, long Length);

/// <summary>What an entry of a tar archive is.</summary>
internal enum TarEntryKind
{
    /// <summary>A file with content.</summary>
    File,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A directory, a device, a hard link, a sparse file.</summary>
    Other,
}
