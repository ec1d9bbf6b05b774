using AgentAuth.Server.Specs.Refusals;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>No parameter may come twice (RFC 6749 §3.1); only <c>resource</c> may (RFC 8707 §2).</summary>
internal sealed class RefuseRepeatedParameters : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
            .UseSingletonHandler<RefuseRepeatedParameters>()
            .SetOrder(ProvedRedirect.Prove.Descriptor.Order + 100)
            .Build();

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        foreach (var (name, value) in context.Request.GetParameters())
        {
            if (value.Count > 1 && name != OpenIddictConstants.Parameters.Resource)
            {
                context.Refuse(
                    RequestRules.Once, OpenIddictConstants.Errors.InvalidRequest, $"The '{name}' parameter came more than once.");
                break;
            }
        }
        return ValueTask.CompletedTask;
    }
}
