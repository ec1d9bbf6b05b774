using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>The last step before the answer is written: what the answer says is on disk before anyone reads it.</summary>
internal sealed class CommitTokens(TokenTransaction transaction) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessSignInContext>()
            .UseScopedHandler<CommitTokens>()
            .SetOrder(OpenIddictServerHandlers.BeautifyGeneratedTokens.Descriptor.Order + 500)
            .Build();

    public async ValueTask HandleAsync(ProcessSignInContext context) => await transaction.CommitAsync(context.CancellationToken);
}
