using System.Security.Claims;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using AgentAuth.Server.Tokens.ShortPath;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>Puts <see cref="OwnPayload"/> where OpenIddict would keep an encrypted JWT, and says which tokens need no row at all.</summary>
internal static class OwnTokens
{
    /// <summary>
    /// Access and ID tokens prove themselves; what ends them is their grant, their client or a notice of their <c>jti</c>. A row would be
    /// written for each and read by nobody.
    /// </summary>
    internal sealed class NeedNoRow : IOpenIddictServerHandler<GenerateTokenContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
                .UseSingletonHandler<NeedNoRow>()
                .SetOrder(OpenIddictServerHandlers.Protection.AttachSecurityCredentials.Descriptor.Order - 500)
                .Build();

        public ValueTask HandleAsync(GenerateTokenContext context)
        {
            if (context.TokenType is TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken)
            {
                context.CreateTokenEntry = false;
                context.PersistTokenPayload = false;
            }
            return ValueTask.CompletedTask;
        }
    }

    internal sealed class Write(OwnPayload payload) : IOpenIddictServerHandler<GenerateTokenContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
                .UseSingletonHandler<Write>()
                .SetOrder(OpenIddictServerHandlers.Protection.GenerateIdentityModelToken.Descriptor.Order - 500)
                .Build();

        public ValueTask HandleAsync(GenerateTokenContext context)
        {
            if (context.IsReferenceToken && Guid.TryParse(context.Principal.GetTokenId(), out var row))
            {
                // The grant says anew, each time, what its tokens' details are.
                context.Token = payload.Seal(row, context.Principal.Claims.Where(c => c.Type != AuthorizationDetails.Name));
            }
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>
    /// In the place of OpenIddict's step that gives a token its reference, which is always a random one: that of a refresh token's
    /// successor is <see cref="Successors">made from it</see>.
    /// </summary>
    internal sealed class Keep(IOpenIddictTokenManager tokens) : IOpenIddictServerHandler<GenerateTokenContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
                .UseScopedHandler<Keep>()
                .SetOrder(OpenIddictServerHandlers.Protection.AttachTokenPayload.Descriptor.Order)
                .Build();

        public async ValueTask HandleAsync(GenerateTokenContext context)
        {
            if (!context.PersistTokenPayload)
            {
                return;
            }
            var token = await tokens.FindByIdAsync(context.Principal.GetTokenId()!, context.CancellationToken)
                ?? throw new InvalidOperationException("The token's row is gone.");
            var row = new OpenIddictTokenDescriptor();
            await tokens.PopulateAsync(row, token, context.CancellationToken);
            (row.Payload, row.Principal) = (context.Token, context.Principal);
            if (context.IsReferenceToken)
            {
                var successor = context.TokenType == TokenTypeIdentifiers.RefreshToken ? Successor.Of(context.Transaction) : null;
                row.ReferenceId = successor?.Reference ?? Issuance.NewReference();
            }
            await tokens.UpdateAsync(token, row, context.CancellationToken);
            context.Token = context.IsReferenceToken ? row.ReferenceId : context.Token;
        }
    }

    internal sealed class Read(OwnPayload payload, Issuer issuer) : IOpenIddictServerHandler<ValidateTokenContext>
    {
        private const string AuthenticationType = "agentauth";

        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
                .UseSingletonHandler<Read>()
                .SetOrder(OpenIddictServerHandlers.Protection.ValidateIdentityModelToken.Descriptor.Order - 500)
                .Build();

        public ValueTask HandleAsync(ValidateTokenContext context)
        {
            if (!context.IsReferenceToken || !Guid.TryParse(context.TokenId, out var row))
            {
                return ValueTask.CompletedTask;
            }
            // Tokens for another issuer's name are worth nothing.
            if (payload.Open(row, context.Token) is not { } claims
                || claims.Find(c => c.Type == Claims.Private.Issuer)?.Value != issuer.Uri.AbsoluteUri)
            {
                var isCode = context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.AuthorizationCode);
                context.Refuse(isCode ? TokenRules.CodeGenuine : TokenRules.Refresh, Errors.InvalidToken, "The token is not valid.");
                return ValueTask.CompletedTask;
            }
            context.Principal = new ClaimsPrincipal(new ClaimsIdentity(claims, AuthenticationType, Claims.Name, Claims.Role));
            context.Principal.SetTokenId(context.TokenId);
            context.Transaction.SetProperty(NoteActivities.Presented, context.Principal);
            return ValueTask.CompletedTask;
        }
    }
}
