using AgentAuth.Server.Specs.Rfc6749Framework;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Refusals;

/// <summary>
/// Every refusal of the protocol gets an <c>error_id</c>, and what it was about is noted. These steps run when something was refused and
/// at no other time; before <see cref="OwnWords"/>, which takes away what tells one refusal from another.
/// </summary>
internal static class Explain
{
    public const string Parameter = "error_id";

    public static OpenIddictServerBuilder AddRefusals(this OpenIddictServerBuilder server)
    {
        server.Services.AddSingleton<RefusalBook>();
        return server.AddEventHandler(InErrors.Descriptor).AddEventHandler(InChallenges.Descriptor);
    }

    internal sealed class InErrors(RefusalBook book) : IOpenIddictServerHandler<ProcessErrorContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessErrorContext>()
                .UseSingletonHandler<InErrors>()
                .SetOrder(OwnWords.InErrors.Descriptor.Order - 100)
                .Build();

        public ValueTask HandleAsync(ProcessErrorContext context)
        {
            Note(book, context, context.Response);
            return ValueTask.CompletedTask;
        }
    }

    internal sealed class InChallenges(RefusalBook book) : IOpenIddictServerHandler<ProcessChallengeContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessChallengeContext>()
                .UseSingletonHandler<InChallenges>()
                .SetOrder(OwnWords.InChallenges.Descriptor.Order - 100)
                .Build();

        public ValueTask HandleAsync(ProcessChallengeContext context)
        {
            Note(book, context, context.Response);
            return ValueTask.CompletedTask;
        }
    }

    private static void Note(RefusalBook book, BaseContext context, OpenIddictResponse response)
    {
        var transaction = context.Transaction;
        if (response.Error is not { Length: > 0 } error || IsNoRefusal(transaction.EndpointType, error)
            || transaction.GetHttpRequest()?.HttpContext is not { } http)
        {
            return;
        }
        if (transaction.EndpointType == OpenIddictServerEndpointType.Token && error == OpenIddictConstants.Errors.InvalidToken)
        {
            error = OpenIddictConstants.Errors.InvalidGrant; // as the answer will call it
        }
        var rule = Rules.Of(error, response.ErrorUri, response.ErrorDescription);
        response.SetParameter(Parameter, book.Note(http, transaction.Request, rule, error, response.ErrorDescription));
    }

    /// <summary>A dead token at introspection is an answer and so is one given back twice (RFC 7662 §2.2, RFC 7009 §2.2).</summary>
    private static bool IsNoRefusal(OpenIddictServerEndpointType endpoint, string error) =>
        endpoint is OpenIddictServerEndpointType.Introspection or OpenIddictServerEndpointType.Revocation
        && error is OpenIddictConstants.Errors.InvalidToken or OpenIddictConstants.Errors.UnsupportedTokenType;
}
