using System.Text.Json;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc7636Pkce;
using AgentAuth.Server.Specs.Rfc8252NativeApps;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tokens;
using AgentAuth.Server.Tokens.Rows;
using AgentAuth.Server.Tokens.ShortPath;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>
/// The short path of the authorization endpoint: a person who is signed in, a client that proves itself and was allowed before all it asks
/// now, and no other wish in the request. One look at the session with its grant, one code written, one redirect. Whatever else it is (a
/// question, a refusal, a sign-in, a client anybody can pose as) goes on to <see cref="AuthorizeEndpoint"/>, the judge of what is right.
/// </summary>
internal sealed class RememberedConsent(
    RequestDelegate next, Catalog catalog, HotRows rows, OwnPayload payloads, SessionTickets tickets, Issuer issuer, TimeProvider clock,
    IOptions<TokenOptions> tokens, IOptions<SessionLimits> sessions)
{
    private const int MaxQueryLength = 4 * 1024;

    private static readonly string[] Known =
    [
        Parameters.ResponseType, Parameters.ClientId, Parameters.RedirectUri, Parameters.Scope, Parameters.State, Parameters.CodeChallenge,
        Parameters.CodeChallengeMethod, Parameters.Resource, Parameters.Nonce,
    ];

    public async Task InvokeAsync(HttpContext http)
    {
        if (!IsUsual(http) || !await TryAsync(http))
        {
            await next(http);
        }
    }

    private bool IsUsual(HttpContext http) =>
        http.Request.Path == Endpoints.Authorize && HttpMethods.IsGet(http.Request.Method) && tokens.Value.ShortPath && catalog.IsFresh
        && http.Request.PathBase == new PathString(issuer.Path) && http.Request.QueryString.Value is { Length: > 0 and <= MaxQueryLength }
        && http.Request.Query.All(p => p.Value is [{ Length: > 0 } value] && !value.Contains('\0', StringComparison.Ordinal)
            && Array.IndexOf(Known, p.Key) >= 0);

    private async Task<bool> TryAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var stop = http.RequestAborted;
        if (http.Request.Cookies[SessionCookie.Name] is not { Length: > 0 } key || (string?)query[Parameters.ClientId] is not { } clientId
            || await catalog.ClientAsync(clientId, stop) is not { } client || !IsSound(query, client) || !IsAsItWas(client)
            || Arrival.IsCold(http.Request, client, query[Parameters.RedirectUri]!))
        {
            return false;
        }
        var resources = await catalog.ResourcesAsync(stop);
        var scopes = ((string?)query[Parameters.Scope] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var (access, _) = AccessPolicy.Decide(client, query[Parameters.Resource].ToArray()!, scopes, forPerson: true, resources.All);
        if (access is null)
        {
            return false;
        }
        var redirectUri = (string)query[Parameters.RedirectUri]!;
        var now = clock.GetUtcNow();
        var session = await rows.FindSessionAsync(
            new(Sessions.IdOf(key), client.Id, access.Resource.Id, LoopbackRedirect.HostOf(redirectUri)), stop);
        return session is { Grant: { } grant } && IsSignedIn(session, now) && Covers(grant, access, now)
            && tickets.SignedInAt(session) is { } signedInAt && await IssueAsync(http, access, session, grant, signedInAt, now);
    }

    private static bool IsSound(IQueryCollection query, Client client) =>
        client is { BlockedAt: null, ClientType: ClientTypes.Confidential, Settings: null, Requirements: null }
        && client.Trust is not (Trust.SelfDeclared or Trust.RunsOnThisComputer)
        && query[Parameters.ResponseType] == ResponseTypes.Code && Pkce.IsChallenge(query[Parameters.CodeChallenge])
        && query[Parameters.CodeChallengeMethod] == Pkce.Method
        && MayAuthorize(client.PermissionSet) && IsRegistered(client, query[Parameters.RedirectUri]);

    /// <summary>Not due to be read again, and nothing about it changed since people were first asked.</summary>
    private bool IsAsItWas(Client client) =>
        client.AskAnewSince is null && (client.Origin != Origin.ByDocument || client.DocumentFreshUntil > clock.GetUtcNow());

    private static bool MayAuthorize(IReadOnlySet<string> may) =>
        may.Contains(Permissions.Endpoints.Authorization) && may.Contains(Permissions.ResponseTypes.Code)
        && may.Contains(Permissions.GrantTypes.AuthorizationCode) && may.Contains(Permissions.GrantTypes.RefreshToken);

    /// <summary>Byte by byte, and to a place of the client's own.</summary>
    private static bool IsRegistered(Client client, string? redirectUri) =>
        redirectUri is not null && client.RedirectUris is { } registered && !LoopbackRedirect.StaysHere(redirectUri)
        && JsonSerializer.Deserialize<string[]>(registered).Contains(redirectUri, StringComparer.Ordinal);

    /// <summary>One whose last visit is due to be written again goes the long way, which writes it.</summary>
    private bool IsSignedIn(SessionRow session, DateTimeOffset now) =>
        session.EndsAt > now && session.SeenAt + sessions.Value.Idle > now && now - session.SeenAt < Sessions.SeenEvery
        && !session.Person.IsDisabled;

    private static bool Covers(GrantRow grant, Access access, DateTimeOffset now)
    {
        var allowed = grant.Scopes is null ? [] : JsonSerializer.Deserialize<string[]>(grant.Scopes) ?? [];
        return grant is { IsPaused: false, IsOfSession: false } && grant.EndsAt > now
            && access.Scopes.All(s => allowed.Contains(s, StringComparer.Ordinal));
    }

    private async Task<bool> IssueAsync(
        HttpContext http, Access access, SessionRow session, GrantRow grant, long signedInAt, DateTimeOffset now)
    {
        var query = http.Request.Query;
        var (id, reference, subject) = (Guid.CreateVersion7(), Issuance.NewReference(), session.Person.Id.ToString("D"));
        var own = new OwnToken(
            access.Scopes, access.Resource.Identifier, signedInAt, query[Parameters.Nonce], query[Parameters.RedirectUri],
            query[Parameters.CodeChallenge]);
        var claims = own.Claims(TokenTypeIdentifiers.Private.AuthorizationCode, subject, access.Client.ClientId!, grant.Id, issuer);
        var code = new NewToken(
            id, TokenTypeIdentifiers.Private.AuthorizationCode, access.Client.Id, grant.Id, subject, now,
            now + tokens.Value.AuthorizationCode, payloads.Seal(id, claims), Issuance.Kept(reference));
        if (!await rows.AddAsync(code, http.RequestAborted))
        {
            return false; // the grant ended meanwhile
        }
        var answer = new Dictionary<string, string?>(StringComparer.Ordinal) { [Parameters.Code] = reference };
        if ((string?)query[Parameters.State] is { } state)
        {
            answer[Parameters.State] = state;
        }
        answer[Parameters.Iss] = issuer.Value;
        Answer.KeepNowhere(http.Response);
        http.Response.Redirect(QueryHelpers.AddQueryString(query[Parameters.RedirectUri]!, answer));
        http.Items[ShortPathFirst.Mark] = ShortPathFirst.Mark;
        return true;
    }
}
