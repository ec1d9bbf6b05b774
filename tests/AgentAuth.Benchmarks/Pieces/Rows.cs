using BenchmarkDotNet.Attributes;
using Microsoft.Data.Sqlite;

namespace AgentAuth.Benchmarks.Pieces;

/// <summary>A row as durable as the setting says, alone or with others in one commit.</summary>
public class Rows : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agentauth-rows-").FullName;
    private SqliteConnection _database = null!;
    private SqliteCommand _insert = null!;

    [Params("FULL", "NORMAL")]
    public string Synchronous { get; set; } = "";

    [Params(1, 32)]
    public int InOneCommit { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _database = new SqliteConnection($"Data Source={Path.Combine(_folder, $"{Synchronous}-{InOneCommit}.db")};Pooling=False");
        _database.Open();
        Run($"PRAGMA journal_mode = WAL; PRAGMA synchronous = {Synchronous}");
        Run("CREATE TABLE IF NOT EXISTS token (id BLOB PRIMARY KEY, client TEXT, subject TEXT, ends INTEGER, said TEXT) WITHOUT ROWID");
        _insert = _database.CreateCommand();
        _insert.CommandText = "INSERT INTO token VALUES (randomblob(16), 'service', 'somebody', 1900000000, hex(zeroblob(100)))";
    }

    [Benchmark(Description = "one commit on SQLite")]
    public void Commit()
    {
        using var transaction = _database.BeginTransaction(deferred: false);
        _insert.Transaction = transaction;
        for (var row = 0; row < InOneCommit; row++)
        {
            _insert.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
        if (isDisposing)
        {
            _insert?.Dispose();
            _database?.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }

    private void Run(string sql)
    {
        using var command = _database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
