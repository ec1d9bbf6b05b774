using AgentAuth.Server.Specs.Refusals;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>A client that wants to act for itself and proves nothing has failed to authenticate (RFC 6749 §5.2); OpenIddict calls it a bad
/// request.</summary>
internal sealed class ProveSelf : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseSingletonHandler<ProveSelf>()
            .SetOrder(RefuseTokenDemands.Descriptor.Order + 100)
            .Build();

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.Request.IsClientCredentialsGrantType()
            && string.IsNullOrEmpty(context.Request.ClientSecret) && string.IsNullOrEmpty(context.Request.ClientAssertion))
        {
            context.Refuse(ClientRules.Method, OpenIddictConstants.Errors.InvalidClient, OwnWords.InvalidClient);
        }
        return ValueTask.CompletedTask;
    }
}
