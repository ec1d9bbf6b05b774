using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>The token endpoint's half of <see cref="RefuseUnknownDemands"/>.</summary>
internal sealed class RefuseTokenDemands : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseSingletonHandler<RefuseTokenDemands>()
            .SetOrder(OpenIddictServerHandlers.Exchange.ValidateGrantType.Descriptor.Order - 1_000)
            .Build();

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.Request.HasParameter(AuthorizationDetails.Name))
        {
            var problem = AuthorizationDetails.Problem((string?)context.Request[AuthorizationDetails.Name]);
            context.Refuse(RequestRules.Unsupported, AuthorizationDetails.Error, problem);
        }
        else if (context.Transaction.GetHttpRequest() is { } http && http.Headers.ContainsKey("DPoP"))
        {
            context.Refuse(RequestRules.Unsupported, "invalid_dpop_proof", "DPoP (RFC 9449) is not supported; tokens are bearer tokens.");
        }
        return ValueTask.CompletedTask;
    }
}
