using System.Data.Common;
using System.Globalization;
using AgentAuth.EndToEnd.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>What no request can show: nothing in the database is half done.</summary>
internal static class StoredRows
{
    private const string Live = """g."Status" = 'valid'""";
    private const string Grant = """lower(CAST(g."Id" AS text))""";

    private static readonly (string Rule, string Count)[] Rules =
    [
        ("I4: more than one live refresh token in a grant", $"""
            SELECT COUNT(*) FROM (SELECT t."AuthorizationId" FROM "Tokens" t JOIN "Grants" g ON g."Id" = t."AuthorizationId"
            WHERE {Live} AND t."Type" LIKE '%refresh_token' AND t."Status" = 'valid' GROUP BY t."AuthorizationId" HAVING COUNT(*) > 1) x
            """),
        ("I6: a token without a grant", """
            SELECT COUNT(*) FROM "Tokens" t WHERE (t."Type" LIKE '%refresh_token' OR t."Type" LIKE '%authorization_code')
            AND NOT EXISTS (SELECT 1 FROM "Grants" g WHERE g."Id" = t."AuthorizationId")
            """),
        ("I6: a grant that nobody is on record to have allowed", $"""
            SELECT COUNT(*) FROM "Grants" g WHERE NOT EXISTS (
            SELECT 1 FROM "AuditEntries" a WHERE a."Act" = 'grant.allow' AND a."Target" = 'grant ' || {Grant})
            """),
        ("I7: a code or refresh token used up, and nothing in its place", $"""
            SELECT COUNT(*) FROM "Grants" g WHERE {Live}
            AND EXISTS (SELECT 1 FROM "Tokens" t WHERE t."AuthorizationId" = g."Id" AND t."Status" = 'redeemed')
            AND NOT EXISTS (SELECT 1 FROM "Tokens" t WHERE t."AuthorizationId" = g."Id" AND t."Status" = 'valid'
            AND t."Type" LIKE '%refresh_token')
            """),
        ("I7: a grant ended, and no notice of it for resource servers", $"""
            SELECT COUNT(*) FROM "Grants" g WHERE g."Status" <> 'valid'
            AND NOT EXISTS (SELECT 1 FROM "Revocations" r WHERE r."Kind" = 'Grant' AND r."Value" = {Grant})
            """),
    ];

    public static async Task HoldAsync(DemoProcess demo, string? postgres)
    {
        await using DbConnection database = postgres is null
            ? new SqliteConnection($"Data Source={Path.Combine(demo.DataPath, "agentauth.db")};Pooling=false")
            : new NpgsqlConnection(postgres);
        await database.OpenAsync(TestContext.Current.CancellationToken);
        foreach (var (rule, count) in Rules)
        {
            Assert.True(Convert.ToInt64(await OneAsync(database, count), CultureInfo.InvariantCulture) == 0, rule);
        }

        if (postgres is null)
        {
            Assert.Equal("ok", await OneAsync(database, "PRAGMA integrity_check"));
            Assert.Null(await OneAsync(database, "PRAGMA foreign_key_check"));
        }
    }

    private static async Task<object?> OneAsync(DbConnection database, string sql)
    {
        await using var command = database.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
