using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// A code that was presented and refused is dead: whoever holds it without its verifier, redirect URI or client does not get a second
/// guess (RFC 9700 §4.5, RFC 6749 §4.1.3).
/// </summary>
internal sealed class BurnCode(IOpenIddictTokenManager tokens) : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyTokenResponseContext>()
            .UseScopedHandler<BurnCode>()
            .SetOrder(int.MinValue + 50_000)
            .Build();

    public async ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        if (string.IsNullOrEmpty(context.Error))
        {
            return;
        }
        var authentication = context.Transaction.GetProperty<ProcessAuthenticationContext>(typeof(ProcessAuthenticationContext).FullName!);
        if (authentication?.AuthorizationCodePrincipal?.GetTokenId() is { } id
            && await tokens.FindByIdAsync(id, context.CancellationToken) is { } code)
        {
            await tokens.TryRedeemAsync(code, context.CancellationToken);
        }
    }
}
