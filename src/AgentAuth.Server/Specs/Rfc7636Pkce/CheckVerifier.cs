using AgentAuth.Server.Specs.Refusals;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc7636Pkce;

/// <summary>A verifier too short to be secret is refused even when its hash fits (RFC 7636 §4.1).</summary>
internal sealed class CheckVerifier : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseSingletonHandler<CheckVerifier>()
            .SetOrder(OpenIddictServerHandlers.Exchange.ValidateCodeVerifier.Descriptor.Order - 500)
            .Build();

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.Request.IsAuthorizationCodeGrantType() && !Pkce.IsVerifier(context.Request.CodeVerifier))
        {
            context.Refuse(TokenRules.Verifier, OpenIddictConstants.Errors.InvalidGrant,
                "The code_verifier must be 43 to 128 characters of A-Z a-z 0-9 - . _ ~ (RFC 7636).");
        }
        return ValueTask.CompletedTask;
    }
}
