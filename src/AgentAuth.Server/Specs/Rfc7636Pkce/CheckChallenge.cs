using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc7636Pkce;

/// <summary>Every authorization request carries a well-formed S256 challenge, confidential client or not; a missing method is not
/// plain.</summary>
internal sealed class CheckChallenge : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
            .UseSingletonHandler<CheckChallenge>()
            .SetOrder(RefuseUnknownDemands.Descriptor.Order + 100)
            .Build();

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        // The method first: with plain the challenge is the verifier, and of any length that one may have.
        if (!string.IsNullOrEmpty(context.Request.CodeChallenge) && context.Request.CodeChallengeMethod != Pkce.Method)
        {
            context.Refuse(AuthorizeRules.S256, OpenIddictConstants.Errors.InvalidRequest,
                "Send code_challenge_method=S256; no other method is accepted.");
        }
        else if (!Pkce.IsChallenge(context.Request.CodeChallenge))
        {
            context.Refuse(AuthorizeRules.Challenge, OpenIddictConstants.Errors.InvalidRequest,
                "Send code_challenge: the base64url SHA-256 of the code_verifier, 43 characters (RFC 7636).");
        }
        return ValueTask.CompletedTask;
    }
}
