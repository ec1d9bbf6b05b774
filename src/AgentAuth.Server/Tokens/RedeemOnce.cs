using System.Security.Claims;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Tokens.ShortPath;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Takes the place of OpenIddict's step that marks a code or refresh token used and, for refresh tokens, does not look whether that
/// worked. Opens the transaction that <see cref="CommitTokens"/> closes. A refresh token that was used a moment ago gives its one
/// successor once more; docs/decisions/0027.
/// </summary>
internal sealed class RedeemOnce(
    AgentAuthDb db, IOpenIddictTokenManager tokens, TokenTransaction transaction, Successors successors, TimeProvider clock)
    : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessSignInContext>()
            .UseScopedHandler<RedeemOnce>()
            .SetOrder(OpenIddictServerHandlers.RedeemTokenEntry.Descriptor.Order)
            .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.Token)
        {
            await transaction.BeginAsync(context.CancellationToken);
            return;
        }
        if (UsedUpBy(context) is not { } principal)
        {
            return; // a client acting for itself: nothing is used up, nothing is written
        }
        await transaction.BeginAsync(context.CancellationToken);
        if (principal.GetTokenId() is { } id && await tokens.FindByIdAsync(id, context.CancellationToken) is Token token
            && await tokens.TryRedeemAsync(token, context.CancellationToken))
        {
            if (context.Request.RefreshToken is { } presented)
            {
                new Successor(successors.Next(presented, token.Id), IsThere: false).KeepIn(context.Transaction);
            }
            return;
        }
        await transaction.DisposeAsync();
        if (await WasUsedJustNowAsync(principal, context.CancellationToken))
        {
            await GiveAgainAsync(context, principal);
            return;
        }
        if (principal.GetAuthorizationId() is { } grant)
        {
            await tokens.RevokeByAuthorizationIdAsync(grant, context.CancellationToken);
        }
        context.Refuse(TokenRules.Once, Errors.InvalidGrant, "This code or refresh token was already used. The grant has ended.");
    }

    private static ClaimsPrincipal? UsedUpBy(ProcessSignInContext context)
    {
        var authentication = context.Transaction.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!);
        return authentication?.AuthorizationCodePrincipal ?? authentication?.RefreshTokenPrincipal;
    }

    /// <summary>Read anew: whoever was first has committed by now. A code has no window: it is redeemed at once, by one process.</summary>
    private Task<bool> WasUsedJustNowAsync(ClaimsPrincipal principal, CancellationToken stop)
    {
        if (successors.Grace <= TimeSpan.Zero || !Guid.TryParse(principal.GetTokenId(), out var id))
        {
            return Task.FromResult(false);
        }
        // A clock that was set back makes no window longer.
        var (since, until) = ((clock.GetUtcNow() - successors.Grace).UtcDateTime, (clock.GetUtcNow() + successors.Grace).UtcDateTime);
        return db.Tokens.AnyAsync(
            t => t.Id == id && t.Type == TokenTypeIdentifiers.RefreshToken && t.Status == Statuses.Redeemed
                && t.RedemptionDate > since && t.RedemptionDate < until, stop);
    }

    /// <summary>
    /// The successor, while it is the newest. If that was used too, the agent has gone on and this is one of its slower processes, or a
    /// thief who gets nothing: refused, and no reason to end what the agent holds.
    /// </summary>
    private async Task GiveAgainAsync(ProcessSignInContext context, ClaimsPrincipal principal)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var names = successors.Candidates(context.Request.RefreshToken!, Guid.Parse(principal.GetTokenId()!))
            .ToDictionary(Issuance.Kept, StringComparer.Ordinal);
        var hashes = names.Keys.ToList();
        var kept = await db.Tokens.AsNoTracking()
            .Where(t => hashes.Contains(t.ReferenceId!) && t.Status == Statuses.Valid && t.ExpirationDate > now)
            .Select(t => t.ReferenceId!).FirstOrDefaultAsync(context.CancellationToken);
        if (kept is null)
        {
            context.Refuse(
                TokenRules.Succeeded, Errors.InvalidGrant,
                "This refresh token was used a moment ago, and so was the one that followed it.");
            return;
        }
        new Successor(names[kept], IsThere: true).KeepIn(context.Transaction);
    }
}
