using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Takes the place of OpenIddict's step that marks a code or refresh token used and, for refresh tokens, does not look whether that
/// worked. Opens the transaction that <see cref="CommitTokens"/> closes.
/// </summary>
internal sealed class RedeemOnce(IOpenIddictTokenManager tokens, TokenTransaction transaction, AgentAuthDb db)
    : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessSignInContext>()
            .UseScopedHandler<RedeemOnce>()
            .SetOrder(OpenIddictServerHandlers.RedeemTokenEntry.Descriptor.Order)
            .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        await transaction.BeginAsync(context.CancellationToken);
        if (context.Transaction.GetProperty<Client>(TokenEndpoint.ActingForItself) is { } client
            && !await IsStillAsync(client, context.CancellationToken))
        {
            await transaction.DisposeAsync();
            context.Reject(OpenIddictConstants.Errors.TemporarilyUnavailable, "The client was changed at this moment. Ask again.");
            return;
        }
        if (context.EndpointType != OpenIddictServerEndpointType.Token || UsedUpBy(context) is not { } principal)
        {
            return;
        }
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
        context.Reject(OpenIddictConstants.Errors.InvalidGrant, "This code or refresh token was already used. The grant has ended.");
    }

    /// <summary>From no grant hangs what a client gets for itself: blocked or narrowed a moment ago, nothing else would stop it.</summary>
    private async Task<bool> IsStillAsync(Client client, CancellationToken stop)
    {
        await db.KeepClientAsync(client.Id, stop);
        return await db.Clients.AnyAsync(c => c.Id == client.Id && c.ConcurrencyToken == client.ConcurrencyToken, stop);
    }

    private static System.Security.Claims.ClaimsPrincipal? UsedUpBy(ProcessSignInContext context)
    {
        var authentication = context.Transaction.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!);
        return authentication?.AuthorizationCodePrincipal ?? authentication?.RefreshTokenPrincipal;
    }
}
