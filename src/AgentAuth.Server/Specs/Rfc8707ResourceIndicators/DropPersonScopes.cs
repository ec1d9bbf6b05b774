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
    private const string HasDropped = "agentauth:person-scopes-dropped";

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
            if (kept != string.Join(' ', scopes))
            {
                context.Transaction.SetProperty<object>(HasDropped, true);
            }
            context.Request.Scope = kept.Length == 0 ? null : kept;
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Who gets other scopes than it asked for is told (RFC 6749 §5.1).</summary>
    internal sealed class Say : IOpenIddictServerHandler<ProcessSignInContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessSignInContext>()
                .UseSingletonHandler<Say>()
                .SetOrder(OpenIddictServerHandlers.AttachSignInParameters.Descriptor.Order + 500)
                .Build();

        public ValueTask HandleAsync(ProcessSignInContext context)
        {
            if (context.Transaction.GetProperty<object>(HasDropped) is not null)
            {
                context.Response.Scope = string.Join(' ', context.AccessTokenPrincipal?.GetScopes() ?? []);
            }
            return ValueTask.CompletedTask;
        }
    }
}
