using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens.Keys;

/// <summary>
/// Codes and refresh tokens are read by nobody but us, and live longer than a published key: signed with that, every rotation would
/// disconnect every agent. They are signed with a key that is made from the one that encrypts them, and leave as soon as that does.
/// </summary>
internal static class OwnTokens
{
    internal sealed class Sign(KeyRing ring) : IOpenIddictServerHandler<GenerateTokenContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
                .UseSingletonHandler<Sign>()
                .SetOrder(OpenIddictServerHandlers.Protection.AttachSecurityCredentials.Descriptor.Order + 500)
                .Build();

        public ValueTask HandleAsync(GenerateTokenContext context)
        {
            if (context.TokenType is not (TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken))
            {
                context.SigningCredentials = new SigningCredentials(ring.OwnKeys[0], SecurityAlgorithms.HmacSha256);
            }
            return ValueTask.CompletedTask;
        }
    }

    internal sealed class Check(KeyRing ring) : IOpenIddictServerHandler<ValidateTokenContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
                .UseSingletonHandler<Check>()
                .SetOrder(OpenIddictServerHandlers.Protection.ResolveTokenValidationParameters.Descriptor.Order + 500)
                .Build();

        public ValueTask HandleAsync(ValidateTokenContext context)
        {
            if (context.TokenValidationParameters is { } parameters
                && !context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.ClientAssertion))
            {
                parameters.IssuerSigningKeys = [.. parameters.IssuerSigningKeys ?? [], .. ring.OwnKeys];
            }
            return ValueTask.CompletedTask;
        }
    }
}
