using System.Globalization;
using System.Security.Cryptography;
using Plomba.Images;
using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>The questions, on any connection to the index: a reader's, or the writer's inside its transaction.</summary>
internal static class IndexQueries
{
    // A descriptor without what its manifest says of itself: names of members, media type, digest, size.
    private const int DescriptorSize = 320;

    private const string ManifestColumns = "m.digest, m.media_type, m.size, m.artifact_type, m.subject";

    public static ManifestRecord? FindManifest(SqliteDatabase database, RepositoryName repository, Digest digest) =>
        ReadManifest(database.Prepare($"""
            SELECT {ManifestColumns} FROM repository r JOIN manifest m ON m.repository = r.id AND m.digest = ?2 WHERE r.name = ?1
            """).Bind(repository.Text).Bind(digest.Text));

    public static ManifestRecord? FindManifest(SqliteDatabase database, RepositoryName repository, Tag tag) =>
        ReadManifest(database.Prepare($"""
            SELECT {ManifestColumns} FROM repository r JOIN tag t ON t.repository = r.id AND t.name = ?2
            JOIN manifest m ON m.repository = r.id AND m.digest = t.digest WHERE r.name = ?1
            """).Bind(repository.Text).Bind(tag.Text));

    public static IReadOnlyList<Tag> ListTags(SqliteDatabase database, RepositoryName repository, Tag? last, int limit) =>
        ReadAll(
            database.Prepare("""
                SELECT name FROM tag WHERE repository = (SELECT id FROM repository WHERE name = ?1) AND name > ?2 ORDER BY name LIMIT ?3
                """).Bind(repository.Text).Bind(last?.Text ?? "").Bind(limit),
            row => CatalogIndex.TagOf(row.Text(0)));

    public static bool RepositoryExists(SqliteDatabase database, RepositoryName repository) =>
        Any(database.Prepare("SELECT 1 FROM repository WHERE name = ?").Bind(repository.Text));

    public static IReadOnlyList<RepositoryName> ListRepositories(SqliteDatabase database, RepositoryName? last, int limit) =>
        ReadAll(
            database.Prepare("""
                SELECT name FROM repository r WHERE name > ?1 AND EXISTS (SELECT 1 FROM manifest WHERE repository = r.id) ORDER BY name LIMIT ?2
                """).Bind(last?.Text ?? "").Bind(limit),
            row => CatalogIndex.RepositoryOf(row.Text(0)));

    public static ReferrerPage ListReferrers(SqliteDatabase database, RepositoryName repository, Digest subject, string? artifactType, long after)
    {
        var row = database.Prepare("""
            SELECT sequence, digest, media_type, size, artifact_type, annotations FROM manifest
            WHERE repository = (SELECT id FROM repository WHERE name = ?1) AND subject = ?2 AND sequence > ?3 AND (?4 IS NULL OR artifact_type = ?4)
            ORDER BY sequence
            """).Bind(repository.Text).Bind(subject.Text).Bind(after).Bind(artifactType);
        var referrers = new List<Referrer>();
        var (size, last) = (0, after);
        long? next = null;
        while (next is null && row.Step())
        {
            var (type, annotations) = (row.TextOrNull(4), row.TextOrNull(5));
            size += DescriptorSize + (type?.Length ?? 0) + (annotations?.Length ?? 0);
            if (referrers.Count > 0 && size > ReferrerPage.MaximumSize)
                next = last;
            else
                referrers.Add(new Referrer(CatalogIndex.DigestOf(row.Text(1)), row.Text(2), row.Long(3), type, Annotations.FromText(annotations)));
            last = row.Long(0);
        }

        row.Reset();
        return new ReferrerPage(referrers, next);
    }

    public static long? BlobSize(SqliteDatabase database, RepositoryName repository, Digest digest)
    {
        var row = database.Prepare("SELECT b.size FROM repository r JOIN blob b ON b.repository = r.id AND b.digest = ?2 WHERE r.name = ?1")
            .Bind(repository.Text).Bind(digest.Text);
        long? size = row.Step() ? row.Long(0) : null;
        row.Reset();
        return size;
    }

