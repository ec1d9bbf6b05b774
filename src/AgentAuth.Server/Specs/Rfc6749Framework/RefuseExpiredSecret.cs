using System.Globalization;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>
/// A secret that was good once is refused in the words a wrong one gets, which <see cref="OwnWords"/> puts in the place of these; why it
/// was, and when it ended, its developer reads by the <c>error_id</c>.
/// </summary>
internal sealed class RefuseExpiredSecret(IOpenIddictApplicationManager clients) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    // Just before OpenIddict would call it wrong; it is not asked of anybody else's secret.
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessAuthenticationContext>()
            .UseScopedHandler<RefuseExpiredSecret>()
            .SetOrder(OpenIddictServerHandlers.ValidateClientSecret.Descriptor.Order - 500)
            .Build();

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.ClientId is { Length: > 0 } clientId && context.ClientSecret is { Length: > 0 } secret
            && await clients.FindByClientIdAsync(clientId, context.CancellationToken) is Client client
            && await ((ClientManager)clients).ProveAsync(client, secret, context.CancellationToken) is
            {
                IsExpired: true, Dated.ExpiresAt: { } end,
            })
        {
            context.Refuse(
                ClientRules.SecretExpired, OpenIddictConstants.Errors.InvalidClient,
                string.Create(CultureInfo.InvariantCulture, $"This secret ended on {end:yyyy-MM-dd} at {end:HH:mm} UTC."));
        }
    }
}
