using Plomba.Images;
using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>The rules of each write, decided against the index inside the transaction that records it.</summary>
internal static class CatalogDecisions
{
    public static (PutManifestResult Result, CatalogEvent? Event) Put(SqliteDatabase index, PutManifest manifest)
    {
        foreach (var blob in manifest.ReferencedBlobs)
        {
            if (IndexQueries.BlobSize(index, manifest.Repository, blob) is null)
                return (new PutManifestResult.MissingBlob(blob), null);
        }

        foreach (var child in manifest.ReferencedManifests)
        {
            if (IndexQueries.FindManifest(index, manifest.Repository, child) is null)
                return (new PutManifestResult.MissingManifest(child), null);
        }

        if (manifest.Condition is { } condition)
        {
            foreach (var tag in manifest.Tags)
            {
                if (IndexQueries.FindManifest(index, manifest.Repository, tag)?.Digest != condition.Expected)
                    return (new PutManifestResult.Moved(tag), null);
            }
        }

        var created = new PutManifestResult.Created();
        return IsRecorded(index, manifest) ? (created, null) : (created, new CatalogEvent.ManifestPut(manifest));
    }

    public static (bool Result, CatalogEvent? Event) Link(SqliteDatabase index, RepositoryName repository, Digest digest, long size) =>
        IndexQueries.BlobSize(index, repository, digest) == size
            ? (true, null)
            : (true, new CatalogEvent.BlobLinked(repository, digest, size));

    public static (UnlinkResult Result, CatalogEvent? Event) Unlink(SqliteDatabase index, RepositoryName repository, Digest digest)
    {
        if (IndexQueries.BlobSize(index, repository, digest) is null)
            return (UnlinkResult.NotThere, null);
        return IndexQueries.IsReferenced(index, repository, digest)
            ? (UnlinkResult.InUse, null)
            : (UnlinkResult.Unlinked, new CatalogEvent.BlobUnlinked(repository, digest));
    }

    public static (bool Result, CatalogEvent? Event) DeleteTag(SqliteDatabase index, RepositoryName repository, Tag tag) =>
        IndexQueries.FindManifest(index, repository, tag) is null ? (false, null) : (true, new CatalogEvent.TagDeleted(repository, tag));

    public static (bool Result, CatalogEvent? Event) DeleteManifest(SqliteDatabase index, RepositoryName repository, Digest digest) =>
        IndexQueries.FindManifest(index, repository, digest) is null ? (false, null) : (true, new CatalogEvent.ManifestDeleted(repository, digest, IndexQueries.CountSignatures(index, repository, digest)));

    public static (AddSignatureResult Result, CatalogEvent? Event) Add(SqliteDatabase index, AddSignature signature)
    {
        if (signature.Content.Length is 0 or > AddSignature.MaximumSize)
            return (AddSignatureResult.BadSize, null);
        if (IndexQueries.HasSignature(index, signature))
            return (AddSignatureResult.AlreadyThere, null);
        var (all, own) = IndexQueries.CountSignatures(index, signature);
        if (all >= AddSignature.MaximumCount)
            return (AddSignatureResult.TooMany, null);
        // The nameless are not told apart: where they may sign, there are no makers to protect from each other.
        return own >= AddSignature.MaximumPerAccount && signature.Actor.Account.Length > 0
            ? (AddSignatureResult.TooManyOfAccount, null)
            : (AddSignatureResult.Added, new CatalogEvent.SignatureAdded(signature));
    }

    // The same digest means the same bytes, so only what was given beside them can differ.
    private static bool IsRecorded(SqliteDatabase index, PutManifest manifest) =>
        IndexQueries.FindManifest(index, manifest.Repository, manifest.Digest) is { } known
        && known == new ManifestRecord(manifest.Digest, manifest.MediaType, manifest.Size, manifest.ArtifactType, manifest.Subject)
        && manifest.Tags.All(tag => IndexQueries.FindManifest(index, manifest.Repository, tag)?.Digest == manifest.Digest);
}
