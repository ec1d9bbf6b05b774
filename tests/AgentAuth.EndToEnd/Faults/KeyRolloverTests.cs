using System.Diagnostics;
using System.Net;
using System.Text.Json;
using AgentAuth.EndToEnd.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>R12: keys are rotated while tokens are asked for and used; a key that cannot be opened is named.</summary>
public sealed class KeyRolloverTests(PostgresCluster postgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task No_token_is_refused_and_none_signed_by_an_unpublished_key_while_keys_are_rotated(string database)
    {
        var connection = database == "PostgreSQL" ? await postgres.DatabaseAsync() : null;
        await using var demo = await DemoProcess.OnPostgresAsync(connection);
        var (rotations, used) = (Extent.Of(3, 120), 0);
        using var over = new CancellationTokenSource();
        var rotating = Task.Run(async () =>
        {
            for (var rotation = 0; rotation < rotations; rotation++)
            {
                await RotateAsync(demo, connection);
            }

            await over.CancelAsync();
        });
        while (!over.IsCancellationRequested)
        {
            await IsUsableAsync(demo);
            used++;
        }

        await rotating;
        demo.Kill();
        await demo.RestartAsync(); // in the middle: the new keys are published and do not sign yet
        await IsUsableAsync(demo);
        var before = await TokenAsync(demo);
        await RotateAsync(demo, connection, "--now");
        await new Mailbox(demo.Mail, before).IsRefusedAsync(Patience);
        await IsUsableAsync(demo);
        await Extent.NoteAsync($"R12-{database}", [$"{rotations} rotations, {used} tokens asked for and used meanwhile; 0 refused"]);
    }

    [Fact]
    public async Task What_a_key_signed_that_was_thrown_away_is_refused_by_two_nodes_and_Demo_Mail_within_a_second()
    {
        var database = await postgres.DatabaseAsync();
        await using var a = await DemoProcess.OnPostgresAsync(database);
        await using var b = await DemoProcess.AnotherNodeOfAsync(a, database);
        Agent[] agents = [await Agent.MeetAsync(a), await Agent.MeetAtAsync(b, a.Mail)];
        var alice = Person.Alice(a);
        var (rotations, longest) = (Extent.Of(2, 50), TimeSpan.Zero);
        for (var rotation = 0; rotation < rotations; rotation++)
        {
            var tokens = await agents[rotation % 2].ConnectAsync(alice);
            Assert.True(await agents[0].IsActiveAsync(tokens.AccessToken));
            Assert.True(await agents[1].IsActiveAsync(tokens.AccessToken));
            var mailbox = new Mailbox(a.Mail, tokens.AccessToken);
            Assert.Equal(HttpStatusCode.OK, await mailbox.TryAsync("list_messages"));
            await RotateAsync(a, database, "--now");
            var since = Stopwatch.GetTimestamp();
            var refused = await Task.WhenAll(
                RefusedAfterAsync(since, async () => !await agents[0].IsActiveAsync(tokens.AccessToken)),
                RefusedAfterAsync(since, async () => !await agents[1].IsActiveAsync(tokens.AccessToken)),
                RefusedAfterAsync(since, async () => await mailbox.TryAsync("list_messages") == HttpStatusCode.Unauthorized));
            longest = refused.Append(longest).Max();
        }

        await Extent.NoteAsync(
            "R09-keys",
            [$"{rotations} keys thrown away: two nodes and Demo Mail refused what they signed within {longest.TotalMilliseconds:F0} ms"]);
        Assert.True(longest <= TimeSpan.FromSeconds(1), $"{longest.TotalMilliseconds:F0} ms");
    }

    [Theory]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task A_key_that_cannot_be_opened_leaves_the_running_server_alone_and_stops_the_next_start(string database)
    {
        var connection = database == "PostgreSQL" ? await postgres.DatabaseAsync() : null;
        using var folder = new TemporaryFolder();
        var arguments = connection is null ? ProductProcess.OnSqlite(folder.Path) : ProductProcess.OnPostgres(connection);
        await using var running = ProductProcess.Start(arguments);
        await running.IsReadyAsync(Patience);
        await using (System.Data.Common.DbConnection rows = connection is null
            ? new SqliteConnection($"Data Source={Path.Combine(folder.Path, "agentauth.db")};Pooling=false")
            : new NpgsqlConnection(connection))
        {
            await rows.OpenAsync(TestContext.Current.CancellationToken);
            await using var spoil = rows.CreateCommand();
            spoil.CommandText = """
                INSERT INTO "SigningKeys" ("Id", "Use", "Algorithm", "Sealed", "CreatedAt", "UsedFrom")
                SELECT '0199aaaa-0000-7000-8000-000000000001', "Use", "Algorithm", substr("Sealed", 2), "CreatedAt", "UsedFrom"
                FROM "SigningKeys" WHERE "Use" = 'Signing'
                """;
            await spoil.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await Poll.UntilAsync(
            () => Task.FromResult(running.Output.Contains("keys could not be read", StringComparison.Ordinal)), Patience,
            () => $"The running server did not say it. It said:\n{running.Output}");
        await running.IsReadyAsync(Patience);

        await using var next = ProductProcess.Start(arguments);
        Assert.NotEqual(0, await next.EndsAsync(Patience));
        Assert.Contains("0199aaaa000070008000000000000001", next.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", next.Output, StringComparison.Ordinal);
    }

    private static async Task<TimeSpan> RefusedAfterAsync(long since, Func<Task<bool>> isRefused)
    {
        await Poll.UntilAsync(isRefused, Patience, () => "What the old key signed is good.");
        return Stopwatch.GetElapsedTime(since);
    }

    private static async Task IsUsableAsync(DemoProcess demo)
    {
        var token = await TokenAsync(demo);
        using var header = JsonDocument.Parse(Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(token.Split('.')[0]));
        using var jwks = JsonDocument.Parse((await Knock.AtJwksAsync(demo)).Body);
        var published = jwks.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString());
        Assert.Contains(header.RootElement.GetProperty("kid").GetString(), published);
        Assert.Equal(HttpStatusCode.OK, await new Mailbox(demo.Mail, token).TryAsync("list_messages"));
    }

    private static async Task<string> TokenAsync(DemoProcess demo)
    {
        var knock = await Knock.ForTokenAsync(demo);
        Assert.True(knock.Status == 200, $"{knock} {knock.Body}");
        using var answer = JsonDocument.Parse(knock.Body);
        return answer.RootElement.GetProperty("access_token").GetString()!;
    }

    private static Task<string> RotateAsync(DemoProcess demo, string? postgres, params string[] how)
    {
        string[] where = postgres is null
            ? [$"--AgentAuth:DataPath={demo.DataPath}"]
            : ["--AgentAuth:Database:Provider=Postgres", $"--ConnectionStrings:AgentAuth={postgres}"];
        var program = Repository.Built("src", "AgentAuth.Server", "AgentAuth.Server.dll");
        return ChildProcess.RunAsync(
            "dotnet", [program, "keys", "rotate", .. how, $"--AgentAuth:Issuer={demo.Issuer}", .. where]);
    }
}
