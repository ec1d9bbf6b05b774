using System.Data.Common;
using AgentAuth.Server.Specs.Refusals;
using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Failures;

/// <summary>
/// A request that ended in an exception, as it is told: a status, an OAuth error name, and an identifier that finds the log entry.
/// </summary>
internal sealed record Failure(int Status, string Error, string Description)
{
    public const int RetryAfterSeconds = 2;

    private const int SqliteConstraint = 19;

    /// <summary>SQLSTATE classes that blame the statement: its data, a constraint it breaks.</summary>
    private static readonly string[] OurFaults = ["22", "23"];

    public string Id { get; } = RefusalBook.NewId();

    public bool IsOurs => Status == StatusCodes.Status500InternalServerError;

    public bool IsPassing => Status == StatusCodes.Status503ServiceUnavailable;

    public Rule Rule => IsOurs ? RequestRules.Failed : IsPassing ? RequestRules.Busy : RequestRules.Form;

    public static Failure Of(Exception exception) => exception switch
    {
        BadHttpRequestException bad => new(bad.StatusCode, OpenIddictConstants.Errors.InvalidRequest, "The request could not be read."),
        InvalidDataException => new(400, OpenIddictConstants.Errors.InvalidRequest, "The request could not be read."),
        _ when IsDatabaseTrouble(exception) =>
            new(503, OpenIddictConstants.Errors.TemporarilyUnavailable, "The server cannot answer right now. Try again shortly."),
        _ => new(500, OpenIddictConstants.Errors.ServerError, "The server failed to answer this request."),
    };

    /// <summary>The database is away or too slow. A broken rule inside it is not that, but a fault of ours.</summary>
    private static bool IsDatabaseTrouble(Exception? exception) => exception switch
    {
        null => false,
        SqliteException { SqliteErrorCode: SqliteConstraint } => false,
        DbException { SqlState: { } state } when Array.Exists(OurFaults, c => state.StartsWith(c, StringComparison.Ordinal)) => false,
        DbException or TimeoutException => true,
        ConnectionAbortedException => false,
        _ => IsDatabaseTrouble(exception.InnerException),
    };
}
