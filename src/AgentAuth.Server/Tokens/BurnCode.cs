using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// A code that was presented and refused is dead: whoever holds it without its verifier, redirect URI or client does not get a second
/// guess (RFC 9700 §4.5, RFC 6749 §4.1.3).
/// </summary>
internal sealed class BurnCode(AgentAuthDb db, TokenTransaction transaction) : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyTokenResponseContext>()
            .UseScopedHandler<BurnCode>()
            .SetOrder(int.MinValue + 50_000)
            .Build();

    public async ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        // Come again later, or the person paused it: nothing is used up by that.
        if (string.IsNullOrEmpty(context.Error) || context.Error is Errors.TemporarilyUnavailable or Errors.AccessDenied)
        {
            return;
        }
        var authentication = context.Transaction.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!);
        if (!Guid.TryParse(authentication?.AuthorizationCodePrincipal?.GetTokenId(), out var id))
        {
            return; // no genuine code, or no client that proved who it is
        }
        await transaction.DisposeAsync(); // or the refused request's rollback would bring the code back
        // Revoked and not redeemed: nothing came of this code, so its return is no replay for which the grant must end.
        await db.Tokens
            .Where(t => t.Id == id && t.Status == OpenIddictConstants.Statuses.Valid)
            .ExecuteUpdateAsync(t => t.SetProperty(x => x.Status, OpenIddictConstants.Statuses.Revoked), context.CancellationToken);
    }
}
