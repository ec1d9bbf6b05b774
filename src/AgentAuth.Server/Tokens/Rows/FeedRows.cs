using System.Data.Common;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace AgentAuth.Server.Tokens.Rows;

/// <summary>
/// Adds to the rows of the feed, within the caller's transaction: many at once on PostgreSQL, one after the other on SQLite, where no way
/// lies between. Of a grant that is gone nothing is written, and of one that floods only so many lines an hour.
/// </summary>
internal static class FeedRows
{
    /// <summary>Of one transaction: others wait while SQLite writes them.</summary>
    public const int MostAtOnce = 200;

    /// <summary>
    /// Of one grant; who comes from ever new addresses must not fill the table, nor hide what it does: from then on the same things are
    /// told without an address, as many lines again.
    /// </summary>
    public const int MaxLinesAnHour = 200;

    private const string AddLines = """
        INSERT INTO "Activities" AS a ("Id", "GrantId", "AccountId", "Kind", "What", "Address", "At", "LastAt", "Count")
        SELECT n.id, n.grant_id, n.account_id, n.kind, n.what, n.address, n.at, n.last_at, n.times
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
          AS n (id, grant_id, account_id, kind, what, address, at, last_at, times, hour)
        WHERE EXISTS (SELECT 1 FROM "Grants" g WHERE g."Id" = n.grant_id FOR KEY SHARE)
          AND (EXISTS (SELECT 1 FROM "Activities" o WHERE o."Id" = n.id) OR (SELECT count(*) FROM (SELECT 1 FROM "Activities" o
            WHERE o."GrantId" = n.grant_id AND o."At" >= n.hour AND (o."Address" IS NULL) = (n.address IS NULL) LIMIT $11) few) < $11)
        ON CONFLICT ("Id") DO UPDATE SET "Count" = LEAST(2147483647, a."Count"::bigint + excluded."Count")::int,
          "LastAt" = GREATEST(a."LastAt", excluded."LastAt")
        RETURNING "Id"
        """;

    private const string AddLine = """
        INSERT INTO "Activities" ("Id", "GrantId", "AccountId", "Kind", "What", "Address", "At", "LastAt", "Count")
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
        WHERE EXISTS (SELECT 1 FROM "Grants" WHERE "Id" = $2)
          AND (EXISTS (SELECT 1 FROM "Activities" WHERE "Id" = $1) OR (SELECT count(*) FROM (SELECT 1 FROM "Activities"
            WHERE "GrantId" = $2 AND "At" >= $10 AND ("Address" IS NULL) = ($6 IS NULL) LIMIT $11)) < $11)
        ON CONFLICT ("Id") DO UPDATE SET "Count" = MIN(2147483647, "Count" + excluded."Count"), "LastAt" = MAX("LastAt", excluded."LastAt")
        """;

    private const string AddUses = """
        INSERT INTO "ScopeUses" AS u ("GrantId", "Scope", "Calls", "LastUsedAt")
        SELECT n.grant_id, n.scope, n.calls, n.last_at FROM unnest($1, $2, $3, $4) AS n (grant_id, scope, calls, last_at)
        WHERE EXISTS (SELECT 1 FROM "Grants" g WHERE g."Id" = n.grant_id FOR KEY SHARE)
        ON CONFLICT ("GrantId", "Scope") DO UPDATE SET "Calls" = u."Calls" + excluded."Calls",
          "LastUsedAt" = GREATEST(u."LastUsedAt", excluded."LastUsedAt")
        """;

    private const string AddUse = """
        INSERT INTO "ScopeUses" ("GrantId", "Scope", "Calls", "LastUsedAt")
        SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT 1 FROM "Grants" WHERE "Id" = $1)
        ON CONFLICT ("GrantId", "Scope") DO UPDATE SET "Calls" = "Calls" + excluded."Calls",
          "LastUsedAt" = MAX("LastUsedAt", excluded."LastUsedAt")
        """;

    private const string NoteUses = """
        UPDATE "Grants" g SET "LastUsedAt" = n.at FROM unnest($1, $2, $3) AS n (id, at, before)
        WHERE g."Id" = n.id AND (g."LastUsedAt" IS NULL OR g."LastUsedAt" < n.before)
        """;

    private const string NoteUse =
        """UPDATE "Grants" SET "LastUsedAt" = $2 WHERE "Id" = $1 AND ("LastUsedAt" IS NULL OR "LastUsedAt" < $3)""";

    /// <summary>In one order everywhere: two nodes that add to the same rows wait for each other, and never in a circle.</summary>
    /// <returns>How many lines are told; the others have no grant, or one with too many lines.</returns>
    public static async Task<int> AddAsync(AgentAuthDb db, IEnumerable<ActivityLine> lines, CancellationToken stop)
    {
        var all = lines.ToList();
        var crowded = await LeftOutAsync(db, all, stop);
        if (crowded.Count == 0)
        {
            return all.Count;
        }
        var untold = await LeftOutAsync(db, ActivityLine.FromAnywhere(crowded), stop);
        return all.Count - crowded.Count(l => untold.Exists(u => u.Key == l.Key with { Address = null }));
    }

