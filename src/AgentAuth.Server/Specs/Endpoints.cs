namespace AgentAuth.Server.Specs;

/// <summary>Where the protocol is spoken, below the issuer.</summary>
internal static class Endpoints
{
    public const string Authorize = "/connect/authorize";
    public const string Token = "/connect/token";
    public const string Introspect = "/connect/introspect";
    public const string Revoke = "/connect/revoke";
    public const string UserInfo = "/connect/userinfo";
    public const string EndSession = "/connect/logout";
    /// <summary>Registering (RFC 7591); what is below it manages one registration (RFC 7592).</summary>
    public const string Register = "/connect/register";

    public const string Jwks = "/.well-known/jwks";
    public const string OAuthMetadata = "/.well-known/oauth-authorization-server";
    public const string OpenIdMetadata = "/.well-known/openid-configuration";

    /// <summary>The public keys of consent receipts, past ones included; our own.</summary>
    public const string ReceiptKeys = "/.well-known/agentauth-receipt-keys";

    /// <summary>The event stream of ended grants for resource servers; our own.</summary>
    public const string RevocationEvents = "/connect/revocations";

    /// <summary>Where resource servers report what agents did; our own.</summary>
    public const string Usage = "/connect/usage";

    /// <summary>Resource servers count changes here before they make them; our own.</summary>
    public const string Budgets = "/connect/budgets";

    /// <summary>Resource servers ask people about one action (OpenID CIBA Core).</summary>
    public const string Backchannel = "/connect/backchannel";
}
