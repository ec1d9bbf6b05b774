using System.Text.Json;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;

/// <summary>Where a token's details are told beside the token itself: in the answer it comes in (§7), at introspection (§9.2), and which
/// there are, in the metadata (§10).</summary>
internal static class ShowDetails
{
    internal sealed class InAnswers : IOpenIddictServerHandler<ProcessSignInContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessSignInContext>()
                .UseSingletonHandler<InAnswers>()
                .SetOrder(OpenIddictServerHandlers.AttachSignInParameters.Descriptor.Order + 500)
                .Build();

        public ValueTask HandleAsync(ProcessSignInContext context)
        {
            if (context.EndpointType == OpenIddictServerEndpointType.Token
                && context.AccessTokenPrincipal?.GetClaim(AuthorizationDetails.Name) is { } details)
            {
                context.Response[AuthorizationDetails.Name] = Json(details);
            }
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>
    /// A JWT that was read has a claim for each entry of an array, and OpenIddict would make one entry an object; the document wants an
    /// array always.
    /// </summary>
    internal sealed class InIntrospection : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<HandleIntrospectionRequestContext>()
                .UseSingletonHandler<InIntrospection>()
                .SetOrder(OpenIddictServerHandlers.Introspection.AttachApplicationClaims.Descriptor.Order + 600)
                .Build();

        public ValueTask HandleAsync(HandleIntrospectionRequestContext context)
        {
            if (context.Claims.ContainsKey(AuthorizationDetails.Name))
            {
                var entries = context.GenericTokenPrincipal.FindAll(AuthorizationDetails.Name).Select(c => c.Value);
                context.Claims[AuthorizationDetails.Name] = Json($"[{string.Join(',', entries)}]");
            }
            return ValueTask.CompletedTask;
        }
    }

    internal sealed class InMetadata : IOpenIddictServerHandler<ApplyConfigurationResponseContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyConfigurationResponseContext>()
                .UseSingletonHandler<InMetadata>()
                .SetOrder(int.MinValue + 51_000)
                .Build();

        public ValueTask HandleAsync(ApplyConfigurationResponseContext context)
        {
            if (context.Response.Error is null)
            {
                context.Response["authorization_details_types_supported"] = new OpenIddictParameter([.. AuthorizationDetails.Types]);
            }
            return ValueTask.CompletedTask;
        }
    }

    private static OpenIddictParameter Json(string text) => new(JsonElement.Parse(text));
}
