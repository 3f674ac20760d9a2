namespace Plomba.Registry.Blobs;

/// <summary>When the bytes of a blob are compared with its digest.</summary>
public enum VerifyReads
{
    /// <summary>At the first read after the file changed (size, times or inode differ from those recorded at its verification).</summary>
    OnChange,

    /// <summary>At every read; the last block is withheld until the digest matches.</summary>
    Always,
}

/// <summary>Settings of <see cref="FileBlobStore"/>.</summary>
public sealed record FileBlobStoreOptions
{
    /// <summary>The data directory; <c>blobs/</c>, <c>uploads/</c> and <c>quarantine/</c> are made in it.</summary>
    public required string Directory { get; init; }

    /// <summary>The site's <c>verify-reads</c>.</summary>
    public VerifyReads VerifyReads { get; init; } = VerifyReads.OnChange;
}
