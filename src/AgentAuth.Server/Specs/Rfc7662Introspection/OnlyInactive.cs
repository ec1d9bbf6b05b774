using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc7662Introspection;

/// <summary>A token that is none for a resource server (a code, an ID token) is inactive like any other (RFC 7662 §2.2), not an error of
/// its own.</summary>
internal sealed class OnlyInactive : IOpenIddictServerHandler<ApplyIntrospectionResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyIntrospectionResponseContext>()
            .UseSingletonHandler<OnlyInactive>()
            .SetOrder(OpenIddictServerHandlers.Introspection.NormalizeErrorResponse.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(ApplyIntrospectionResponseContext context)
    {
        if (context.Response.Error == OpenIddictConstants.Errors.UnsupportedTokenType)
        {
            context.Response.Error = null;
            context.Response.ErrorDescription = null;
            context.Response[OpenIddictConstants.Claims.Active] = false;
        }
        return ValueTask.CompletedTask;
    }
}
