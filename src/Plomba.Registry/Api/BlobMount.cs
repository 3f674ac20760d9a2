using Plomba.Images;
using Plomba.Registry.Access;

namespace Plomba.Registry.Api;

/// <summary>
/// Cross-repository mount: a blob becomes part of a repository without being sent again. Only from a repository that links it and that the
/// caller may read: knowing a digest gives no right to its bytes.
/// </summary>
internal static class BlobMount
{
    private const int MostRepositoriesLookedAt = 100;

    /// <summary>Mounts if it may; false: the client sends the bytes.</summary>
    public static async ValueTask<bool> TryMountAsync(Call call, Digest digest)
    {
        if (FindSize(call, digest) is null || await call.Blobs.StatAsync(digest, call.Aborted) is not { } stat)
            return false;
        await call.Catalog.LinkBlobAsync(call.Repository, digest, stat.Size, call.Actor, call.Aborted);
        return true;
    }

    private static long? FindSize(Call call, Digest digest)
    {
        if (call.Query("from") is not { } text)
            return call.Catalog.RepositoriesLinking(digest, MostRepositoriesLookedAt)
                .Where(repository => MayRead(call, repository))
                .Select(repository => call.Catalog.BlobSize(repository, digest))
                .FirstOrDefault(size => size is not null);
        return RepositoryName.TryParse(text, out var from) && MayRead(call, from) ? call.Catalog.BlobSize(from, digest) : null;
    }

    private static bool MayRead(Call call, RepositoryName repository) =>
        call.Caller.RightsIn(call.Site, repository).HasFlag(Rights.Pull);
}
