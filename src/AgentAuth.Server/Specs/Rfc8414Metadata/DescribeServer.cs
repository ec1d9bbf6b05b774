using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Rfc7591Registration;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc8414Metadata;

/// <summary>What the metadata says beyond OpenIddict's own: the exact issuer, and <c>none</c> last.</summary>
internal sealed class DescribeServer(Issuer issuer, IOptions<DocumentOptions> documents, IOptions<RegistrationOptions> registration)
    : IOpenIddictServerHandler<ApplyConfigurationResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyConfigurationResponseContext>()
            .UseSingletonHandler<DescribeServer>()
            .SetOrder(int.MinValue + 50_000)
            .Build();

    public ValueTask HandleAsync(ApplyConfigurationResponseContext context)
    {
        if (context.Response.Error is not null)
        {
            return ValueTask.CompletedTask;
        }
        context.Response[OpenIddictConstants.Metadata.Issuer] = issuer.Value;
        // A client that takes the first entry must get one a confidential client can use; Claude looks for none at all.
        context.Response[OpenIddictConstants.Metadata.TokenEndpointAuthMethodsSupported] = new OpenIddictParameter(
        [
            OpenIddictConstants.ClientAuthenticationMethods.ClientSecretBasic,
            OpenIddictConstants.ClientAuthenticationMethods.ClientSecretPost,
            OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt,
            OpenIddictConstants.ClientAuthenticationMethods.None,
        ]);
        context.Response["token_endpoint_auth_signing_alg_values_supported"] = new OpenIddictParameter([.. SigningAlgorithms.All]);
        context.Response["client_id_metadata_document_supported"] = documents.Value.Enabled;
        if (registration.Value.PolicyOf(issuer) != RegistrationPolicy.Off)
        {
            context.Response["registration_endpoint"] = issuer.At(Endpoints.Register);
        }
        context.Response[OpenIddictConstants.Metadata.RevocationEndpointAuthMethodsSupported] = new OpenIddictParameter(
        [
            OpenIddictConstants.ClientAuthenticationMethods.ClientSecretBasic,
            OpenIddictConstants.ClientAuthenticationMethods.ClientSecretPost,
            OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt,
            OpenIddictConstants.ClientAuthenticationMethods.None,
        ]);
        context.Response["revocation_endpoint_auth_signing_alg_values_supported"] = new OpenIddictParameter([.. SigningAlgorithms.All]);
        context.Response[OpenIddictConstants.Metadata.IntrospectionEndpointAuthMethodsSupported] = new OpenIddictParameter(
        [
            OpenIddictConstants.ClientAuthenticationMethods.ClientSecretBasic,
            OpenIddictConstants.ClientAuthenticationMethods.ClientSecretPost,
        ]);
        context.Response["ui_locales_supported"] = new OpenIddictParameter(["en", "zh-HK"]);
        context.Response["revocation_events_endpoint"] = issuer.At(Endpoints.RevocationEvents);
        context.Response["usage_endpoint"] = issuer.At(Endpoints.Usage);
        context.Response["receipt_keys_uri"] = issuer.At(Endpoints.ReceiptKeys);
        context.Response["budget_endpoint"] = issuer.At(Endpoints.Budgets);
        return ValueTask.CompletedTask;
    }
}
