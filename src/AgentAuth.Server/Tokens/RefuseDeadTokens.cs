using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// An access token that was given back, of a client that was blocked, or whose tokens were all ended, is dead here too and not only in the
/// event stream. It has no row, and one that a client got in its own name hangs from no grant, that could say so.
/// </summary>
internal sealed class RefuseDeadTokens(AgentAuthDb db) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
            .UseScopedHandler<RefuseDeadTokens>()
            .SetOrder(OpenIddictServerHandlers.Protection.ValidateAuthorizationEntry.Descriptor.Order + 500)
            .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is not { } principal || !principal.HasTokenType(OpenIddictConstants.TokenTypeIdentifiers.AccessToken))
        {
            return;
        }
        var presenters = principal.GetPresenters().ToList();
        var issued = principal.GetCreationDate() ?? DateTimeOffset.MinValue; // whole seconds: one of the fatal second itself is dead
        var id = principal.GetClaim(OpenIddictConstants.Claims.JwtId);
        if (await HasGrantEndedAsync(principal, context.CancellationToken)
            || await db.Clients.AnyAsync(
                c => presenters.Contains(c.ClientId!) && (c.BlockedAt != null || c.TokensDeadBefore >= issued), context.CancellationToken)
            || await db.Revocations.AnyAsync(r => r.Value == id && r.Kind == RevocationKind.Token, context.CancellationToken))
        {
            context.Refuse(
                TokenRules.Live, OpenIddictConstants.Errors.InvalidToken,
                "The token, its grant, or all of its client's tokens were ended.");
        }
    }

    private async Task<bool> HasGrantEndedAsync(System.Security.Claims.ClaimsPrincipal principal, CancellationToken stop) =>
        Guid.TryParse(principal.GetClaim(TokenClaims.GrantId), out var grant)
        && !await db.Grants.AnyAsync(g => g.Id == grant && g.Status == OpenIddictConstants.Statuses.Valid, stop);
}
