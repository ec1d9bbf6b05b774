using System.Net.Http.Headers;
using System.Text;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// Resource servers prove themselves at endpoints of our own with their account, by HTTP Basic (RFC 6749 §2.3.1). Errors: 401
/// <c>invalid_client</c>, 403 <c>access_denied</c> when the account is not that resource's.
/// </summary>
internal sealed class ResourceAccounts(AgentAuthDb db, IOpenIddictApplicationManager clients, RefusalBook refusals)
{
    private const int MaxCredentials = 2_000;

    /// <summary>The account that proved itself; null when none did.</summary>
    public async Task<Client?> ProvedAsync(HttpContext http)
    {
        if (Credentials(http.Request.Headers.Authorization) is not { } given)
        {
            return null;
        }
        var client = await clients.FindByClientIdAsync(given.Id, http.RequestAborted) as Client;
        return client?.ClientSecret is not null && await clients.ValidateClientSecretAsync(client, given.Secret, http.RequestAborted)
            ? client
            : null;
    }

    /// <summary>Whether it is this resource's account, not blocked, with the secret it proved itself with.</summary>
    public Task<bool> IsOfAsync(Client account, string resource, CancellationToken stop) => db.Clients.AnyAsync(
        c => c.Id == account.Id && c.BlockedAt == null && c.ClientSecret == account.ClientSecret
            && db.Resources.Any(r => r.Identifier == resource && r.AccountClientId == c.ClientId), stop);

    public IResult RefuseUnproved(HttpContext http, string realm)
    {
        http.Response.Headers.WWWAuthenticate = $"Basic realm=\"{realm}\"";
        return Refuse(http, ClientRules.Authentication, OpenIddictConstants.Errors.InvalidClient, StatusCodes.Status401Unauthorized);
    }

    public IResult RefuseForeign(HttpContext http) =>
        Refuse(http, ClientRules.OneResource, OpenIddictConstants.Errors.AccessDenied, StatusCodes.Status403Forbidden);

    public IResult Refuse(HttpContext http, Rule rule, string error, int status, string? words = null)
    {
        var answer = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["error"] = error,
            [Explain.Parameter] = refusals.Note(http, request: null, rule, error, words),
        };
        if (words is not null)
        {
            answer["error_description"] = words;
        }
        return Results.Json(answer, statusCode: status);
    }

    /// <summary>Both halves are form-encoded.</summary>
    private static (string Id, string Secret)? Credentials(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { Length: > 0 and < MaxCredentials })
        {
            return null;
        }
        var decoded = new byte[header.Parameter.Length];
        return Convert.TryFromBase64String(header.Parameter, decoded, out var length)
            && Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2) is [{ Length: > 0 } id, { Length: > 0 } secret]
            ? (Uri.UnescapeDataString(id), Uri.UnescapeDataString(secret))
            : null;
    }
}
