using Plomba.Files;
using Plomba.Images;
using Plomba.Registry.Sqlite;

namespace Plomba.Registry.Catalog;

/// <summary>The index file: its shape, and how it is opened. It is a view of the journal and can always be made again.</summary>
internal static class CatalogIndex
{
    // A change of the tables raises the number: an index of another number is made again from the journal.
    private const int Version = 1;

    private const string Schema = """
        CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, sequence INTEGER NOT NULL, hash TEXT NOT NULL);
        CREATE TABLE segment (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, hash TEXT NOT NULL,
            size INTEGER NOT NULL, modified INTEGER NOT NULL, changed INTEGER NOT NULL, inode INTEGER NOT NULL);
        CREATE TABLE repository (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE blob (repository INTEGER NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (repository, digest)) WITHOUT ROWID;
        CREATE INDEX blob_digest ON blob (digest);
        CREATE TABLE manifest (sequence INTEGER PRIMARY KEY, repository INTEGER NOT NULL, digest TEXT NOT NULL, media_type TEXT NOT NULL,
            size INTEGER NOT NULL, artifact_type TEXT, subject TEXT, annotations TEXT, UNIQUE (repository, digest));
        CREATE INDEX manifest_subject ON manifest (repository, subject) WHERE subject IS NOT NULL;
        CREATE TABLE reference (repository INTEGER NOT NULL, target TEXT NOT NULL, manifest TEXT NOT NULL, PRIMARY KEY (repository, target, manifest)) WITHOUT ROWID;
        CREATE INDEX reference_manifest ON reference (repository, manifest);
        CREATE TABLE tag (repository INTEGER NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (repository, name)) WITHOUT ROWID;
        CREATE INDEX tag_digest ON tag (repository, digest);
        CREATE TABLE signature (repository TEXT NOT NULL, manifest TEXT NOT NULL, number INTEGER NOT NULL, content BLOB NOT NULL, content_hash BLOB NOT NULL,
            account TEXT NOT NULL, remote TEXT, origin TEXT NOT NULL, arrived TEXT NOT NULL, PRIMARY KEY (repository, manifest, number));
        CREATE UNIQUE INDEX signature_content ON signature (repository, manifest, content_hash);
        """;

    /// <summary>Makes an empty index that stands after <paramref name="position"/>, for filling: not durable, not in WAL mode.</summary>
    public static SqliteDatabase Create(string path, JournalPosition position)
    {
        var database = new SqliteDatabase(path, writable: true);
        database.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
        database.Execute(Schema);
        database.Prepare("INSERT INTO meta VALUES (1, ?, ?, ?)").Bind(Version).Bind(position.Sequence).Bind(position.Hash).Run();
        return database;
    }

    /// <summary>Opens an index for the writer.</summary>
    /// <exception cref="SqliteException">It is damaged, or of another version.</exception>
    public static SqliteDatabase OpenWriter(string path)
    {
        var database = new SqliteDatabase(path, writable: true);
        try
        {
            // First: SQLite gives its log and its shared memory the mode the index has then.
            File.SetUnixFileMode(path, DurableFile.PrivateMode);

            // NORMAL: after power loss the index may be behind, never torn; the journal has the rest.
            database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;");
            CheckVersion(database);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens an index for one reader. No memory map: a truncated file would kill the process.</summary>
    public static SqliteDatabase OpenReader(string path)
    {
        var database = new SqliteDatabase(path, writable: false);
        database.Execute("PRAGMA query_only = 1; PRAGMA cache_size = -2000;");
        return database;
    }

    /// <summary>Reads every page; throws when the file's structure is damaged.</summary>
    public static void CheckStructure(SqliteDatabase database)
    {
        var row = database.Prepare("PRAGMA quick_check(1)");
        var verdict = row.Step() ? row.Text(0) : "no answer";
        row.Reset();
        if (!string.Equals(verdict, "ok", StringComparison.Ordinal))
            throw new SqliteException(SQLitePCL.raw.SQLITE_CORRUPT, $"{database.Path}: {verdict}");
    }

    /// <summary>Writes a copy of what a connection sees to a file that does not exist.</summary>
    public static void CopyTo(SqliteDatabase database, string path) =>
        database.Execute($"VACUUM INTO '{path.Replace("'", "''", StringComparison.Ordinal)}'");

    /// <summary>The last entry applied.</summary>
    public static JournalPosition Position(SqliteDatabase database)
    {
        var row = database.Prepare("SELECT sequence, hash FROM meta");
        if (!row.Step())
            throw new SqliteException(SQLitePCL.raw.SQLITE_CORRUPT, Text.Say($"{database.Path}: it does not say where it stands"));
        var position = new JournalPosition(row.Long(0), row.Text(1));
        row.Reset();
        return position;
    }

    /// <summary>Records the last entry applied, in the transaction that applied it.</summary>
    public static void SetPosition(SqliteDatabase database, JournalPosition position) =>
        database.Prepare("UPDATE meta SET sequence = ?, hash = ?").Bind(position.Sequence).Bind(position.Hash).Run();

    /// <summary>A value of the index that must be a digest.</summary>
    public static Digest DigestOf(string text) => Digest.TryParse(text, out var digest) ? digest : throw Rubbish(text);

    /// <summary>A value of the index that must be a repository's name.</summary>
    public static RepositoryName RepositoryOf(string text) => RepositoryName.TryParse(text, out var name) ? name : throw Rubbish(text);

    /// <summary>A value of the index that must be a tag.</summary>
    public static Tag TagOf(string text) => Tag.TryParse(text, out var tag) ? tag : throw Rubbish(text);

    private static void CheckVersion(SqliteDatabase database)
    {
        var row = database.Prepare("SELECT version FROM meta");
        var version = row.Step() ? row.Long(0) : 0;
        row.Reset();
        if (version != Version)
            throw new SqliteException(SQLitePCL.raw.SQLITE_FORMAT, Text.Say($"{database.Path}: index of version {version}, this program makes {Version}"));
    }

    private static SqliteException Rubbish(string text) =>
        new(SQLitePCL.raw.SQLITE_CORRUPT, Text.Say($"the index holds \"{(text.Length > 80 ? text[..80] : text)}\" where something else must stand"));
}
