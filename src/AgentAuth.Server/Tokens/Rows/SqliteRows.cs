using System.Collections.Concurrent;
using System.Data.Common;

namespace AgentAuth.Server.Tokens.Rows;

/// <summary>On SQLite reading is cheap and beside the writer; writing goes through <see cref="GroupCommit"/>.</summary>
internal sealed class SqliteRows(Func<SqliteStatements> open, GroupCommit writer) : HotRows, IDisposable
{
    private const string Use = """
        UPDATE "Tokens" SET "Status" = 'redeemed', "RedemptionDate" = $3
        WHERE "Id" = $1 AND "Status" = 'valid' AND EXISTS (SELECT 1 FROM "Grants" WHERE "Id" = $2 AND "Status" = 'valid')
        """;

    private const string NoteUse = """UPDATE "Grants" SET "LastUsedAt" = $2 WHERE "Id" = $1""";

    private const string End = """
        UPDATE "Grants" SET "Status" = 'revoked', "EndedAt" = $3, "EndedBecause" = $4, "ConcurrencyToken" = $5
        WHERE "Id" = $1 AND "ApplicationId" = $2 AND "Status" = 'valid'
        """;

    private const string TellGrant =
        """INSERT INTO "Revocations" ("Id", "Kind", "Value", "At", "ForgetAt") VALUES ($1, 'Grant', $2, $3, $4)""";

    private const string Audit = """
        INSERT INTO "AuditEntries" ("Id", "At", "Actor", "Act", "Target", "Reason", "Address") VALUES ($1, $2, $3, $4, $5, $6, $7)
        """;

    private const string Show = """
        INSERT INTO "Activities" ("Id", "GrantId", "AccountId", "Kind", "What", "At", "LastAt", "Count")
        VALUES ($1, $2, $3, $4, $5, $6, $6, 1)
        """;

    private readonly ConcurrentBag<SqliteStatements> _readers = [];

    public override Task<TokenRow?> FindTokenAsync(string reference, CancellationToken stop) =>
        Task.FromResult(One(FindToken, RowReading.Token, reference));

    public override Task<SessionRow?> FindSessionAsync(SessionQuestion question, CancellationToken stop) => Task.FromResult(
        One(FindSession, RowReading.Session, question.SessionId, question.ClientId, question.ResourceId, question.RedirectHost));

    public override Task<bool> RotateAsync(Rotation rotation, CancellationToken stop) => writer.DoAsync(
        s =>
        {
            if (s.Do(Use, rotation.Used, rotation.GrantId, rotation.Now.UtcDateTime) != 1)
            {
                return false;
            }
            if (rotation.NoteUse)
            {
                s.Do(NoteUse, rotation.GrantId, rotation.Now.UtcDateTime);
            }
            return rotation.Next is not { } next || Insert(s, next);
        },
        stop);

    public override Task<bool> AddAsync(NewToken token, CancellationToken stop) => writer.DoAsync(s => Insert(s, token), stop);

    public override Task<bool> EndGrantAsync(GrantEnd end, CancellationToken stop) => writer.DoAsync(
        s =>
        {
            var (notice, entry) = (end.Notice, end.Entry);
            if (s.Do(End, end.GrantId, end.ClientId, notice.At.UtcDateTime, end.Reason, RowReading.NewVersion()) != 1)
            {
                return false;
            }
            s.Do(TellGrant, notice.Id, notice.Value, notice.At.UtcDateTime, notice.ForgetAt.UtcDateTime);
            s.Do(Audit, entry.Id, entry.At.UtcDateTime, entry.Actor, entry.Act, entry.Target, entry.Reason, entry.Address);
            var line = end.Line;
            s.Do(Show, line.Id, line.GrantId, line.AccountId, line.Kind.ToString(), line.What, line.At.UtcDateTime);
            return true;
        },
        stop);

    public override Task<List<Notice>> NewsSinceAsync(DateTimeOffset since, CancellationToken stop) =>
        Task.FromResult(Many(NewsSince, RowReading.Notice, since.UtcDateTime));

    public override Task<List<Notice>> NewsStandingAsync(DateTimeOffset now, CancellationToken stop) =>
        Task.FromResult(Many(NewsStanding, RowReading.Notice, now.UtcDateTime));

    public void Dispose()
    {
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }

    private static bool Insert(SqliteStatements statements, NewToken token) => statements.Do(
        AddToken, token.Id, token.Type, token.ClientId, token.GrantId, token.Subject, token.CreatedAt.UtcDateTime,
        token.ExpiresAt.UtcDateTime, token.Payload, token.Reference, RowReading.NewVersion()) == 1;

    private T? One<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
        where T : class => Many(sql, read, values) is [var first, ..] ? first : null;

    private List<T> Many<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        var reader = Take();
        var isWell = false;
        try
        {
            var rows = new List<T>(1);
            using (var row = reader.Read(sql, values))
            {
                while (row.Read())
                {
                    rows.Add(read(row));
                }
            }
            isWell = true;
            return rows;
        }
        finally
        {
            GiveBack(reader, isWell);
        }
    }

#pragma warning disable CA2000 // given back, or disposed there
    private SqliteStatements Take() => _readers.TryTake(out var idle) ? idle : open();
#pragma warning restore CA2000

    /// <summary>A reader whose statement failed is thrown away; a new one starts clean.</summary>
    private void GiveBack(SqliteStatements reader, bool isWell)
    {
        if (isWell)
        {
            _readers.Add(reader);
        }
        else
        {
            reader.Dispose();
        }
    }
}
