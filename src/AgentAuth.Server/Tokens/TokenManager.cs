using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens.Mails;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace AgentAuth.Server.Tokens;

/// <summary>OpenIddict's token manager, made safe against requests that arrive together.</summary>
internal sealed partial class TokenManager(
    IOpenIddictTokenCache<Token> cache,
    ILogger<OpenIddictTokenManager<Token>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictTokenStore<Token> store,
    AgentAuthDb db,
    TimeProvider clock,
    Revoker revoker,
    IServiceProvider services) : OpenIddictTokenManager<Token>(cache, logger, options, store)
{
    /// <summary>
    /// One statement decides who of many used the token first, and that its grant is still alive (RFC 9700 §4.14.2). The grant is looked up
    /// by EXISTS: with a join EF updates from a subquery, and PostgreSQL does not look at the status again after waiting for the row.
    /// </summary>
    public override async ValueTask<bool> TryRedeemAsync(Token token, CancellationToken cancellationToken = default)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return 1 == await db.Tokens
            .Where(t => t.Id == token.Id && t.Status == OpenIddictConstants.Statuses.Valid
                && db.Grants.Any(g => g.Id == EF.Property<Guid?>(t, "AuthorizationId") && g.Status == OpenIddictConstants.Statuses.Valid))
            .ExecuteUpdateAsync(t => t
                .SetProperty(x => x.Status, OpenIddictConstants.Statuses.Redeemed)
                .SetProperty(x => x.RedemptionDate, now), cancellationToken);
    }

    /// <summary>
    /// OpenIddict calls this when a used code or refresh token comes back. Revoking the tokens that exist would spare one that is being
    /// made at this moment, so the grant they all hang from ends.
    /// </summary>
    public override async ValueTask<long> RevokeByAuthorizationIdAsync(string identifier, CancellationToken cancellationToken = default)
    {
        if (!Guid.TryParse(identifier, out var id))
        {
            return 0;
        }
        var ended = await revoker.EndGrantAsync(
            id, "grant.replay", "A used code or refresh token came back.", Actor.Server, cancellationToken, ActivityKind.Replayed,
            () => services.GetRequiredService<Mailer>().AddAsync(MailKind.GrantReplayed, id, cancellationToken)); // made only when needed
        if (ended > 0)
        {
            Replayed(Logger, id);
        }
        return ended;
    }

    [LoggerMessage(3201, LogLevel.Warning, "A used code or refresh token of grant {GrantId} came back: somebody may have copied it. "
        + "The grant has ended.")]
    private static partial void Replayed(ILogger logger, Guid grantId);
}
