using System.Security.Claims;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// What the whole pipeline issued or refused goes into the feed of the person it acts for, as far as a code or refresh token says whose it
/// is. The short path notes what it issues itself.
/// </summary>
internal static class NoteActivities
{
    /// <summary>
    /// Where the code or refresh token that was presented stands in a transaction: genuine, as only this server can write one, but perhaps
    /// used, expired or ended.
    /// </summary>
    public const string Presented = "agentauth:presented";

    /// <summary>After the commit: what was not stored was not issued.</summary>
    internal sealed class Issued(Activities activities) : IOpenIddictServerHandler<ProcessSignInContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessSignInContext>()
                .UseSingletonHandler<Issued>()
                .SetOrder(CommitTokens.Descriptor.Order + 500)
                .Build();

        public ValueTask HandleAsync(ProcessSignInContext context)
        {
            if (context.EndpointType == OpenIddictServerEndpointType.Token)
            {
                Note(activities, context.Transaction, context.Principal, ActivityKind.Issued, what: null);
            }
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Before <see cref="OwnWords"/>, which takes away what tells one refusal from another.</summary>
    internal sealed class Refused(Activities activities) : IOpenIddictServerHandler<ProcessErrorContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ProcessErrorContext>()
                .UseSingletonHandler<Refused>()
                .SetOrder(OwnWords.InErrors.Descriptor.Order - 50)
                .Build();

        public ValueTask HandleAsync(ProcessErrorContext context)
        {
            if (context.Transaction.EndpointType == OpenIddictServerEndpointType.Token
                && context.Transaction.GetProperty<ClaimsPrincipal>(Presented) is { } presented)
            {
                var rule = Rules.Of(context.Response.Error, context.Response.ErrorUri, context.Response.ErrorDescription);
                if (rule != TokenRules.Once) // who ends the grant for it writes that down, in the same transaction
                {
                    Note(activities, context.Transaction, presented, ActivityKind.Refused, rule.Name);
                }
            }
            return ValueTask.CompletedTask;
        }
    }

    private static void Note(
        Activities activities, OpenIddictServerTransaction transaction, ClaimsPrincipal? principal, ActivityKind kind, string? what)
    {
        if (Guid.TryParse(principal?.GetClaim(TokenClaims.GrantId), out var grant)
            && Guid.TryParse(principal.GetClaim(OpenIddictConstants.Claims.Subject), out var account))
        {
            activities.Note(grant, account, kind, what, transaction.GetHttpRequest()?.HttpContext.Connection.RemoteIpAddress);
        }
    }
}
