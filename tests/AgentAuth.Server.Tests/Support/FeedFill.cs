using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Support;

/// <summary>A feed with very many lines, and a look at how a database finds a page of it.</summary>
internal static class FeedFill
{
    public static Task RunAsync(AuthServer server, Guid grant, int lines) => server.LookAsync(db =>
    {
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(5)); // each row looks for its grant, and the machine may be busy
        return db.Database.ExecuteSqlRawAsync(Sql(db, lines), grant);
    });

    /// <summary>More agents of alice's.</summary>
    public static Task GrantsAsync(AuthServer server, int agents) => server.ChangeAsync(async db =>
    {
        var alice = await db.Users.SingleAsync(u => u.Email == People.Alice);
        var client = await db.Clients.SingleAsync(c => c.ClientId == "demo-web");
        var resource = await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Mail);
        db.AddRange(Enumerable.Range(0, agents).Select(i =>
        {
            var grant = Grant.Of(alice, client, resource, $"host-{i}.test", server.Clock);
            grant.Allow(["mail.read"], ["mail.read"], new(Grant.Unending), server.Clock);
            return grant;
        }));
    });

    /// <summary>Ten lines each ten minutes; the grant is the parameter.</summary>
    private static string Sql(AgentAuthDb db, int lines) => db.Database.IsNpgsql()
        ? $$"""
            INSERT INTO "Activities" ("Id", "GrantId", "AccountId", "Kind", "What", "At", "LastAt", "Count")
            SELECT gen_random_uuid(), g."Id", g."AccountId", 'Called', 'mail.read', n.at, n.at, 1
            FROM (SELECT i, now() - make_interval(mins => i - i % 10) AS at FROM generate_series(1, {{lines}}) i) n, "Grants" g
            WHERE g."Id" = {0}
            """
        : $$"""
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {{lines}})
            INSERT INTO "Activities" ("Id", "GrantId", "AccountId", "Kind", "What", "At", "LastAt", "Count")
            SELECT printf('%08X-0000-7000-8000-%012X', i * 7919 % 1000003, i), g."Id", g."AccountId", 'Called', 'mail.read',
              datetime('now', '-' || (i - i % 10) || ' minutes'), datetime('now', '-' || (i - i % 10) || ' minutes'), 1
            FROM n, "Grants" g WHERE g."Id" = {0}
            """;

    /// <summary>How the statement of a page deep in the feed is done.</summary>
    public static Task<string> PlanAsync(AuthServer server, Guid grant) => server.LookAsync(async db =>
    {
        var at = server.Clock.GetUtcNow() - TimeSpan.FromDays(30);
        var page = db.Activities.Where(a => a.GrantId == grant).Where(a => a.At <= at && (a.At < at || a.Id.CompareTo(grant) < 0))
            .OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(51);
        await db.Database.OpenConnectionAsync();
        await using var command = page.CreateDbCommand();
        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlRawAsync("ANALYZE \"Activities\"");
        }
        command.CommandText = (db.Database.IsNpgsql() ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + command.CommandText;
        await using var rows = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await rows.ReadAsync())
        {
            plan.Add(rows.GetString(rows.FieldCount - 1));
        }
        return string.Join('\n', plan);
    });
}
