using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>Who comes back within the window is given the refresh token that is there, and none is made.</summary>
internal sealed class GiveSuccessor : IOpenIddictServerHandler<ProcessSignInContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessSignInContext>()
            .UseSingletonHandler<GiveSuccessor>()
            .SetOrder(OpenIddictServerHandlers.EvaluateGeneratedTokens.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.GenerateRefreshToken && Successor.Of(context.Transaction) is { IsThere: true } successor)
        {
            context.GenerateRefreshToken = false;
            context.RefreshToken = successor.Reference;
        }
        return ValueTask.CompletedTask;
    }
}
