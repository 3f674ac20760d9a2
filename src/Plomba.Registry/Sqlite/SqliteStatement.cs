using System.Text;
using SQLitePCL;

namespace Plomba.Registry.Sqlite;

/// <summary>A prepared statement: bind in order, step, read columns by number from 0.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt statement) : IDisposable
{
    private int _next = 1;

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement Bind(long value)
    {
        database.Check(raw.sqlite3_bind_int64(statement, _next++, value));
        return this;
    }

    /// <summary>Binds the next parameter; null is SQL's NULL.</summary>
    public SqliteStatement Bind(string? value)
    {
        database.Check(value is null ? raw.sqlite3_bind_null(statement, _next) : BindUtf8(value));
        _next++;
        return this;
    }

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement Bind(ReadOnlySpan<byte> value)
    {
        database.Check(raw.sqlite3_bind_blob(statement, _next++, value));
        return this;
    }

    /// <summary>Whether there is a (further) row.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code != raw.SQLITE_DONE)
            database.Check(code);
        return false;
    }

    /// <summary>Runs a statement that has no rows; how many rows it changed.</summary>
    public int Run()
    {
        while (Step())
        {
            // A pragma may answer; nobody asked.
        }

        Reset();
        return database.Changes;
    }

    /// <summary>Ends the reading, so that no snapshot is held, and forgets the parameters.</summary>
    public void Reset()
    {
        _ = raw.sqlite3_reset(statement);
        _ = raw.sqlite3_clear_bindings(statement);
        _next = 1;
    }

    /// <summary>Whether a column is NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    /// <summary>An integer column.</summary>
    public long Long(int column) => raw.sqlite3_column_int64(statement, column);

    /// <summary>A text column that is not NULL.</summary>
    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string() ?? "";

    /// <summary>A text column; null for NULL.</summary>
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>A copy of a blob column.</summary>
    public byte[] Blob(int column) => raw.sqlite3_column_blob(statement, column).ToArray();

    /// <inheritdoc/>
    public void Dispose() => statement.Dispose();

    private int BindUtf8(string value)
    {
        // An empty span has no address, and SQLite takes that for NULL.
        if (value.Length == 0)
            return raw.sqlite3_bind_text(statement, _next, value);
        Span<byte> buffer = stackalloc byte[512];
        return Encoding.UTF8.TryGetBytes(value, buffer, out var written)
            ? raw.sqlite3_bind_text(statement, _next, buffer[..written])
            : raw.sqlite3_bind_text(statement, _next, Encoding.UTF8.GetBytes(value));
    }
}