    public static IReadOnlyList<RepositoryName> RepositoriesLinking(SqliteDatabase database, Digest digest, int limit) =>
        ReadAll(
            database.Prepare("SELECT r.name FROM blob b JOIN repository r ON r.id = b.repository WHERE b.digest = ?1 LIMIT ?2").Bind(digest.Text).Bind(limit),
            row => CatalogIndex.RepositoryOf(row.Text(0)));

    public static IReadOnlyList<StoredSignature> ListSignatures(SqliteDatabase database, RepositoryName repository, Digest manifest) =>
        ReadAll(
            database.Prepare("""
                SELECT number, content, arrived, account, remote, origin FROM signature WHERE repository = ?1 AND manifest = ?2 ORDER BY number
                """).Bind(repository.Text).Bind(manifest.Text),
            row => new StoredSignature(
                (int)row.Long(0),
                row.Blob(1),
                DateTimeOffset.Parse(row.Text(2), CultureInfo.InvariantCulture),
                new Actor(row.Text(3), row.TextOrNull(4)),
                JournalFormat.OriginOf(row.Text(5))));

    /// <summary>Whether a manifest of the repository refers to that blob.</summary>
    public static bool IsReferenced(SqliteDatabase database, RepositoryName repository, Digest target) =>
        Any(database.Prepare("SELECT 1 FROM reference WHERE repository = (SELECT id FROM repository WHERE name = ?1) AND target = ?2 LIMIT 1")
            .Bind(repository.Text).Bind(target.Text));

    /// <summary>How many signatures the manifest of that one has, and how many of them the same account brought.</summary>
    public static (long All, long Own) CountSignatures(SqliteDatabase database, AddSignature signature)
    {
        var row = database.Prepare("SELECT count(*), count(*) FILTER (WHERE account = ?3) FROM signature WHERE repository = ?1 AND manifest = ?2")
            .Bind(signature.Repository.Text).Bind(signature.Manifest.Text).Bind(signature.Actor.Account);
        row.Step();
        var counts = (row.Long(0), row.Long(1));
        row.Reset();
        return counts;
    }

    /// <summary>How many signatures a manifest has.</summary>
    public static long CountSignatures(SqliteDatabase database, RepositoryName repository, Digest manifest)
    {
        var row = database.Prepare("SELECT count(*) FROM signature WHERE repository = ?1 AND manifest = ?2").Bind(repository.Text).Bind(manifest.Text);
        row.Step();
        var count = row.Long(0);
        row.Reset();
        return count;
    }

    /// <summary>How many rows a table has.</summary>
    public static long Count(SqliteDatabase database, string table)
    {
        var row = database.Prepare($"SELECT count(*) FROM {table}");
        row.Step();
        var count = row.Long(0);
        row.Reset();
        return count;
    }

    /// <summary>Every blob and manifest any repository names, with its size; each once.</summary>
    public static IReadOnlyList<(Digest Digest, long Size)> Contents(SqliteDatabase database) =>
        ReadAll(
            database.Prepare("SELECT digest, size FROM blob UNION SELECT digest, size FROM manifest"),
            row => (CatalogIndex.DigestOf(row.Text(0)), row.Long(1)));

    /// <summary>Whether a manifest's list holds these bytes.</summary>
    public static bool HasSignature(SqliteDatabase database, AddSignature signature) =>
        Any(database.Prepare("SELECT 1 FROM signature WHERE repository = ?1 AND manifest = ?2 AND content_hash = ?3")
            .Bind(signature.Repository.Text).Bind(signature.Manifest.Text).Bind(SHA256.HashData(signature.Content.Span)));

    private static ManifestRecord? ReadManifest(SqliteStatement row)
    {
        var manifest = row.Step()
            ? new ManifestRecord(
                CatalogIndex.DigestOf(row.Text(0)), row.Text(1), row.Long(2), row.TextOrNull(3), row.TextOrNull(4) is { } s ? CatalogIndex.DigestOf(s) : null)
            : null;
        row.Reset();
        return manifest;
    }

    private static List<T> ReadAll<T>(SqliteStatement row, Func<SqliteStatement, T> read)
    {
        var all = new List<T>();
        while (row.Step())
            all.Add(read(row));
        row.Reset();
        return all;
    }

    private static bool Any(SqliteStatement row)
    {
        var any = row.Step();
        row.Reset();
        return any;
    }
}
