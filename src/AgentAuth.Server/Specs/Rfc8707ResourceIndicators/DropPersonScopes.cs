using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc8707ResourceIndicators;

/// <summary>
/// Nobody but a person can sign in or be away. Agents add <c>offline_access</c> wherever metadata lists it; for a client acting for itself
/// it
/// means nothing, and is left out rather than refused as OpenIddict would.
/// </summary>
internal sealed class DropPersonScopes : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseSingletonHandler<DropPersonScopes>()
            .SetOrder(OpenIddictServerHandlers.Exchange.ValidateGrantType.Descriptor.Order - 500)
            .Build();

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.Request.IsClientCredentialsGrantType() && context.Request.GetScopes() is { Length: > 0 } scopes)
        {
            var kept = string.Join(' ', scopes.Where(s => !IdentityScopes.Contains(s)));
            context.Request.Scope = kept.Length == 0 ? null : kept;
        }
        return ValueTask.CompletedTask;
    }
}
