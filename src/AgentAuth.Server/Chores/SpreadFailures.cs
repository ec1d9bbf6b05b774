using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc9700SecurityBcp;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Tells the other nodes which tries failed here, and counts here what failed there, twice a second: a guesser who goes from node to node
/// gets the tries of one. One message a round, whatever is going on; how old a failure is the database says, whose clock is one.
/// </summary>
internal sealed partial class SpreadFailures(
    FailureBooks books, IServiceScopeFactory scopes, TimeProvider clock, ILogger<SpreadFailures> logger) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(400);

    /// <summary>Rows of one message: the table holds at most this many a round and node for a quarter of an hour.</summary>
    private const int MaxRows = 100;

    private const int TimeoutSeconds = 4;

    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    /// <summary>A row is dated when its statement begins and seen when it is committed.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    private const string Write = """
        INSERT INTO "FailedTries" ("Id", "Node", "Kind", "Key", "Times", "IsForgiven", "At")
        SELECT *, now() FROM unnest(@ids, @nodes, @kinds, @keys, @times, @forgiven)
        """;

    private const string Read = """
        SELECT "Id", "Kind", "Key", "Times", "IsForgiven", extract(epoch FROM now() - "At")::float8 FROM "FailedTries"
        WHERE "At" > now() - make_interval(secs => @since) AND "Node" <> @node ORDER BY "At"
        """;

    private const string Clean = """DELETE FROM "FailedTries" WHERE "At" < now() - make_interval(secs => @old)""";

    private readonly Guid _node = Guid.CreateVersion7();
    private readonly Dictionary<Guid, long> _heard = [];
    private long? _listened;
    private long _swept = clock.GetTimestamp();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Real time on purpose: this paces a look at the database, it decides nothing.
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception failure) when (PassingFault.Is(failure))
            {
                RoundFailed(logger, failure.GetType().Name);
            }
        }
    }

    /// <summary>One round: tell, then hear.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<AgentAuthDb>().Database;
        await database.OpenConnectionAsync(stop);
        var connection = (NpgsqlConnection)database.GetDbConnection();
        var begun = clock.GetTimestamp();
        var news = books.TakeNews(_node, MaxRows);
        if (news.Count > 0)
        {
            await TellAsync(connection, news, stop);
        }
        await HearAsync(connection, stop);
        _listened = begun;
        if (clock.GetElapsedTime(_swept) >= Sweep)
        {
            _swept = begun;
            await using var clean = new NpgsqlCommand(Clean, connection) { CommandTimeout = TimeoutSeconds };
            clean.Parameters.AddWithValue("old", FailureBook.Memory.TotalSeconds);
            await clean.ExecuteNonQueryAsync(stop);
        }
    }

    private static async Task TellAsync(NpgsqlConnection connection, List<FailedTry> news, CancellationToken stop)
    {
        await using var write = new NpgsqlCommand(Write, connection) { CommandTimeout = TimeoutSeconds };
        write.Parameters.AddWithValue("ids", news.ConvertAll(n => n.Id));
        write.Parameters.AddWithValue("nodes", news.ConvertAll(n => n.Node));
        write.Parameters.AddWithValue("kinds", news.ConvertAll(n => n.Kind.ToString()));
        write.Parameters.AddWithValue("keys", news.ConvertAll(n => n.Key));
        write.Parameters.AddWithValue("times", news.ConvertAll(n => n.Times));
        write.Parameters.AddWithValue("forgiven", news.ConvertAll(n => n.IsForgiven));
        await write.ExecuteNonQueryAsync(stop);
    }

    private async Task HearAsync(NpgsqlConnection connection, CancellationToken stop)
    {
        // The first look is at all that counts: a node that starts anew is no new set of tries.
        var since = _listened is { } last ? clock.GetElapsedTime(last) + Overlap : FailureBook.Memory;
        await using var read = new NpgsqlCommand(Read, connection) { CommandTimeout = TimeoutSeconds };
        read.Parameters.AddWithValue("since", since.TotalSeconds);
        read.Parameters.AddWithValue("node", _node);
        await using var rows = await read.ExecuteReaderAsync(stop);
        while (await rows.ReadAsync(stop))
        {
            if (_heard.TryAdd(rows.GetGuid(0), clock.GetTimestamp()) && TryOf(rows) is { } told)
            {
                books.Hear(told, TimeSpan.FromSeconds(Math.Max(0, rows.GetDouble(5))));
            }
        }
        foreach (var id in _heard.Where(h => clock.GetElapsedTime(h.Value) > FailureBook.Memory).Select(h => h.Key).ToList())
        {
            _heard.Remove(id);
        }
    }

    /// <summary>Null for a kind that only a newer node knows.</summary>
    private static FailedTry? TryOf(NpgsqlDataReader row) => !Enum.TryParse<FailureKind>(row.GetString(1), out var kind) ? null : new()
    {
        Kind = kind,
        Key = row.GetString(2),
        Times = row.GetInt32(3),
        IsForgiven = row.GetBoolean(4),
    };

    [LoggerMessage(4201, LogLevel.Warning, "Failed tries could not be shared with the other nodes ({Failure}); this one counts its own.")]
    private static partial void RoundFailed(ILogger logger, string failure);
}
