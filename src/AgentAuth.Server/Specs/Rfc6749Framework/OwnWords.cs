using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>
/// Refusals carry no <c>error_uri</c>: OpenIddict's points to its own documentation, which says nothing about this server but what it is
/// built with.
/// </summary>
internal static class OwnWords
{
    internal sealed class InErrors : IOpenIddictServerHandler<ProcessErrorContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessErrorContext>()
                .UseSingletonHandler<InErrors>()
                .SetOrder(OpenIddictServerHandlers.AttachErrorParameters.Descriptor.Order + 500)
                .Build();

        public ValueTask HandleAsync(ProcessErrorContext context)
        {
            context.Response.ErrorUri = null;
            return ValueTask.CompletedTask;
        }
    }

    internal sealed class InChallenges : IOpenIddictServerHandler<ProcessChallengeContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessChallengeContext>()
                .UseSingletonHandler<InChallenges>()
                .SetOrder(OpenIddictServerHandlers.AttachDefaultChallengeError.Descriptor.Order + 500)
                .Build();

        public ValueTask HandleAsync(ProcessChallengeContext context)
        {
            context.Response.ErrorUri = null;
            return ValueTask.CompletedTask;
        }
    }
}
