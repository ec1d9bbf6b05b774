using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc7662Introspection;

/// <summary>
/// A resource server asks with an account of its own. OpenIddict answers only to callers whose <c>client_id</c> is in the audience, so the
/// account of the token's resource is put there for the length of the request, and taken out of the answer.
/// </summary>
internal static class AskAsAudience
{
    internal sealed class Enter(AgentAuthDb db) : IOpenIddictServerHandler<ValidateIntrospectionRequestContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateIntrospectionRequestContext>()
                .UseScopedHandler<Enter>()
                .SetOrder(OpenIddictServerHandlers.Introspection.ValidateAuthorizedParty.Descriptor.Order - 500)
                .Build();

        public async ValueTask HandleAsync(ValidateIntrospectionRequestContext context)
        {
            var audiences = context.GenericTokenPrincipal!.GetAudiences();
            if (audiences is [var audience] && context.ClientId is { Length: > 0 } caller
                && await db.Resources.AnyAsync(r => r.Identifier == audience && r.AccountClientId == caller, context.CancellationToken))
            {
                context.GenericTokenPrincipal!.SetAudiences(audience, caller);
            }
        }
    }

    internal sealed class Leave : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<HandleIntrospectionRequestContext>()
                .UseSingletonHandler<Leave>()
                .SetOrder(OpenIddictServerHandlers.Introspection.AttachApplicationClaims.Descriptor.Order + 500)
                .Build();

        public ValueTask HandleAsync(HandleIntrospectionRequestContext context)
        {
            context.Audiences.Remove(context.Request.ClientId!);
            return ValueTask.CompletedTask;
        }
    }
}
