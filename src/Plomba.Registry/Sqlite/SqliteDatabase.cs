using SQLitePCL;

namespace Plomba.Registry.Sqlite;

/// <summary>
/// One connection to an SQLite file, for one thread at a time. Statements are prepared once and kept: this is several
/// times faster than ADO.NET, which matters for a manifest read.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);
    private readonly sqlite3 _database;

    static SqliteDatabase() => Batteries_V2.Init();

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file; created when it is missing and <paramref name="writable"/>.</param>
    /// <param name="writable">False: reads only, and the file must exist.</param>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public SqliteDatabase(string path, bool writable)
    {
        Path = path;
        var flags = raw.SQLITE_OPEN_NOMUTEX | (writable ? raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE : raw.SQLITE_OPEN_READONLY);
        var code = raw.sqlite3_open_v2(path, out _database, flags, null);
        if (code != raw.SQLITE_OK)
        {
            _database?.Dispose();

            // A file that is gone is as good as a damaged one; anything else (no descriptors left) is passing trouble.
            if (code == raw.SQLITE_CANTOPEN && !File.Exists(path))
                code = raw.SQLITE_NOTADB;
            throw new SqliteException(code, $"cannot open {path}: {raw.sqlite3_errstr(code).utf8_to_string()}");
        }

        raw.sqlite3_extended_result_codes(_database, 1);
        raw.sqlite3_busy_timeout(_database, 5000);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Rows changed by the last statement.</summary>
    public int Changes => raw.sqlite3_changes(_database);

    /// <summary>The rowid of the last insert.</summary>
    public long LastRowId => raw.sqlite3_last_insert_rowid(_database);

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_database) == 0;

    /// <summary>Runs SQL without parameters and without results, several statements if need be.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_database, sql));

    /// <summary>The prepared form of a statement, with no parameter bound. It belongs to this connection.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out var prepared));
            statement = new SqliteStatement(this, prepared);
            _statements.Add(sql, statement);
        }

        statement.Reset();
        return statement;
    }

    /// <summary>Throws for anything but success.</summary>
    public void Check(int code)
    {
        if (code is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw new SqliteException(raw.sqlite3_extended_errcode(_database), $"{Path}: {raw.sqlite3_errmsg(_database).utf8_to_string()}");
    }

    /// <summary>Closes the file and its statements.</summary>
    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _statements.Clear();
        _database.Dispose();
    }
}

/// <summary>SQLite refused.</summary>
internal sealed class SqliteException(int code, string message) : IOException(message)
{
    // SQLITE_IOERR_SHORT_READ: the file ends where a page should be.
    private const int ShortRead = 522;

    /// <summary>The primary result code.</summary>
    public int Code { get; } = code & 0xff;

    /// <summary>The file is no database, a damaged one, or one without our tables.</summary>
    public bool IsDamage =>
        code == ShortRead || Code is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT or raw.SQLITE_ERROR or raw.SQLITE_SCHEMA;

    /// <summary>The disk is full.</summary>
    public bool IsFull => Code == raw.SQLITE_FULL;
}
