using System.Text;
using System.Text.RegularExpressions;
using AgentAuth.Benchmarks.Contestants;
using AgentAuth.Benchmarks.Load;

namespace AgentAuth.Benchmarks.Statements;

/// <summary>How many statements each kind of request sends, and which.</summary>
internal static partial class Count
{
    private const int Times = 11;
    private const int People = 2;
    private const int TimeoutMilliseconds = 1_000;

    public static async Task<string> TableAsync(bool withSql)
    {
        await using var place = Place.Make(serverCore: null);
        var sqlite = await UsualAsync("agentauth-sqlite", Engine.Sqlite, place);
        var postgres = await UsualAsync("agentauth-postgres", Engine.Postgres, place);
        var text = new StringBuilder("| request | SQLite | PostgreSQL |\n|---|---|---|\n");
        foreach (var (request, statements) in sqlite)
        {
            var other = postgres.Find(one => one.Request == request).Statements ?? [];
            text.AppendLine($"| `{request}` | {Short(statements)} | {Short(other)} |");
        }
        foreach (var (request, statements) in withSql ? [.. sqlite, .. postgres] : Array.Empty<(string, IReadOnlyList<string>)>())
        {
            text.AppendLine().AppendLine(request).AppendLine().AppendLine(string.Join("\n\n", statements));
        }
        return text.ToString();
    }

    private static async Task<List<(string Request, IReadOnlyList<string> Statements)>> UsualAsync(string name, Engine engine, Place place)
    {
        await using var server = new TracedServer(name, engine, place);
        using var recorder = new Recorder(server);
        using var http = new HttpClient(recorder);
        await server.StartAsync(http, People);
        var client = new Client(server, http);
        var (kept, ended) = (new Person(server, http, 0), new Person(server, http, 1));
        await kept.ConnectAsync(client);
        await recorder.LearnChoresAsync();
        for (var time = 0; time < Times; time++)
        {
            var toEnd = await ended.ConnectAsync(client);
            recorder.IsOn = true;
            var service = await client.ClientCredentialsAsync();
            await client.RefreshAsync(await kept.ConnectAsync(client));
            await client.IntrospectAsync(service.Access, mustBeActive: true);
            await client.RevokeAsync(toEnd);
            await client.ReadMetadataAsync();
            recorder.IsOn = false;
        }
        return [.. recorder.Usual()];
    }

    private static string Short(IReadOnlyList<string> statements)
    {
        var (asides, work) = (statements.Count(IsAside), statements.Where(sql => !IsAside(sql)).Select(Short).ToList());
        var list = work.Count == 0 ? "" : " " + string.Join(", ", work);
        return $"**{work.Count}**{list}{(asides == 0 ? "" : $" (and {asides} × {Short(statements.First(IsAside))})")}";
    }

    /// <summary>What a driver says as it opens a connection: cheap, and no trip of its own on PostgreSQL.</summary>
    public static bool IsAside(string sql) =>
        sql.StartsWith("PRAGMA", StringComparison.OrdinalIgnoreCase) || sql.StartsWith("DISCARD", StringComparison.OrdinalIgnoreCase);

    /// <summary>The verb and the tables.</summary>
    private static string Short(string sql)
    {
        var verb = sql.Split([' ', ';'], 2)[0].ToUpperInvariant();
        var tables = Table().Matches(sql).Select(match => match.Groups["table"].Value).Distinct(StringComparer.Ordinal);
        return $"{verb} {string.Join('+', tables)}".Trim();
    }

    [GeneratedRegex(
        @"\b(?:FROM|JOIN|INTO|UPDATE)\s+""?(?<table>[A-Z]\w+)""", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex Table();
}
