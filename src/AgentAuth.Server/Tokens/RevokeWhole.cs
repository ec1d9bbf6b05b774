using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// RFC 7009 §2.1: with the refresh token go the access tokens made from it. Both hang from the grant, so the grant ends, as if the person
/// had removed it. An access token given back dies alone, and resource servers are told its <c>jti</c>. In the place of OpenIddict's step,
/// which wants a row for every token.
/// </summary>
internal sealed class RevokeWhole(Revoker revoker) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleRevocationRequestContext>()
            .UseScopedHandler<RevokeWhole>()
            .SetOrder(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor.Order)
            .Build();

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        var principal = context.GenericTokenPrincipal;
        if (principal.HasTokenType(OpenIddictConstants.TokenTypeIdentifiers.RefreshToken)
            && Guid.TryParse(principal.GetAuthorizationId(), out var grant))
        {
            var client = Actor.ClientNamed(context.Request.ClientId ?? "client", address: null);
            await revoker.EndGrantAsync(
                grant, Revoker.ReturnAct, Revoker.ReturnedByClient, client, context.CancellationToken);
        }
        else if (principal.HasTokenType(OpenIddictConstants.TokenTypeIdentifiers.AccessToken)
            && principal.GetClaim(OpenIddictConstants.Claims.JwtId) is { Length: > 0 } jti)
        {
            await revoker.EndAccessTokenAsync(jti, context.CancellationToken);
        }
    }
}
