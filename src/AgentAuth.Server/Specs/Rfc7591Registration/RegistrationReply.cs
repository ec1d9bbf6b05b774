using System.Text.Json;
using AgentAuth.Server.Model;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>
/// What is registered, as the client is told (RFC 7591 §3.2.1): nothing is null (some clients refuse a reply for that), and times are
/// whole numbers.
/// </summary>
internal static class RegistrationReply
{
    /// <summary>Secrets do not end by themselves; the client can have a new registration any time.</summary>
    private const int NeverEnds = 0;

    public static Dictionary<string, object> Of(Client client, ClientMetadata metadata, Issuer issuer, string token, string? secret)
    {
        var reply = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["client_id"] = client.ClientId!,
            ["client_id_issued_at"] = client.CreatedAt.ToUnixTimeSeconds(),
            ["registration_access_token"] = token,
            ["registration_client_uri"] = issuer.At($"{Endpoints.Register}/{client.ClientId}"),
            ["redirect_uris"] = metadata.RedirectUris,
            ["grant_types"] = new[] { GrantTypes.AuthorizationCode, GrantTypes.RefreshToken },
            ["response_types"] = new[] { ResponseTypes.Code },
            ["token_endpoint_auth_method"] = metadata.AuthMethod,
            ["application_type"] = metadata.IsNative ? ApplicationTypes.Native : ApplicationTypes.Web,
        };
        if (secret is not null)
        {
            reply["client_secret"] = secret;
        }
        if (metadata.HasSecret)
        {
            reply["client_secret_expires_at"] = NeverEnds;
        }
        foreach (var (name, value) in Said(metadata))
        {
            if (value is not null)
            {
                reply[name] = value;
            }
        }
        return reply;
    }

    private static (string Name, object? Value)[] Said(ClientMetadata metadata) =>
    [
        ("client_name", metadata.Name),
        ("scope", metadata.Scope),
        ("client_uri", metadata.ClientUri),
        ("logo_uri", metadata.LogoUri),
        ("policy_uri", metadata.PolicyUri),
        ("tos_uri", metadata.TermsUri),
        ("contacts", metadata.Contacts.Count > 0 ? metadata.Contacts : null),
        ("software_id", metadata.SoftwareId),
        ("software_version", metadata.SoftwareVersion),
        ("jwks_uri", metadata.KeysUri),
        ("jwks", metadata.Keys is null ? null : JsonSerializer.Deserialize<JsonElement>(metadata.Keys)),
    ];
}
