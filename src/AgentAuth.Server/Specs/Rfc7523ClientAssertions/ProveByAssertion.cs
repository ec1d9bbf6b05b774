using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Rfc6749Framework;
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
        if (Assertion.Read(context.Token, issuer, clock.GetUtcNow()) is not { } assertion
            || (context.Request?.ClientId is { Length: > 0 } said && said != assertion.ClientId)
            || !await IsProvedAsync(assertion, caller, context.CancellationToken)
            || !await IsFirstAsync(assertion, context.CancellationToken))
        {
            context.Reject(Errors.InvalidClient, OwnWords.InvalidClient);
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

    private async Task<bool> IsProvedAsync(Assertion assertion, IPAddress? caller, CancellationToken stop)
    {
        // Keys its document no longer has must not prove it until somebody happens to authorize it again.
        if (await clients.FindByClientIdAsync(assertion.ClientId, stop) is not Client found
            || await documents.RenewedAsync(found, caller, stop) is not { } client
            || ClientMetadata.Of(client.Metadata) is not { AuthMethod: ClientAuthenticationMethods.PrivateKeyJwt } metadata)
        {
            return false;
        }
        if (metadata.KeysUri is { } address)
        {
            return await remote.FindAsync(address, assertion.KeyId, caller, stop) is { } set && Signatures.IsBy(set, assertion);
        }
        using var keys = JsonDocument.Parse(metadata.Keys ?? """{"keys":[]}""");
        return Signatures.IsBy(keys.RootElement, assertion);
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
