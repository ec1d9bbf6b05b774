using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Model;

/// <summary>
/// Rows that nobody else changes until the transaction ends. PostgreSQL lets what was read be changed before its reader commits, so who
/// decides by a row keeps it, and who ends something takes it first. SQLite needs none of this: whoever has begun is its only writer.
/// Always in the order resource, client, account, so that no two wait for each other.
/// </summary>
internal static class Holds
{
    public static Task KeepResourceAsync(this AgentAuthDb db, Guid id, CancellationToken stop) =>
        LockAsync(db, $"""SELECT 1 FROM "Resources" WHERE "Id" = {id} FOR SHARE""", stop);

    public static Task KeepClientAsync(this AgentAuthDb db, Guid id, CancellationToken stop) =>
        LockAsync(db, $"""SELECT 1 FROM "Clients" WHERE "Id" = {id} FOR SHARE""", stop);

    public static Task KeepAccountAsync(this AgentAuthDb db, Guid id, CancellationToken stop) =>
        LockAsync(db, $"""SELECT 1 FROM "Accounts" WHERE "Id" = {id} FOR SHARE""", stop);

    // Not FOR UPDATE: tokens that refer to the row may go on being written.
    public static Task TakeResourceAsync(this AgentAuthDb db, Guid id, CancellationToken stop) =>
        LockAsync(db, $"""SELECT 1 FROM "Resources" WHERE "Id" = {id} FOR NO KEY UPDATE""", stop);

    public static Task TakeClientsAsync(this AgentAuthDb db, Guid[] ids, CancellationToken stop) =>
        LockAsync(db, $"""SELECT 1 FROM "Clients" WHERE "Id" = ANY({ids}) ORDER BY "Id" FOR NO KEY UPDATE""", stop);

    public static Task TakeAccountAsync(this AgentAuthDb db, Guid id, CancellationToken stop) =>
        LockAsync(db, $"""SELECT 1 FROM "Accounts" WHERE "Id" = {id} FOR NO KEY UPDATE""", stop);

    /// <summary>Alone, by who holds nothing else.</summary>
    public static Task TakeGrantAsync(this AgentAuthDb db, Guid id, CancellationToken stop) =>
        LockAsync(db, $"""SELECT 1 FROM "Grants" WHERE "Id" = {id} FOR NO KEY UPDATE""", stop);

    private static Task LockAsync(AgentAuthDb db, FormattableString sql, CancellationToken stop) =>
        db.Database.IsNpgsql() ? db.Database.ExecuteSqlAsync(sql, stop) : Task.CompletedTask;
}
