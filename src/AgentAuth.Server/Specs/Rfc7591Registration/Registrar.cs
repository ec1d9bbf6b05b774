using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>A registration with what only its client gets to see, once.</summary>
internal sealed record Registered(Client Client, ClientMetadata Metadata, string Token, string? Secret);

/// <summary>Makes and changes registrations. Identifier, secret, trust and permissions are the server's to give.</summary>
internal sealed class Registrar(AgentAuthDb db, Issuer issuer, TimeProvider clock)
{
    private const int TokenBytes = 32;

    public static string Kept(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public async Task<(Registered? Done, MetadataProblem? Problem)> RegisterAsync(
        ReadOnlyMemory<byte> body, IPAddress? caller, CancellationToken stop)
    {
        var (metadata, problem) = await ReadAsync(body, clientId: null, stop);
        if (metadata is null)
        {
            return (null, problem);
        }
        await UnusedClients.MakeRoomAsync(db, clock, stop);
        var client = ClientRow.New(ClientId.New(), Origin.ByItself, clock);
        client.Properties = Eviction.Note(caller);
        db.Add(client);
        return (await WriteAsync(client, metadata, stop), null);
    }

    /// <summary>The whole of it anew (RFC 7592 §2.2), with a new token: the old one has been sent once more than needed.</summary>
    public async Task<(Registered? Done, MetadataProblem? Problem)> ChangeAsync(
        Client client, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        var (metadata, problem) = await ReadAsync(body, client.ClientId, stop);
        return metadata is null ? (null, problem) : (await WriteAsync(client, metadata, stop), null);
    }

    private async Task<(ClientMetadata? Metadata, MetadataProblem? Problem)> ReadAsync(
        ReadOnlyMemory<byte> body, string? clientId, CancellationToken stop)
    {
        if (!MetadataMembers.TryParse(body, out var document))
        {
            return (null, new(MetadataProblem.InvalidMetadata, "Send one JSON object in UTF-8, no name twice, not deeply nested.")
            {
                Rule = RegistrationRules.Body,
            });
        }
        using (document)
        {
            if (clientId is not null
                && (!document.RootElement.TryGetProperty("client_id", out var id) || MetadataMembers.TextOf(id) != clientId))
            {
                return (null, new(MetadataProblem.InvalidMetadata, "The client_id must be the one that is changed (RFC 7592 §2.2).")
                {
                    Rule = RegistrationRules.Same,
                });
            }
            var (metadata, problem) = MetadataReader.Read(document.RootElement, MetadataSource.Registration);
            if (metadata is not null && KeysProblem(metadata) is { } wrong)
            {
                return (null, wrong);
            }
            return (metadata is null ? null : metadata with { Scope = await KnownAsync(metadata.Scope, stop) }, problem);
        }
    }

    /// <summary>A developer's form, put as metadata: the same rules, and all that is wrong at once.</summary>
    public (ClientMetadata Metadata, IReadOnlyList<MetadataProblem> Problems) ReadForm(JsonElement form)
    {
        var (metadata, problems) = MetadataReader.ReadAll(form, MetadataSource.Portal);
        return (metadata, KeysProblem(metadata) is { } wrong ? [.. problems, wrong] : problems);
    }

    private MetadataProblem? KeysProblem(ClientMetadata metadata) =>
        metadata.KeysUri is { } keys && WebAddress.Problem(keys, issuer) is { } wrong
            ? new(MetadataProblem.InvalidMetadata, "The jwks_uri is not one this server asks: " + wrong, MetadataReader.JwksUri)
            : null;

    /// <summary>Of the scopes it would ask for, those there are.</summary>
    private async Task<string?> KnownAsync(string? scope, CancellationToken stop)
    {
        if (scope is null)
        {
            return null;
        }
        var asked = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.Ordinal).Take(AccessPolicy.MaxScopes).ToList();
        var known = await db.Scopes.Where(s => asked.Contains(s.Name!)).Select(s => s.Name!).ToListAsync(stop);
        var kept = asked.Where(s => IdentityScopes.Contains(s) || known.Contains(s, StringComparer.Ordinal)).ToList();
        return kept.Count == 0 ? null : string.Join(' ', kept);
    }

    private async Task<Registered> WriteAsync(Client client, ClientMetadata metadata, CancellationToken stop)
    {
        ClientRow.Write(client, metadata, clock);
        var secret = metadata.HasSecret && client.ClientSecret is null ? ClientSecret.New() : null;
        client.ClientSecret = !metadata.HasSecret ? null : secret is null ? client.ClientSecret : ClientSecret.Hash(secret);
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        client.ManagementToken = Kept(token);
        client.Software = SoftwareOf(metadata);
        client.Changed();
        await db.SaveChangesAsync(stop);
        return new(client, metadata, token, secret);
    }

    /// <summary>The same program registers with the same name and addresses, on whichever port it listens this time.</summary>
    private static string SoftwareOf(ClientMetadata metadata) => Kept(string.Join('\n', metadata.RedirectUris
        .Select(r => LoopbackRedirect.IsLoopback(r) ? $"here {new Uri(r).PathAndQuery}" : r)
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Prepend(metadata.SoftwareId).Prepend(metadata.Name)));
}
