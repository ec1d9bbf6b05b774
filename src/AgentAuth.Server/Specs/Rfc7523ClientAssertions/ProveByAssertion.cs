using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc7591Registration;
using Microsoft.AspNetCore;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Rfc7523ClientAssertions;

/// <summary>
/// Proves a client by its signature (<c>private_key_jwt</c>), in place of OpenIddict's reading, which wants a type no client of today sends
/// and lets an assertion be used again. Every refusal is the one an unknown client gets.
/// </summary>
internal sealed class ProveByAssertion(
    IOpenIddictApplicationManager clients, Documents documents, RemoteKeys remote, IServiceScopeFactory scopes, Issuer issuer,
    TimeProvider clock)
    : IOpenIddictServerHandler<ValidateTokenContext>
{
    private const string AuthenticationType = "agentauth-assertion";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
            .UseScopedHandler<ProveByAssertion>()
            .SetOrder(OpenIddictServerHandlers.Protection.ValidateIdentityModelToken.Descriptor.Order - 600)
            .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.ValidTokenTypes.Count != 1 || !context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.ClientAssertion))
        {
            return;
        }
        var caller = context.Transaction.GetHttpRequest()?.HttpContext.Connection.RemoteIpAddress;
        var (assertion, fault) = Assertion.Read(context.Token, issuer, clock.GetUtcNow());
        if (assertion is not null)
        {
            fault = await FaultAsync(assertion, context.Request?.ClientId, caller, context.CancellationToken);
        }
        if (assertion is null || fault is not null)
        {
            context.Refuse(fault!.Rule, Errors.InvalidClient, fault.Words); // the answer gets the words of all such refusals
            return;
        }
        var endsAt = (assertion.EndsAt + Assertion.Skew).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        context.Principal = new ClaimsPrincipal(new ClaimsIdentity(
            [
                new(Claims.Issuer, assertion.ClientId),
                new(Claims.Subject, assertion.ClientId),
                new(Claims.Audience, issuer.Value),
                new(Claims.JwtId, assertion.Id),
                new(Claims.ExpiresAt, endsAt, ClaimValueTypes.Integer64),
            ],
            AuthenticationType));
        context.Principal.SetTokenType(TokenTypeIdentifiers.Private.ClientAssertion);
    }

    private async Task<AssertionFault?> FaultAsync(Assertion assertion, string? said, IPAddress? caller, CancellationToken stop)
    {
        if (said is { Length: > 0 } && said != assertion.ClientId)
        {
            return new(AssertionRules.Said, "The client_id beside it is another client than iss and sub.");
        }
        return await ProofFaultAsync(assertion, caller, stop)
            ?? (await IsFirstAsync(assertion, stop) ? null : new(AssertionRules.Once, "This jti was used before."));
    }

    private async Task<AssertionFault?> ProofFaultAsync(Assertion assertion, IPAddress? caller, CancellationToken stop)
    {
        if (await clients.FindByClientIdAsync(assertion.ClientId, stop) is not Client found)
        {
            return new(ClientRules.Known, "No client that may be used has the client_id that iss and sub name.");
        }
        // Keys its document no longer has must not prove it until somebody happens to authorize it again.
        if (await documents.RenewedAsync(found, caller, stop) is not { } client)
        {
            return new(ClientRules.Document, "The client's document could not be read anew.");
        }
        if (ClientMetadata.Of(client.Metadata) is not { AuthMethod: ClientAuthenticationMethods.PrivateKeyJwt } metadata)
        {
            return new(ClientRules.Method, "The client is not registered for private_key_jwt.");
        }
        if (metadata.KeysUri is { } address)
        {
            return await remote.FindAsync(address, assertion.KeyId, caller, stop) is { } set
                ? Signatures.Fault(set, assertion)
                : new(AssertionRules.Signature, "The key set at the client's jwks_uri could not be read.");
        }
        using var keys = JsonDocument.Parse(metadata.Keys ?? """{"keys":[]}""");
        return Signatures.Fault(keys.RootElement, assertion);
    }

    /// <summary>Of all who bring it, at any node, one is first: the row is its place. Only what is proved gets one.</summary>
    private async Task<bool> IsFirstAsync(Assertion assertion, CancellationToken stop)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{assertion.ClientId}\n{assertion.Id}")));
        var endsAt = (assertion.EndsAt + Assertion.Skew).UtcDateTime;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        return 1 == await db.Database.ExecuteSqlAsync(
            $"""INSERT INTO "UsedAssertions" ("Id", "EndsAt") VALUES ({id}, {endsAt}) ON CONFLICT DO NOTHING""", stop);
    }
}
