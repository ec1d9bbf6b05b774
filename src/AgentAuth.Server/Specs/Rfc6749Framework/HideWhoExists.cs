using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>
/// An unknown client and a wrong secret get the same words, or the words would tell which clients exist (RFC 6819 §5.1.4.2.2).
/// </summary>
internal sealed class HideWhoExists : IOpenIddictServerHandler<ProcessErrorContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessErrorContext>()
            .UseSingletonHandler<HideWhoExists>()
            .SetOrder(OpenIddictServerHandlers.AttachErrorParameters.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(ProcessErrorContext context)
    {
        if (context.Error == OpenIddictConstants.Errors.InvalidClient)
        {
            context.Response.ErrorDescription = "The client is not known here, or did not prove who it is.";
            context.Response.ErrorUri = null;
        }
        return ValueTask.CompletedTask;
    }
}
