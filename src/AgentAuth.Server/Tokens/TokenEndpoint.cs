using System.Globalization;
using System.Security.Claims;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using Microsoft.AspNetCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// All grants, top to bottom. The request is already valid by the letter: client authenticated, code or refresh token genuine, unused and
/// its own, nothing growing. Here it is held against what the person, the administrator and the resource say now.
/// </summary>
internal sealed class TokenEndpoint(
    AgentAuthDb db, IOpenIddictApplicationManager clients, AccessPolicy policy, Sessions sessions, TimeProvider clock,
    IOptions<TokenOptions> options)
    : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    /// <summary>"Last used" is for people; a row is not rewritten for every token.</summary>
    internal static readonly TimeSpan LastUsedStep = TimeSpan.FromMinutes(1);

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleTokenRequestContext>()
            .UseScopedHandler<TokenEndpoint>()
            .SetOrder(OpenIddictServerHandlers.Exchange.AttachPrincipal.Descriptor.Order + 500)
            .Build();

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        if (context.Request.IsClientCredentialsGrantType())
        {
            await ForClientAsync(context);
        }
        else if (context.Principal is { } principal)
        {
            await ForPersonAsync(context, principal);
        }
    }

    private async Task ForClientAsync(HandleTokenRequestContext context)
    {
        var client = (Client)(await clients.FindByClientIdAsync(context.Request.ClientId!, context.CancellationToken))!;
        var (access, refusal) = await policy.DecideAsync(
            client, context.Request.GetResources(), context.Request.GetScopes(), forPerson: false, context.CancellationToken);
        if (access is null)
        {
            context.Refuse(refusal!.Rule, refusal.Error, refusal.Words);
            return;
        }
        if (!IsTooEarly(context, client, clock.GetUtcNow()))
        {
            context.SignIn(TokenClaims.For(access));
        }
    }

    private async Task ForPersonAsync(HandleTokenRequestContext context, ClaimsPrincipal principal)
    {
        var now = clock.GetUtcNow();
        if (!Guid.TryParse(principal.GetAuthorizationId(), out var id)
            || await GrantAsync(id, context.CancellationToken) is not { } grant || !grant.IsLive(now)
            || await sessions.HasEndedWithAsync(grant, context.CancellationToken))
        {
            context.Refuse(TokenRules.Grant, Errors.InvalidGrant, "The grant has ended. Send the person through authorization again.");
            return;
        }
        var account = await db.Users.AsNoTracking().FirstOrDefaultAsync(a => a.Id == grant.AccountId, context.CancellationToken);
        if (account is not { DisabledAt: null } || !AccessPolicy.MayUse(grant.Application!, grant.Resource))
        {
            context.Refuse(TokenRules.Grant, Errors.InvalidGrant, "The person or the resource is no longer there for this client.");
            return;
        }
        if (grant.PausedAt is not null)
        {
            context.Refuse(TokenRules.Paused, Errors.AccessDenied, "The person paused this agent."); // nothing is used up by it
            return;
        }
        var allowed = grant.AllowedScopes;
        var scopes = principal.GetScopes()
            .Where(s => allowed.Contains(s, StringComparer.Ordinal) && AccessPolicy.Offers(grant.Application!, grant.Resource, s))
            .ToList();
        if (scopes.Count == 0)
        {
            context.Refuse(TokenRules.Grant, Errors.InvalidGrant,
                "Nothing is left of what was granted. Send the person through authorization again.");
            return;
        }
        if (IsTooEarly(context, grant.Application!, now))
        {
            return;
        }
        if (grant.LastUsedAt is not { } used || now - used > LastUsedStep)
        {
            await db.Grants.Where(g => g.Id == id)
                .ExecuteUpdateAsync(g => g.SetProperty(x => x.LastUsedAt, now), context.CancellationToken);
        }
        context.SignIn(Within(grant, TokenClaims.For(grant, account, scopes, SignedInAt(principal)), now));
    }

    /// <summary>Better no token than one that is dead on arrival.</summary>
    private static bool IsTooEarly(HandleTokenRequestContext context, Client client, DateTimeOffset now)
    {
        if (!client.KillsTokensOf(now))
        {
            return false;
        }
        var response = context.Transaction.GetHttpRequest()!.HttpContext.Response;
        response.Headers.RetryAfter = Client.LateTokens.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        context.Refuse(RequestRules.Busy, Errors.TemporarilyUnavailable,
            "All tokens of the client were ended a moment ago. Ask again in a few seconds.");
        return true;
    }

    private Task<Grant?> GrantAsync(Guid id, CancellationToken stop) => db.Grants.AsNoTracking()
        .Include(g => g.Application).Include(g => g.Resource).ThenInclude(r => r.Scopes)
        .FirstOrDefaultAsync(g => g.Id == id, stop);

    /// <summary>No token outlives its grant.</summary>
    private ClaimsPrincipal Within(Grant grant, ClaimsPrincipal principal, DateTimeOffset now)
    {
        var left = grant.EndsAt - now;
        principal.SetRefreshTokenLifetime(left < options.Value.RefreshTokenIdle ? left : options.Value.RefreshTokenIdle);
        principal.SetAccessTokenLifetime(left < options.Value.AccessToken ? left : options.Value.AccessToken);
        return principal;
    }

    private static long? SignedInAt(ClaimsPrincipal principal) =>
        long.TryParse(principal.GetClaim(Claims.AuthenticationTime), CultureInfo.InvariantCulture, out var at) ? at : null;
}
