using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AgentAuth.Server.Setup;

/// <summary>
/// Why the database cannot be used, as one line for the operator; <see cref="StaysSo"/> when waiting would not change it.
/// </summary>
internal sealed record StartTrouble(string Words, bool StaysSo)
{
    private const int SqliteReadOnly = 8;
    private const int SqliteFull = 13;
    private const int SqliteCannotOpen = 14;
    private const int SqliteCorrupt = 11;
    private const int SqliteNoDatabase = 26;

    /// <summary>Null: not the database's fault.</summary>
    public static StartTrouble? Of(Exception failure) => failure switch
    {
        DbUpdateException or InvalidOperationException when failure.InnerException is { } inner => Of(inner), // EF's wrappings
        PostgresException refused => OfPostgres(refused),
        NpgsqlException away =>
            new($"PostgreSQL does not answer: {OneLine(away.GetBaseException())}. See ConnectionStrings:AgentAuth.", false),
        SqliteException file => OfSqlite(file),
        DbException or DbUpdateException or TimeoutException => new($"The database cannot be used: {OneLine(failure)}.", false),
        UnauthorizedAccessException or IOException => new($"What the server keeps cannot be read or written: {OneLine(failure)}.", true),
        _ => null,
    };

    private static StartTrouble OfPostgres(PostgresException refused) => refused.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            new($"PostgreSQL refused the user: {refused.MessageText}. See Username and Password in ConnectionStrings:AgentAuth.", true),
        PostgresErrorCodes.InvalidCatalogName =>
            new($"PostgreSQL: {refused.MessageText}. Make it: createdb; or see ConnectionStrings:AgentAuth.", true),
        PostgresErrorCodes.InsufficientPrivilege =>
            new($"PostgreSQL: {refused.MessageText}. The user needs to make tables in this database.", true),
        _ => new($"PostgreSQL: {refused.MessageText} ({refused.SqlState}).", false),
    };

    private static StartTrouble OfSqlite(SqliteException file) => file.SqliteErrorCode switch
    {
        SqliteReadOnly or SqliteCannotOpen =>
            new($"The SQLite file in AgentAuth:DataPath cannot be opened or written: {OneLine(file)}.", true),
        SqliteFull => new("The disk that AgentAuth:DataPath lies on is full.", false),
        SqliteCorrupt or SqliteNoDatabase =>
            new($"The SQLite file in AgentAuth:DataPath is damaged: {OneLine(file)}. Restore a backup.", true),
        _ => new($"SQLite: {OneLine(file)}.", false),
    };

    private static string OneLine(Exception failure) => failure.Message.ReplaceLineEndings(" ").TrimEnd('.');
}
