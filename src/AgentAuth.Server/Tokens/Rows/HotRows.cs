using AgentAuth.Server.Model;

namespace AgentAuth.Server.Tokens.Rows;

/// <summary>
/// The few statements of the token path, as plain ADO.NET on prepared commands: each request of the usual shape reads once and writes once.
/// EF maps the same tables for everything else; the migrations decide what they look like. Written here for two engines: SQLite has one
/// writer and no round trips, PostgreSQL the opposite.
/// </summary>
/// <remarks>Who writes and leaves before it has begun finds it not done; what is on its way to the disk is not called back.</remarks>
internal abstract class HotRows
{
    // What both engines are asked in the same words; parameters are numbered.
    protected const string FindToken = """
        SELECT t."Id", t."Type", t."Status", t."ExpirationDate", t."Payload", t."ApplicationId",
          g."Id", g."Status", g."Scopes", g."EndsAt", g."LastUsedAt", g."ResourceId", g."PausedAt" IS NOT NULL, g."Details",
          g."SessionId" IS NOT NULL, a."Id", a."Email", a."EmailConfirmed", a."DisabledAt" IS NOT NULL, t."RedemptionDate"
        FROM "Tokens" t JOIN "Grants" g ON g."Id" = t."AuthorizationId" JOIN "Accounts" a ON a."Id" = g."AccountId"
        WHERE t."ReferenceId" = $1
        """;

    protected const string AddToken = """
        INSERT INTO "Tokens" ("Id", "Type", "ApplicationId", "AuthorizationId", "Subject", "CreationDate", "ExpirationDate", "Payload",
          "ReferenceId", "Status", "ConcurrencyToken")
        SELECT $1, $2, $3, "Id", $5, $6, $7, $8, $9, 'valid', $10 FROM "Grants" WHERE "Id" = $4 AND "Status" = 'valid'
        """;

    protected const string FindSession = """
        SELECT s."Id", s."SeenAt", s."EndsAt", s."Ticket", a."SecurityStamp", a."Id", a."Email", a."EmailConfirmed",
          a."DisabledAt" IS NOT NULL, g."Id", g."Status", g."Scopes", g."EndsAt", g."LastUsedAt", g."ResourceId",
          g."PausedAt" IS NOT NULL, g."Details", g."SessionId" IS NOT NULL
        FROM "Sessions" s JOIN "Accounts" a ON a."Id" = s."AccountId"
        LEFT JOIN "Grants" g ON g."AccountId" = a."Id" AND g."ApplicationId" = $2 AND g."ResourceId" = $3 AND g."RedirectHost" = $4
          AND g."Status" = 'valid' AND (g."SessionId" IS NULL OR g."SessionId" = s."Id")
        WHERE s."Id" = $1
        """;

    protected const string NewsSince = """
        SELECT "Id", "Kind", "Value", "At", "ForgetAt", "Scopes" FROM "Revocations" WHERE "At" >= $1
        UNION ALL SELECT "Id", '', '', "At", "At", NULL FROM "CatalogChanges" WHERE "At" >= $1
        UNION ALL SELECT "Id", '', 'key', "CreatedAt", "CreatedAt", NULL FROM "SigningKeys"
            WHERE "Use" = 'Signing' AND "GoneAt" IS NULL AND "CreatedAt" >= $1
        """;

    protected const string NewsStanding = """
        SELECT "Id", "Kind", "Value", "At", "ForgetAt", "Scopes" FROM "Revocations" WHERE "ForgetAt" > $1
        UNION ALL SELECT "Id", '', '', "At", "At", NULL FROM "CatalogChanges"
        UNION ALL SELECT "Id", '', 'key', "CreatedAt", "CreatedAt", NULL FROM "SigningKeys"
            WHERE "Use" = 'Signing' AND ("GoneAt" IS NULL OR "GoneAt" > $1)
        """;

