using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc8414Metadata;

/// <summary>
/// OpenIddict writes an issuer at the root with a trailing slash, as <see cref="Uri"/> does; strict clients compare bytes
/// (RFC 8414 §3.3, RFC 9207 §2.4). These put the configured string wherever it appears.
/// </summary>
internal static class ExactIssuer
{
    internal sealed class InAnswers(Issuer issuer) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyAuthorizationResponseContext>()
                .UseSingletonHandler<InAnswers>()
                .SetOrder(OpenIddictServerHandlers.Authentication.AttachIssuer.Descriptor.Order + 500)
                .Build();

        public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
        {
            context.Response.Iss = context.Response.Iss is null ? null : issuer.Value;
            return ValueTask.CompletedTask;
        }
    }

    internal sealed class InTokens(Issuer issuer) : IOpenIddictServerHandler<GenerateTokenContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
                .UseSingletonHandler<InTokens>()
                .SetOrder(OpenIddictServerHandlers.Protection.AttachTokenMetadata.Descriptor.Order + 500)
                .Build();

        public ValueTask HandleAsync(GenerateTokenContext context)
        {
            context.SecurityTokenDescriptor.Issuer = issuer.Value;
            return ValueTask.CompletedTask;
        }
    }

    internal sealed class InIntrospection(Issuer issuer) : IOpenIddictServerHandler<ApplyIntrospectionResponseContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyIntrospectionResponseContext>()
                .UseSingletonHandler<InIntrospection>()
                .SetOrder(int.MinValue + 200_000)
                .Build();

        public ValueTask HandleAsync(ApplyIntrospectionResponseContext context)
        {
            if (context.Response.HasParameter(OpenIddictConstants.Claims.Issuer))
            {
                context.Response[OpenIddictConstants.Claims.Issuer] = issuer.Value;
            }
            return ValueTask.CompletedTask;
        }
    }

    internal sealed class InUserInfo(Issuer issuer) : IOpenIddictServerHandler<ApplyUserInfoResponseContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyUserInfoResponseContext>()
                .UseSingletonHandler<InUserInfo>()
                .SetOrder(int.MinValue + 200_000)
                .Build();

        public ValueTask HandleAsync(ApplyUserInfoResponseContext context)
        {
            if (context.Response.HasParameter(OpenIddictConstants.Claims.Issuer))
            {
                context.Response[OpenIddictConstants.Claims.Issuer] = issuer.Value;
            }
            return ValueTask.CompletedTask;
        }
    }
}