    private static async Task<List<ActivityLine>> LeftOutAsync(AgentAuthDb db, IEnumerable<ActivityLine> lines, CancellationToken stop)
    {
        var rows = lines.OrderBy(l => l.Key.GrantId).ThenBy(l => l.Key.Id).ToList();
        if (!db.Database.IsNpgsql())
        {
            var isWritten = await OneByOneAsync(db, AddLine, rows.Select(l => new object?[]
            {
                l.Key.Id, l.Key.GrantId, l.AccountId, l.Key.Kind.ToString(), l.Key.What, l.Key.AddressText, l.At.UtcDateTime,
                l.LastAt.UtcDateTime, l.Count, l.Key.HourBegins.UtcDateTime, MaxLinesAnHour,
            }), stop);
            return [.. rows.Where((_, i) => !isWritten[i])];
        }
        await using var command = Together(
            db, AddLines,
            rows.ConvertAll(l => l.Key.Id), rows.ConvertAll(l => l.Key.GrantId), rows.ConvertAll(l => l.AccountId),
            rows.ConvertAll(l => l.Key.Kind.ToString()), rows.ConvertAll(l => l.Key.What), rows.ConvertAll(l => l.Key.AddressText),
            rows.ConvertAll(l => l.At.UtcDateTime), rows.ConvertAll(l => l.LastAt.UtcDateTime), rows.ConvertAll(l => l.Count),
            rows.ConvertAll(l => l.Key.HourBegins.UtcDateTime), MaxLinesAnHour);
        var written = new HashSet<Guid>();
        await using (var answer = await command.ExecuteReaderAsync(stop))
        {
            while (await answer.ReadAsync(stop))
            {
                written.Add(answer.GetGuid(0));
            }
        }
        return rows.FindAll(l => !written.Contains(l.Key.Id));
    }

    /// <summary>One a grant and scope.</summary>
    public static Task AddAsync(AgentAuthDb db, IEnumerable<ScopeUse> uses, CancellationToken stop)
    {
        var rows = uses.OrderBy(u => u.GrantId).ThenBy(u => u.Scope, StringComparer.Ordinal).ToList();
        return db.Database.IsNpgsql()
            ? TogetherAsync(
                db, AddUses, stop, rows.ConvertAll(u => u.GrantId), rows.ConvertAll(u => u.Scope), rows.ConvertAll(u => u.Calls),
                rows.ConvertAll(u => u.LastUsedAt.UtcDateTime))
            : OneByOneAsync(
                db, AddUse, rows.Select(u => new object?[] { u.GrantId, u.Scope, u.Calls, u.LastUsedAt.UtcDateTime }), stop);
    }

    /// <summary>"Last used", as the token path keeps it: to the minute.</summary>
    public static Task NoteUseAsync(AgentAuthDb db, IReadOnlyDictionary<Guid, DateTimeOffset> lastUsed, CancellationToken stop)
    {
        var rows = lastUsed.OrderBy(u => u.Key)
            .Select(u => (Id: u.Key, At: u.Value.UtcDateTime, Before: (u.Value - TokenEndpoint.LastUsedStep).UtcDateTime)).ToList();
        return db.Database.IsNpgsql()
            ? TogetherAsync(db, NoteUses, stop, rows.ConvertAll(r => r.Id), rows.ConvertAll(r => r.At), rows.ConvertAll(r => r.Before))
            : OneByOneAsync(db, NoteUse, rows.Select(r => new object?[] { r.Id, r.At, r.Before }), stop);
    }

    private static async Task TogetherAsync(AgentAuthDb db, string sql, CancellationToken stop, params object[] values)
    {
        await using var command = Together(db, sql, values);
        await command.ExecuteNonQueryAsync(stop);
    }

    private static DbCommand Together(AgentAuthDb db, string sql, params object[] values)
    {
        var command = CommandOf(db, sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }
        return command;
    }

    /// <returns>Of each, in their order, whether it was written.</returns>
    private static async Task<List<bool>> OneByOneAsync(AgentAuthDb db, string sql, IEnumerable<object?[]> rows, CancellationToken stop)
    {
        await using var command = CommandOf(db, sql);
        var written = new List<bool>();
        foreach (var row in rows)
        {
            command.Parameters.Clear();
            for (var i = 0; i < row.Length; i++)
            {
                command.Parameters.Add(new Microsoft.Data.Sqlite.SqliteParameter($"${i + 1}", row[i] ?? DBNull.Value));
            }
            written.Add(await command.ExecuteNonQueryAsync(stop) > 0);
        }
        return written;
    }

    private static DbCommand CommandOf(AgentAuthDb db, string sql)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction()
            ?? throw new InvalidOperationException("The feed is written within a transaction.");
#pragma warning disable CA2100 // constants of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}
