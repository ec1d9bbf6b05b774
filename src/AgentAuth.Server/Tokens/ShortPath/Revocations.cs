using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Tokens.Rows;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Tokens.ShortPath;

/// <summary>
/// A refresh token given back by its client (RFC 7009): the grant ends, as in <see cref="RevokeWhole"/>. One that is not alive, or not its
/// own, is left to the whole pipeline.
/// </summary>
internal sealed class Revocations(Catalog catalog, SecretCheck secrets, HotRows rows, RevocationFeed feed, TimeProvider clock)
{
    private static readonly string[] Known = [Parameters.Token, Parameters.TokenTypeHint];

    public async Task<bool> TryAsync(HttpContext http, IFormCollection form)
    {
        if (await KnownForm.ReadAsync(http, form, Known, catalog, secrets, http.RequestAborted) is not { } request
            || request[Parameters.TokenTypeHint] is not (null or TokenTypeHints.RefreshToken)
            || !request.Client.PermissionSet.Contains(Permissions.Endpoints.Revocation)
            || request[Parameters.Token] is not { Length: <= 128 } presented) // a reference; an access token is longer
        {
            return false;
        }
        var now = clock.GetUtcNow();
        if (await rows.FindTokenAsync(Issuance.Kept(presented), http.RequestAborted) is not { } row
            || row.Type != TokenTypeIdentifiers.RefreshToken || row.Status != Statuses.Valid || row.ExpiresAt <= now
            || row.ClientId != request.Client.Id)
        {
            return false;
        }
        var end = Revoker.GivenBack(row.Grant.Id, row.Person.Id, request.Client, now);
        // Nothing is left to do when the grant has ended, and RFC 7009 §2.2 has the same answer for it.
        if (row.Grant.Status == Statuses.Valid && await rows.EndGrantAsync(end, CancellationToken.None))
        {
            feed.Tell([end.Notice]);
        }
        Answer.KeepNowhere(http.Response);
        await Answer.WriteAsync(http, "{}"u8.ToArray());
        return true;
    }
}
