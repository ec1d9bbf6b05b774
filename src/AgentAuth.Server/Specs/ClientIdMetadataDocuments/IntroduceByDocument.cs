using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.ClientIdMetadataDocuments;

/// <summary>
/// Before the client is looked up for the first time: an address is read, and one that cannot be is refused with the reason, because its
/// maker must be able to mend it.
/// </summary>
internal sealed class IntroduceByDocument(Documents documents) : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
            .UseSingletonHandler<IntroduceByDocument>()
            .SetOrder(ProvedRedirect.Prove.Descriptor.Order - 100)
            .Build();

    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (context.Request.ClientId is not { Length: > 0 } clientId || clientId.Contains('\0', StringComparison.Ordinal))
        {
            return;
        }
        var caller = context.Transaction.GetHttpRequest()?.HttpContext.Connection.RemoteIpAddress;
        if (await documents.IntroduceAsync(clientId, caller, context.CancellationToken) is { } refusal)
        {
            OwnWords.Refuse(context, ClientRules.Document, OpenIddictConstants.Errors.InvalidClient, refusal);
        }
    }
}
