using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc6749Framework;

/// <summary>
/// A parameter that would make the answer stronger or narrower must not be ignored: the client would believe it got what it asked.
/// What is not built yet is refused by name.
/// </summary>
internal sealed class RefuseUnknownDemands : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    private static readonly (string Parameter, string Error, string Words)[] Refusals =
    [
        ("claims", OpenIddictConstants.Errors.InvalidRequest, "The claims parameter is not supported; ask for scopes."),
        ("acr_values", "unmet_authentication_requirements", "No authentication context class is offered here."),
        ("dpop_jkt", OpenIddictConstants.Errors.InvalidRequest, "DPoP (RFC 9449) is not supported; tokens are bearer tokens."),
        ("registration", "registration_not_supported", "Self-issued registration is not supported."),
    ];

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateAuthorizationRequestContext>()
            .UseSingletonHandler<RefuseUnknownDemands>()
            .SetOrder(RefuseRepeatedParameters.Descriptor.Order + 100)
            .Build();

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (context.Request.HasParameter(AuthorizationDetails.Name))
        {
            var problem = AuthorizationDetails.Problem((string?)context.Request[AuthorizationDetails.Name]);
            context.Refuse(RequestRules.Unsupported, AuthorizationDetails.Error, problem);
            return ValueTask.CompletedTask;
        }
        foreach (var (parameter, error, words) in Refusals)
        {
            if (context.Request.HasParameter(parameter))
            {
                context.Refuse(RequestRules.Unsupported, error, words);
                return ValueTask.CompletedTask;
            }
        }
        if (context.Request.MaxAge is < 0 || (context.Request.MaxAge is null && context.Request.HasParameter("max_age")))
        {
            context.Refuse(RequestRules.Invalid, OpenIddictConstants.Errors.InvalidRequest,
                "The max_age parameter must be a number of seconds, zero or more.");
        }
        return ValueTask.CompletedTask;
    }
}
