using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.OpenIdCiba;

/// <summary>
/// OpenID Connect Client-Initiated Backchannel Authentication, poll mode: a resource server asks a person about one action while nobody
/// is sent anywhere. Its words, and what the metadata says of it (§4).
/// </summary>
internal static class Ciba
{
    public const string GrantType = "urn:openid:params:grant-type:ciba";

    public const string RequestId = "auth_req_id";
    public const string BindingMessage = "binding_message";
    public const string RequestedExpiry = "requested_expiry";
    public const string LoginHintToken = "login_hint_token";

    public const string AuthorizationPending = "authorization_pending";
    public const string ExpiredLoginHintToken = "expired_login_hint_token";
    public const string ExpiredToken = "expired_token";
    public const string InvalidBindingMessage = "invalid_binding_message";
    public const string SlowDown = "slow_down";
    public const string UnknownUser = "unknown_user_id";

    /// <summary>Seconds between two questions whether there is an answer.</summary>
    public const int Interval = 2;

    public static readonly TimeSpan ShortestExpiry = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan UsualExpiry = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan LongestExpiry = TimeSpan.FromHours(1);

    public static OpenIddictServerBuilder AddCiba(this OpenIddictServerBuilder server) => server.AddEventHandler(Describe.Descriptor);

    /// <summary>
    /// The grant type is announced here and not to OpenIddict: its pipeline would ask for permissions that no resource server's account
    /// has.
    /// </summary>
    internal sealed class Describe(Issuer issuer) : IOpenIddictServerHandler<ApplyConfigurationResponseContext>
    {
        public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
            OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyConfigurationResponseContext>()
                .UseSingletonHandler<Describe>()
                .SetOrder(int.MinValue + 52_000)
                .Build();

        public ValueTask HandleAsync(ApplyConfigurationResponseContext context)
        {
            if (context.Response.Error is not null)
            {
                return ValueTask.CompletedTask;
            }
            var grants = (System.Collections.Immutable.ImmutableArray<string?>?)
                context.Response[OpenIddictConstants.Metadata.GrantTypesSupported] ?? [];
            context.Response[OpenIddictConstants.Metadata.GrantTypesSupported] = new OpenIddictParameter([.. grants, GrantType]);
            context.Response["backchannel_authentication_endpoint"] = issuer.At(Endpoints.Backchannel);
            context.Response["backchannel_token_delivery_modes_supported"] = new OpenIddictParameter(["poll"]);
            context.Response["backchannel_user_code_parameter_supported"] = false;
            return ValueTask.CompletedTask;
        }
    }
}
