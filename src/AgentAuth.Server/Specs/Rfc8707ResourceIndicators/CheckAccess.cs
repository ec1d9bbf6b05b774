using System.Text.RegularExpressions;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc8707ResourceIndicators;

/// <summary>
/// Decides at the authorization endpoint what the request is about, before anybody is asked to sign in. Last of the validation steps: the
/// client, its redirect and its right to this flow are proved.
/// </summary>
internal sealed partial class CheckAccess(AccessPolicy policy) : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    private const int TimeoutMilliseconds = 100;

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
            .UseScopedHandler<CheckAccess>()
            .SetOrder(OpenIddictServerHandlers.Authentication.ValidateAuthorizedParty.Descriptor.Order + 500)
            .Build();

    public async ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (ProvedRedirect.Of(context.Transaction) is not { } proved)
        {
            context.Refuse(AuthorizeRules.Redirect, OpenIddictConstants.Errors.InvalidRequest,
                "The redirect_uri is missing or not one registered for this client.");
            return;
        }
        var scopes = context.Request.GetScopes();
        if (scopes.Any(scope => !ScopeToken().IsMatch(scope)))
        {
            context.Refuse(AccessRules.ScopeForm, OpenIddictConstants.Errors.InvalidScope,
                "A scope has characters that RFC 6749 §3.3 does not allow.");
            return;
        }
        var (access, refusal) = await policy.DecideAsync(
            proved.Client, context.Request.GetResources(), scopes, forPerson: true, context.CancellationToken);
        if (access is null)
        {
            context.Refuse(refusal!.Rule, refusal.Error, refusal.Words);
            return;
        }
        access.KeepIn(context.Transaction);
    }

    [GeneratedRegex(@"\A[\x21\x23-\x5B\x5D-\x7E]+\z", RegexOptions.None, TimeoutMilliseconds)]
    private static partial Regex ScopeToken();
}
