using System.Globalization;
using System.Security.Cryptography;
using Plomba.Images;
using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>Applies events to the index: the one meaning of each kind, for a live write and for a replay alike.</summary>
internal sealed class IndexChanges(SqliteDatabase database)
{
    /// <summary>Applies one entry. The caller holds a transaction and records the position.</summary>
    public void Apply(JournalEntry entry)
    {
        switch (entry.Event)
        {
            case CatalogEvent.BlobLinked e:
                database.Prepare("INSERT OR REPLACE INTO blob VALUES (?, ?, ?)").Bind(IdOf(e.Repository)).Bind(e.Digest.Text).Bind(e.Size).Run();
                break;
            case CatalogEvent.BlobUnlinked e:
                database.Prepare("DELETE FROM blob WHERE repository = ? AND digest = ?").Bind(IdOf(e.Repository)).Bind(e.Digest.Text).Run();
                break;
            case CatalogEvent.ManifestPut e:
                Put(IdOf(e.Manifest.Repository), e.Manifest, entry.Sequence);
                break;
            case CatalogEvent.ManifestDeleted e:
                Delete(IdOf(e.Repository), e.Digest);
                if (e.Signatures > 0)
                    database.Prepare("DELETE FROM signature WHERE repository = ? AND manifest = ?").Bind(e.Repository.Text).Bind(e.Digest.Text).Run();
                break;
            case CatalogEvent.TagDeleted e:
                database.Prepare("DELETE FROM tag WHERE repository = ? AND name = ?").Bind(IdOf(e.Repository)).Bind(e.Tag.Text).Run();
                break;
            case CatalogEvent.SignatureAdded e:
                Add(e.Signature, entry);
                break;
            case CatalogEvent.JournalSetAside:
                break;
            default:
                throw new InvalidOperationException($"{entry.Event.GetType().Name} cannot be applied");
        }
    }

    private void Put(long repository, PutManifest manifest, long sequence)
    {
        database.Prepare("DELETE FROM reference WHERE repository = ? AND manifest = ?").Bind(repository).Bind(manifest.Digest.Text).Run();
        database.Prepare("""
            INSERT INTO manifest VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (repository, digest) DO UPDATE SET media_type = excluded.media_type, size = excluded.size,
                artifact_type = excluded.artifact_type, subject = excluded.subject, annotations = excluded.annotations
            """)
            .Bind(sequence).Bind(repository).Bind(manifest.Digest.Text).Bind(manifest.MediaType).Bind(manifest.Size)
            .Bind(manifest.ArtifactType).Bind(manifest.Subject?.Text).Bind(Annotations.ToText(manifest)).Run();
        foreach (var target in manifest.ReferencedBlobs.Concat(manifest.ReferencedManifests))
            database.Prepare("INSERT OR IGNORE INTO reference VALUES (?, ?, ?)").Bind(repository).Bind(target.Text).Bind(manifest.Digest.Text).Run();
        foreach (var tag in manifest.Tags)
            database.Prepare("INSERT OR REPLACE INTO tag VALUES (?, ?, ?)").Bind(repository).Bind(tag.Text).Bind(manifest.Digest.Text).Run();
    }

    private void Delete(long repository, Digest digest)
    {
        database.Prepare("DELETE FROM tag WHERE repository = ? AND digest = ?").Bind(repository).Bind(digest.Text).Run();
        database.Prepare("DELETE FROM reference WHERE repository = ? AND manifest = ?").Bind(repository).Bind(digest.Text).Run();
        database.Prepare("DELETE FROM manifest WHERE repository = ? AND digest = ?").Bind(repository).Bind(digest.Text).Run();
    }

    private void Add(AddSignature signature, JournalEntry entry)
    {
        var count = IndexQueries.CountSignatures(database, signature).All;
        database.Prepare("INSERT INTO signature VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
            .Bind(signature.Repository.Text).Bind(signature.Manifest.Text).Bind(count + 1)
            .Bind(signature.Content.Span).Bind(SHA256.HashData(signature.Content.Span))
            .Bind(entry.Actor.Account).Bind(entry.Actor.RemoteAddress).Bind(JournalFormat.OriginText(signature.Origin))
            .Bind(entry.Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)).Run();
    }

    private long IdOf(RepositoryName repository)
    {
        var row = database.Prepare("SELECT id FROM repository WHERE name = ?").Bind(repository.Text);
        long? id = row.Step() ? row.Long(0) : null;
        row.Reset();
        if (id is { } known)
            return known;
        database.Prepare("INSERT INTO repository (name) VALUES (?)").Bind(repository.Text).Run();
        return database.LastRowId;
    }
}
