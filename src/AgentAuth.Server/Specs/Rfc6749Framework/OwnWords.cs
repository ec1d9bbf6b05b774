using AgentAuth.Server.Specs.Refusals;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>
/// Refusals carry no <c>error_uri</c>: OpenIddict's points to its own documentation, which says nothing about this server but what it is
/// built with.
/// </summary>
internal static class OwnWords
{
    /// <summary>The same for an unknown client and for a wrong secret, or names could be tried (RFC 6819 §5.1.4).</summary>
    public const string InvalidClient = "The client is unknown, or did not authenticate in the way it is registered for.";

    private const string AreSaid = "agentauth:own-words";

    /// <summary>A refusal whose reason the client's maker may know and needs.</summary>
    public static void Refuse(BaseValidatingContext context, Rule rule, string error, string words)
    {
        context.Transaction.SetProperty<object>(AreSaid, words);
        context.Refuse(rule, error, words);
    }

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
            if (context.Response.Error == OpenIddictConstants.Errors.InvalidClient
                && context.Transaction.GetProperty<object>(AreSaid) is null)
            {
                context.Response.ErrorDescription = InvalidClient;
            }
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
