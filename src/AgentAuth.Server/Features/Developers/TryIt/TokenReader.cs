using System.Globalization;
using System.Text;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>Reads the tokens of a run as those who receive them do: signature by the published keys, then what they say.</summary>
internal sealed class TokenReader(AgentAuthDb db, OwnPipeline server, Issuer issuer, TimeProvider clock)
{
    public async Task<IReadOnlyList<ReadToken>> ReadAsync(Run run, HttpContext http)
    {
        if (run.AccessToken is not { } accessToken)
        {
            return [];
        }
        var keys = new JsonWebKeySet((await server.SendAsync(WireRequest.Get(Endpoints.Jwks), http)).Body).GetSigningKeys();
        var tokens = new List<ReadToken>();
        if (ReadToken.Of("Access token", accessToken) is { } access)
        {
            tokens.Add(access with
            {
                Checks =
                [
                    Signature(access, accessToken, keys), IsIssuer(access), IsFor(access, run.Resource ?? issuer.Value), IsFresh(access),
                    await IsLiveAsync(access, http.RequestAborted),
                ],
            });
        }
        if (run.IdToken is { } idToken && ReadToken.Of("ID token", idToken) is { } id)
        {
            var nonce = id.Claim("nonce");
            tokens.Add(id with
            {
                Checks =
                [
                    Signature(id, idToken, keys), IsIssuer(id), IsFor(id, Client.PlaygroundId), IsFresh(id),
                    // One that comes with a refresh need not have it (OpenID Connect Core §12.2).
                    new("Nonce", nonce is null || nonce == run.Nonce, nonce == run.Nonce ? "the one that was sent" : nonce ?? "none"),
                ],
            });
        }
        return tokens;
    }

    /// <summary>By the key that the header names, and by no algorithm but ours: who sends it must not choose (RFC 8725 §3.1).</summary>
    private static Check Signature(ReadToken read, string token, IEnumerable<SecurityKey> keys)
    {
        var named = read.Header.FirstOrDefault(p => p.Name == "kid")?.Value;
        var isOurs = read.Header.Any(p => p is { Name: "alg", Value: SecurityAlgorithms.EcdsaSha256 });
        var fits = isOurs && keys.FirstOrDefault(k => k.KeyId == named) is { } key && Fits(token, key);
        return new("Signature", fits, fits ? "fits a key of jwks_uri" : "fits no key of jwks_uri");
    }

    private static bool Fits(string token, SecurityKey key)
    {
        var end = token.LastIndexOf('.');
        var verifier = key.CryptoProviderFactory.CreateForVerifying(key, SecurityAlgorithms.EcdsaSha256);
        try
        {
            return verifier.Verify(Encoding.ASCII.GetBytes(token[..end]), Base64UrlEncoder.DecodeBytes(token[(end + 1)..]));
        }
        finally
        {
            key.CryptoProviderFactory.ReleaseSignatureProvider(verifier);
        }
    }

    private Check IsIssuer(ReadToken token) => new("Issuer", token.Claim("iss") == issuer.Value, token.Claim("iss") ?? "none");

    private static Check IsFor(ReadToken token, string audience) =>
        new("Audience", token.Claim("aud") == audience, token.Claim("aud") ?? "none");

    private Check IsFresh(ReadToken token)
    {
        var end = token.Claims.FirstOrDefault(c => c.Name == "exp")?.At;
        var left = end - clock.GetUtcNow();
        return new("Lifetime", left > TimeSpan.Zero, left is not { } time ? "none"
            : time > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} seconds left") : "it has expired");
    }

    /// <summary>What introspection and the event stream tell a resource server.</summary>
    private async Task<Check> IsLiveAsync(ReadToken token, CancellationToken stop)
    {
        const string what = "Not ended";
        var jti = token.Claim("jti");
        if (await db.Revocations.AnyAsync(r => r.Kind == RevocationKind.Token && r.Value == jti, stop))
        {
            return new(what, false, "this token was given back");
        }
        var grant = Guid.TryParse(token.Claim(TokenClaims.GrantId), out var id)
            ? await db.Grants.AsNoTracking().FirstOrDefaultAsync(g => g.Id == id, stop)
            : null;
        return grant is null ? new(what, false, "there is no such grant")
            : grant.IsLive(clock.GetUtcNow()) ? new(what, true, "the grant is live")
            : new(what, false, grant.EndedBecause is { } why ? $"the grant has ended: {why}" : "the grant has ended");
    }
}