    /// <summary>A code or refresh token with its grant and its person; null when there is none by this reference.</summary>
    public abstract Task<TokenRow?> FindTokenAsync(string reference, CancellationToken stop);

    /// <summary>
    /// Marks the old token used and stores the new one, both or neither. False when the old one was used, or its grant ended, in between:
    /// one statement decides who of many was first (RFC 9700 §4.14.2). When it returns, it is on disk.
    /// </summary>
    public abstract Task<bool> RotateAsync(Rotation rotation, CancellationToken stop);

    /// <summary>Stores a code; false when its grant ended in between.</summary>
    public abstract Task<bool> AddAsync(NewToken token, CancellationToken stop);

    /// <summary>Ends a live grant, with the notice to resource servers and the audit entry; false when it has ended already.</summary>
    public abstract Task<bool> EndGrantAsync(GrantEnd end, CancellationToken stop);

    /// <summary>A session with its person and the one grant that may be remembered; null when there is no such session.</summary>
    public abstract Task<SessionRow?> FindSessionAsync(SessionQuestion question, CancellationToken stop);

    /// <summary>What died, what was changed, and which signing keys were made, at or after an instant.</summary>
    public abstract Task<List<Notice>> NewsSinceAsync(DateTimeOffset since, CancellationToken stop);

    /// <summary>What died and may still be presented, what was changed lately, and the signing keys that have not gone.</summary>
    public abstract Task<List<Notice>> NewsStandingAsync(DateTimeOffset now, CancellationToken stop);
}

/// <param name="Id">The row's.</param>
/// <param name="Ended">What died; null when it is the news that the catalog changed, or of a key.</param>
/// <param name="IsKey">The row is a signing key.</param>
internal sealed record Notice(Guid Id, Revocation? Ended, bool IsKey = false);

internal sealed record TokenRow(
    Guid Id, string Type, string Status, DateTimeOffset ExpiresAt, string Payload, Guid ClientId, GrantRow Grant, PersonRow Person,
    DateTimeOffset? RedeemedAt);

/// <param name="Id">The row's.</param>
/// <param name="Status">OpenIddict's word.</param>
/// <param name="Scopes">What is allowed, as a JSON array.</param>
/// <param name="EndsAt">No token outlives it.</param>
/// <param name="LastUsedAt">When it was last used, to the minute.</param>
/// <param name="ResourceId">Where it counts.</param>
/// <param name="IsPaused">While it is, nothing is given for it.</param>
/// <param name="Details">The <c>authorization_details</c> of its tokens, a JSON array.</param>
/// <param name="IsOfSession">It ends with a session, at which only the whole pipeline looks.</param>
internal sealed record GrantRow(
    Guid Id, string Status, string? Scopes, DateTimeOffset EndsAt, DateTimeOffset? LastUsedAt, Guid ResourceId, bool IsPaused,
    string? Details, bool IsOfSession);

internal sealed record PersonRow(Guid Id, string? Email, bool EmailConfirmed, bool IsDisabled);

internal sealed record SessionQuestion(string SessionId, Guid ClientId, Guid ResourceId, string RedirectHost);

internal sealed record SessionRow(
    string Id, DateTimeOffset SeenAt, DateTimeOffset EndsAt, byte[] Ticket, string? SecurityStamp, PersonRow Person, GrantRow? Grant);

internal sealed record NewToken(
    Guid Id, string Type, Guid ClientId, Guid GrantId, string Subject, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string Payload,
    string Reference);

/// <summary>
/// A code or refresh token that was presented is used up, and the refresh token that takes its place (none, if null) is stored. The grant's
/// "last used" is written again when it is old enough.
/// </summary>
internal sealed record Rotation(Guid Used, Guid GrantId, DateTimeOffset Now, NewToken? Next, bool NoteUse);

internal sealed record GrantEnd(Guid GrantId, Guid ClientId, string Reason, Revocation Notice, AuditEntry Entry, Activity Line);
