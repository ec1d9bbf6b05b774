using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>OpenID Connect Core §5.3: about the person, to a client they signed in to; only what they allowed it to know.</summary>
internal sealed class UserInfo(AgentAuthDb db) : IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleUserInfoRequestContext>()
            .UseScopedHandler<UserInfo>()
            // After OpenIddict's own claims: they are the token's, which says nothing of a person.
            .SetOrder(OpenIddictServerHandlers.UserInfo.AttachClaims.Descriptor.Order + 500)
            .Build();

    public async ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        var principal = context.AccessTokenPrincipal;
        if (!principal.HasScope(OpenIddictConstants.Scopes.OpenId))
        {
            context.Refuse(
                TokenRules.Scope, OpenIddictConstants.Errors.InsufficientScope,
                $"The token was not granted the openid scope. It is for {string.Join(' ', principal.GetAudiences())}.");
            return;
        }
        var account = Guid.TryParse(principal.GetClaim(OpenIddictConstants.Claims.Subject), out var id)
            ? await db.Users.AsNoTracking().FirstOrDefaultAsync(a => a.Id == id, context.CancellationToken)
            : null;
        if (account is not { DisabledAt: null })
        {
            context.Refuse(TokenRules.Live, OpenIddictConstants.Errors.InvalidToken, "The person is no longer here.");
            return;
        }
        context.Subject = account.Subject;
        if (principal.HasScope(OpenIddictConstants.Scopes.Email))
        {
            context.Email = account.Email;
            context.EmailVerified = account.EmailConfirmed;
        }
    }
}
