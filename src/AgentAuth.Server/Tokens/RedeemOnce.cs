using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Takes the place of OpenIddict's step that marks a code or refresh token used and, for refresh tokens, does not look whether that
/// worked. Opens the transaction that <see cref="CommitTokens"/> closes.
/// </summary>
internal sealed class RedeemOnce(IOpenIddictTokenManager tokens, TokenTransaction transaction)
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
            return;
        }
        await transaction.DisposeAsync();
        if (principal.GetAuthorizationId() is { } grant)
        {
            await tokens.RevokeByAuthorizationIdAsync(grant, context.CancellationToken);
        }
        context.Refuse(TokenRules.Once, OpenIddictConstants.Errors.InvalidGrant,
            "This code or refresh token was already used. The grant has ended.");
    }

    private static System.Security.Claims.ClaimsPrincipal? UsedUpBy(ProcessSignInContext context)
    {
        var authentication = context.Transaction.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!);
        return authentication?.AuthorizationCodePrincipal ?? authentication?.RefreshTokenPrincipal;
    }
}
