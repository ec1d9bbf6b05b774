using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace AgentAuth.Server.Tokens.Rows;

/// <summary>On PostgreSQL each act is one statement, so it is one round trip, one transaction and one wait for the disk.</summary>
internal sealed class PostgresRows(NpgsqlDataSource source) : HotRows
{
    // The status is looked at again after waiting for the row; the grant's is looked up, or a join would make it a subquery that is not.
    private const string Rotate = """
        WITH used AS (
          UPDATE "Tokens" SET "Status" = 'redeemed', "RedemptionDate" = $3
          WHERE "Id" = $1 AND "Status" = 'valid' AND EXISTS (SELECT 1 FROM "Grants" WHERE "Id" = $2 AND "Status" = 'valid')
          RETURNING 1),
        noted AS (UPDATE "Grants" SET "LastUsedAt" = $3 WHERE "Id" = $2 AND $4 AND EXISTS (SELECT 1 FROM used)),
        added AS (
          INSERT INTO "Tokens" ("Id", "Type", "ApplicationId", "AuthorizationId", "Subject", "CreationDate", "ExpirationDate", "Payload",
            "ReferenceId", "Status", "ConcurrencyToken")
          SELECT $5, $6, $7, $2, $8, $9, $10, $11, $12, 'valid', $13 FROM used WHERE $5 IS NOT NULL)
        SELECT count(*) FROM used
        """;

    private const string End = """
        WITH ended AS (
          UPDATE "Grants" SET "Status" = 'revoked', "EndedAt" = $3, "EndedBecause" = $4, "ConcurrencyToken" = $5
          WHERE "Id" = $1 AND "ApplicationId" = $2 AND "Status" = 'valid' RETURNING 1),
        told AS (
          INSERT INTO "Revocations" ("Id", "Kind", "Value", "At", "ForgetAt") SELECT $6, 'Grant', $7, $3, $8 FROM ended),
        noted AS (
          INSERT INTO "AuditEntries" ("Id", "At", "Actor", "Act", "Target", "Reason", "Address")
          SELECT $9, $3, $10, $11, $12, $13, $14 FROM ended),
        shown AS (
          INSERT INTO "Activities" ("Id", "GrantId", "AccountId", "Kind", "What", "At", "LastAt", "Count")
          SELECT $15, $1, $16, $17, $18, $3, $3, 1 FROM ended)
        SELECT count(*) FROM ended
        """;

    public override Task<TokenRow?> FindTokenAsync(string reference, CancellationToken stop) =>
        OneAsync(FindToken, RowReading.Token, stop, Of(reference));

    public override Task<SessionRow?> FindSessionAsync(SessionQuestion question, CancellationToken stop) => OneAsync(
        FindSession, RowReading.Session, stop,
        Of(question.SessionId), Of(question.ClientId), Of(question.ResourceId), Of(question.RedirectHost));

    public override Task<bool> RotateAsync(Rotation rotation, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var next = rotation.Next;
        return DidAsync(
            Rotate, CancellationToken.None, Of(rotation.Used), Of(rotation.GrantId), Of(rotation.Now), Of(rotation.NoteUse),
            Of(next?.Id, NpgsqlDbType.Uuid), Of(next?.Type, NpgsqlDbType.Text), Of(next?.ClientId, NpgsqlDbType.Uuid),
            Of(next?.Subject, NpgsqlDbType.Text), Of(next?.CreatedAt.UtcDateTime, NpgsqlDbType.TimestampTz),
            Of(next?.ExpiresAt.UtcDateTime, NpgsqlDbType.TimestampTz), Of(next?.Payload, NpgsqlDbType.Text),
            Of(next?.Reference, NpgsqlDbType.Text), Of(RowReading.NewVersion()));
    }

    public override async Task<bool> AddAsync(NewToken token, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        await using var command = source.CreateCommand(AddToken);
        NpgsqlParameter[] parameters =
        [
            Of(token.Id), Of(token.Type), Of(token.ClientId), Of(token.GrantId), Of(token.Subject), Of(token.CreatedAt),
            Of(token.ExpiresAt), Of(token.Payload), Of(token.Reference), Of(RowReading.NewVersion()),
        ];
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(CancellationToken.None) == 1;
    }

    public override Task<bool> EndGrantAsync(GrantEnd end, CancellationToken stop) => DidAsync(
        End, stop, Of(end.GrantId), Of(end.ClientId), Of(end.Notice.At), Of(end.Reason), Of(RowReading.NewVersion()), Of(end.Notice.Id),
        Of(end.Notice.Value), Of(end.Notice.ForgetAt), Of(end.Entry.Id), Of(end.Entry.Actor), Of(end.Entry.Act), Of(end.Entry.Target),
        Of(end.Entry.Reason, NpgsqlDbType.Text), Of(end.Entry.Address, NpgsqlDbType.Text),
        Of(end.Line.Id), Of(end.Line.AccountId), Of(end.Line.Kind.ToString()), Of(end.Line.What, NpgsqlDbType.Text));

    public override Task<List<Notice>> NewsSinceAsync(DateTimeOffset since, CancellationToken stop) => NoticesAsync(NewsSince, since, stop);

    public override Task<List<Notice>> NewsStandingAsync(DateTimeOffset now, CancellationToken stop) =>
        NoticesAsync(NewsStanding, now, stop);

    private async Task<T?> OneAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken stop, params NpgsqlParameter[] parameters)
        where T : class
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await using var row = await command.ExecuteReaderAsync(stop);
        return await row.ReadAsync(stop) ? read(row) : null;
    }

    private async Task<bool> DidAsync(string sql, CancellationToken stop, params NpgsqlParameter[] parameters)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteScalarAsync(stop) is 1L;
    }

    private async Task<List<Notice>> NoticesAsync(string sql, DateTimeOffset instant, CancellationToken stop)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(Of(instant));
        await using var row = await command.ExecuteReaderAsync(stop);
        var notices = new List<Notice>();
        while (await row.ReadAsync(stop))
        {
            notices.Add(RowReading.Notice(row));
        }
        return notices;
    }

    private static NpgsqlParameter<string> Of(string value) => new() { TypedValue = value };

    private static NpgsqlParameter<Guid> Of(Guid value) => new() { TypedValue = value };

    private static NpgsqlParameter<bool> Of(bool value) => new() { TypedValue = value };

    private static NpgsqlParameter<DateTime> Of(DateTimeOffset value) => new() { TypedValue = value.UtcDateTime };

    private static NpgsqlParameter Of(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
