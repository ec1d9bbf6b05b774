using AgentAuth.Server.Specs.Refusals;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc8707ResourceIndicators;

/// <summary>
/// At the token endpoint nothing grows: the resource is the one the code or refresh token is for, the scopes are among theirs. OpenIddict
/// neither checks nor applies the resource there.
/// </summary>
internal sealed class CheckTokenResource : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenRequestContext>()
            .UseSingletonHandler<CheckTokenResource>()
            .SetOrder(OpenIddictServerHandlers.Exchange.ValidateGrantedScopes.Descriptor.Order - 500)
            .Build();

    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var principal = context.AuthorizationCodePrincipal ?? context.RefreshTokenPrincipal;
        if (principal is null)
        {
            return ValueTask.CompletedTask;
        }
        var granted = principal.GetResources();
        if (context.Request.GetResources()
            .Any(r => ResourceIdentifier.Canonical(r) is not { } name || !granted.Contains(name, StringComparer.Ordinal)))
        {
            context.Refuse(AccessRules.SameResource, OpenIddictConstants.Errors.InvalidTarget,
                "The resource is not the one this grant is for.");
        }
        else if (context.Request.GetScopes().Except(principal.GetScopes(), StringComparer.Ordinal).Any())
        {
            context.Refuse(AccessRules.ScopeGranted, OpenIddictConstants.Errors.InvalidScope,
                "A scope goes beyond what was granted; send the person through authorization again.");
        }
        return ValueTask.CompletedTask;
    }
}
