namespace AgentAuth.Server.Specs.Rfc8414Metadata;

internal static class Rfc8414
{
    /// <summary>
    /// Endpoints are absolute, below the issuer. An issuer with a path has its metadata at the path-inserted places as well as the
    /// appended one (RFC 8414 §3.1, OpenID Connect Discovery §4): clients try them all.
    /// </summary>
    public static OpenIddictServerBuilder AddRfc8414(this OpenIddictServerBuilder server, Issuer issuer)
    {
        var metadata = new[]
        {
            issuer.At(Endpoints.OpenIdMetadata),
            issuer.At(Endpoints.OAuthMetadata),
            issuer.Origin + Endpoints.OAuthMetadata + issuer.Path,
            issuer.Origin + Endpoints.OpenIdMetadata + issuer.Path,
        };
        return server
            .SetIssuer(issuer.Uri)
            .SetConfigurationEndpointUris([.. metadata.Distinct(StringComparer.Ordinal)])
            .SetJsonWebKeySetEndpointUris(issuer.At(Endpoints.Jwks))
            .SetAuthorizationEndpointUris(issuer.At(Endpoints.Authorize))
            .SetTokenEndpointUris(issuer.At(Endpoints.Token))
            .SetIntrospectionEndpointUris(issuer.At(Endpoints.Introspect))
            .SetRevocationEndpointUris(issuer.At(Endpoints.Revoke))
            .SetUserInfoEndpointUris(issuer.At(Endpoints.UserInfo))
            .SetEndSessionEndpointUris(issuer.At(Endpoints.EndSession))
            .AddEventHandler(DescribeServer.Descriptor)
            .AddEventHandler(ExactIssuer.InAnswers.Descriptor)
            .AddEventHandler(ExactIssuer.InTokens.Descriptor)
            .AddEventHandler(ExactIssuer.InIntrospection.Descriptor)
            .AddEventHandler(ExactIssuer.InUserInfo.Descriptor);
    }
}
