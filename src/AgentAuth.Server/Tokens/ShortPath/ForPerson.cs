using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Specs.Rfc7636Pkce;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tokens.Rows;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tokens.ShortPath;

/// <summary>
/// A code or a refresh token for the next tokens (RFC 6749 §4.1.3, §6): one look at the token with its grant and its person, the checks of
/// <see cref="TokenEndpoint"/>, and one write that uses the old one up and stores the new one. Whatever is not in order is not answered
/// here.
/// </summary>
internal sealed class ForPerson(
    Catalog catalog, SecretCheck secrets, HotRows rows, OwnPayload payloads, Successors successors, Issuance issuance,
    Activities activities, Issuer issuer, TimeProvider clock)
{
    private static readonly string[] KnownWithRefresh = [Parameters.GrantType, Parameters.RefreshToken, Parameters.Resource];

    private static readonly string[] KnownWithCode =
        [Parameters.GrantType, Parameters.Code, Parameters.RedirectUri, Parameters.CodeVerifier, Parameters.Resource];

    public async Task<bool> TryRefreshAsync(HttpContext http, IFormCollection form) =>
        await KnownForm.ReadAsync(http, form, KnownWithRefresh, catalog, secrets, http.RequestAborted) is { } request
        && request[Parameters.RefreshToken] is { } presented
        && await TryAsync(http, request, presented, TokenTypeIdentifiers.RefreshToken, Permissions.GrantTypes.RefreshToken, IsRefresh);

    public async Task<bool> TryCodeAsync(HttpContext http, IFormCollection form) =>
        await KnownForm.ReadAsync(http, form, KnownWithCode, catalog, secrets, http.RequestAborted) is { } request
        && request[Parameters.Code] is { } presented
        && await TryAsync(
            http, request, presented, TokenTypeIdentifiers.Private.AuthorizationCode, Permissions.GrantTypes.AuthorizationCode,
            IsProvedCode);

    private async Task<bool> TryAsync(
        HttpContext http, KnownForm request, string presented, string type, string permission, Func<KnownForm, OwnToken, bool> isIts)
    {
        var client = request.Client;
        if (!client.PermissionSet.Contains(Permissions.Endpoints.Token) || !client.PermissionSet.Contains(permission))
        {
            return false;
        }
        var now = clock.GetUtcNow();
        if (await rows.FindTokenAsync(Issuance.Kept(presented), http.RequestAborted) is not { } row || !IsGood(row, type, client, now)
            || payloads.Open(row.Id, row.Payload) is not { } claims || OwnToken.Of(claims, client.ClientId!, issuer) is not { } own
            || !isIts(request, own) || !IsFor(request[Parameters.Resource], own))
        {
            return false;
        }
        var resources = await catalog.ResourcesAsync(http.RequestAborted);
        if (!resources.ById.TryGetValue(row.Grant.ResourceId, out var resource) || resource.Identifier != own.Resource
            || !AccessPolicy.MayUse(client, resource))
        {
            return false;
        }
        var scopes = Left(own, row.Grant, client, resource);
        return scopes.Count > 0 && await AnswerAsync(http, client, row, NameOfNext(type, presented, row.Id), own, scopes, now);
    }

    private static bool IsGood(TokenRow row, string type, Client client, DateTimeOffset now) =>
        row.Type == type && row.Status == Statuses.Valid && row.ExpiresAt > now && row.ClientId == client.Id
        && row.Grant is { Status: Statuses.Valid, IsPaused: false, IsOfSession: false } && row.Grant.EndsAt > now
        && !row.Person.IsDisabled && !client.KillsTokensOf(now);

    private static bool IsRefresh(KnownForm request, OwnToken own) => own is { RedirectUri: null, Challenge: null };

    private static bool IsProvedCode(KnownForm request, OwnToken own)
    {
        if (own.RedirectUri is null || own.RedirectUri != request[Parameters.RedirectUri]
            || request[Parameters.CodeVerifier] is not { } verifier || !Pkce.IsVerifier(verifier) || own.Challenge is not { } challenge)
        {
            return false;
        }
        var proved = Base64Url.EncodeToUtf8(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        return CryptographicOperations.FixedTimeEquals(proved, Encoding.UTF8.GetBytes(challenge));
    }

    private static bool IsFor(string? indicator, OwnToken own) =>
        indicator is null || (own.Resource is not null && ResourceIdentifier.Canonical(indicator) == own.Resource);

    /// <summary>What the token is for, less what the person, the administrator or the resource took back since.</summary>
    private static List<string> Left(OwnToken own, GrantRow grant, Client client, Resource resource)
    {
        var allowed = grant.Scopes is null ? [] : JsonSerializer.Deserialize<string[]>(grant.Scopes) ?? [];
        return [.. own.Scopes.Where(s => allowed.Contains(s, StringComparer.Ordinal) && AccessPolicy.Offers(client, resource, s))];
    }

    private async Task<bool> AnswerAsync(
        HttpContext http, Client client, TokenRow row, string nameOfNext, OwnToken own, List<string> scopes, DateTimeOffset now)
    {
        var subject = row.Person.Id.ToString("D");
        var left = row.Grant.EndsAt - now;
        var token = new AccessTokenFacts(
            subject, client.ClientId!, own.Resource!, scopes, row.Grant.Id, now, Shorter(left, issuance.AccessTokenLifetime))
        {
            Details = row.Grant.Details,
        };
        var reference = token.Has(Scopes.OfflineAccess) ? nameOfNext : null;
        var next = reference is null ? null
            : Next(reference, client, row, now, Shorter(left, issuance.RefreshTokenIdle), own.Next(scopes));
        var noteUse = row.Grant.LastUsedAt is not { } used || now - used > TokenEndpoint.LastUsedStep;
        if (!await rows.RotateAsync(new(row.Id, row.Grant.Id, now, next, noteUse), http.RequestAborted))
        {
            return false; // another request was first; the whole pipeline knows what that means
        }
        var accessToken = issuance.AccessToken(token);
        var idToken = token.Has(Scopes.OpenId) ? issuance.IdToken(token, accessToken, row.Person, own) : null;
        Answer.KeepNowhere(http.Response);
        await Answer.WriteAsync(http, Answer.Object(
            json => Issuance.WriteTokens(json, accessToken, token.Lifetime, token.Scope, idToken, reference, token.Details)));
        activities.Note(row.Grant.Id, row.Person.Id, ActivityKind.Issued, address: http.Connection.RemoteIpAddress);
        return true;
    }

    private string NameOfNext(string type, string presented, Guid row) =>
        type == TokenTypeIdentifiers.RefreshToken ? successors.Next(presented, row) : Issuance.NewReference();

    private NewToken Next(
        string reference, Client client, TokenRow row, DateTimeOffset now, TimeSpan lifetime, OwnToken own)
    {
        var (id, subject) = (Guid.CreateVersion7(), row.Person.Id.ToString("D"));
        var claims = own.Claims(TokenTypeIdentifiers.RefreshToken, subject, client.ClientId!, row.Grant.Id, issuer);
        return new(
            id, TokenTypeIdentifiers.RefreshToken, client.Id, row.Grant.Id, subject, now, now + lifetime, payloads.Seal(id, claims),
            Issuance.Kept(reference));
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
