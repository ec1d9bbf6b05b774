using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc7591Registration;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>
/// A client that is registered to sign has no secret, so any is wrong (RFC 6749 §2.3); its developer is told that the way is, not that the
/// secret should be another.
/// </summary>
internal sealed class RefuseSecretForKey(IOpenIddictApplicationManager clients) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    // Before anybody compares the secret with those there are.
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessAuthenticationContext>()
            .UseScopedHandler<RefuseSecretForKey>()
            .SetOrder(RefuseExpiredSecret.Descriptor.Order - 100)
            .Build();

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ClientId is { Length: > 0 } clientId && context.ClientSecret is { Length: > 0 }
            && await clients.FindByClientIdAsync(clientId, context.CancellationToken) is Client client
            && ClientMetadata.Of(client.Metadata)?.AuthMethod == OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt)
        {
            context.Refuse(
                ClientRules.Method, OpenIddictConstants.Errors.InvalidClient,
                "The client is registered for private_key_jwt and sent a secret."); // the answer gets the words of all such refusals
        }
    }
}
