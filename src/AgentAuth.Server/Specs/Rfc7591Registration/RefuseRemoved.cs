using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>A client that was here and was removed comes back for months; its person is told what helps, on a page.</summary>
internal sealed class RefuseRemoved(AgentAuthDb db) : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    private const string Words =
        "This client's registration was removed. Let it register again: remove its connection there, and add it anew.";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
            .UseScopedHandler<RefuseRemoved>()
            .SetOrder(ProvedRedirect.Prove.Descriptor.Order + 100)
            .Build();

    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (ProvedRedirect.Of(context.Transaction) is null
            && context.Request.ClientId is { Length: > 0 and <= Client.MaxClientIdLength } clientId
            && !clientId.Contains('\0', StringComparison.Ordinal)
            && await db.Clients.AnyAsync(c => c.ClientId == clientId && c.RemovedAt != null, context.CancellationToken))
        {
            OwnWords.Refuse(context, ClientRules.Known, OpenIddictConstants.Errors.InvalidClient, Words);
        }
    }
}
