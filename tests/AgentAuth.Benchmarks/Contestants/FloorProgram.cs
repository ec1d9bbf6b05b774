using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace AgentAuth.Benchmarks.Contestants;

/// <summary>The floor's process: no client is proved, nothing is validated; rows that wait at the same time share a commit.</summary>
internal sealed class FloorProgram : IDisposable
{
    private const int Lifetime = 3600;
    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"ES256","typ":"at+jwt","kid":"floor"}"""u8);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Channel<Row> _rows = Channel.CreateUnbounded<Row>();
    private readonly SqliteConnection _database;

    private FloorProgram(string file, string synchronous)
    {
        _database = new SqliteConnection($"Data Source={file};Pooling=False");
        _database.Open();
        Run($"PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}");
        Run("CREATE TABLE IF NOT EXISTS token (id TEXT PRIMARY KEY, client TEXT, scope TEXT, ends INTEGER) WITHOUT ROWID");
    }

    private sealed record Row(string Id, string Scope, long Ends, TaskCompletionSource Stored);

    public static async Task<int> RunAsync(string[] args)
    {
        var port = int.Parse(args[0], CultureInfo.InvariantCulture);
        using var floor = new FloorProgram(args[1], args[2]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        await using var app = builder.Build();
        var url = $"http://127.0.0.1:{port}";
        app.MapGet("/.well-known/openid-configuration", () => new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["issuer"] = "http://127.0.0.1",
            ["authorization_endpoint"] = url,
            ["token_endpoint"] = url + "/token",
            ["introspection_endpoint"] = url,
            ["revocation_endpoint"] = url,
            ["jwks_uri"] = url + "/keys",
        });
        app.MapGet("/keys", floor.Keys);
        app.MapPost("/token", floor.TokenAsync);
        _ = Task.Run(floor.WriteAsync);
        await app.RunAsync();
        return 0;
    }

    public void Dispose()
    {
        _rows.Writer.Complete();
        _database.Dispose();
        _key.Dispose();
    }

    private object Keys()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        var key = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["alg"] = "ES256",
            ["kid"] = "floor",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
        return new { keys = new[] { key } };
    }

    private async Task TokenAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var (id, scope) = (Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)), form["scope"].ToString());
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var row = new Row(id, scope, now + Lifetime, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _rows.Writer.TryWrite(row);
        var token = Sign(id, scope, form["resource"].ToString(), now);
        await row.Stored.Task;
        await http.Response.WriteAsJsonAsync(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["access_token"] = token,
            ["token_type"] = "Bearer",
            ["expires_in"] = Lifetime,
            ["scope"] = scope,
        });
    }

    private string Sign(string id, string scope, string audience, long now)
    {
        var claims = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iss"] = "http://127.0.0.1",
            ["sub"] = "service",
            ["client_id"] = "service",
            ["aud"] = audience,
            ["scope"] = scope,
            ["iat"] = now,
            ["exp"] = now + Lifetime,
            ["jti"] = id,
        });
        var signed = $"{Header}.{Base64Url.EncodeToString(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private async Task WriteAsync()
    {
        await using var insert = _database.CreateCommand();
        insert.CommandText = "INSERT INTO token VALUES ($id, 'service', $scope, $ends)";
        insert.Parameters.Add("$id", SqliteType.Text);
        insert.Parameters.Add("$scope", SqliteType.Text);
        insert.Parameters.Add("$ends", SqliteType.Integer);
        while (await _rows.Reader.WaitToReadAsync())
        {
            Store(insert).ForEach(row => row.Stored.SetResult());
        }
    }

    /// <summary>Everything that waits, in one transaction.</summary>
    private List<Row> Store(SqliteCommand insert)
    {
        var together = new List<Row>();
        using var transaction = _database.BeginTransaction(deferred: false);
        insert.Transaction = transaction;
        while (_rows.Reader.TryRead(out var row))
        {
            insert.Parameters[0].Value = row.Id;
            insert.Parameters[1].Value = row.Scope;
            insert.Parameters[2].Value = row.Ends;
            insert.ExecuteNonQuery();
            together.Add(row);
        }
        transaction.Commit();
        return together;
    }

    private void Run(string sql)
    {
        using var command = _database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
