using System.Security.Claims;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// An access token that was given back, of a client that was blocked, or whose tokens were all ended, is dead here too and not only in the
/// event stream. It has no row, and one that a client got in its own name hangs from no grant, that could say so. One whose grant is
/// paused does nothing, one whose grant was reduced since does what is left, and one whose grant was limited since says so.
/// </summary>
internal sealed class RefuseDeadTokens(AgentAuthDb db) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ValidateTokenContext>()
            .UseScopedHandler<RefuseDeadTokens>()
            .SetOrder(OpenIddictServerHandlers.Protection.ValidateAuthorizationEntry.Descriptor.Order + 500)
            .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal is not { } principal || !principal.HasTokenType(OpenIddictConstants.TokenTypeIdentifiers.AccessToken))
        {
            return;
        }
        var presenters = principal.GetPresenters().ToList();
        var issued = principal.GetCreationDate() ?? DateTimeOffset.MinValue; // whole seconds: one of the fatal second itself is dead
        var (id, grant) = (principal.GetClaim(OpenIddictConstants.Claims.JwtId), principal.GetClaim(TokenClaims.GrantId));
        var said = await db.Revocations.AsNoTracking()
            .Where(r => (r.Value == id && r.Kind == RevocationKind.Token) || (r.Value == grant && r.Kind == RevocationKind.Limits))
            .OrderByDescending(r => r.At).ToListAsync(context.CancellationToken);
        if (!await IsLeftByGrantAsync(principal, context.CancellationToken)
            || await db.Clients.AnyAsync(
                c => presenters.Contains(c.ClientId!) && (c.BlockedAt != null || c.TokensDeadBefore >= issued), context.CancellationToken)
            || said.Exists(r => r.Kind == RevocationKind.Token))
        {
            context.Refuse(
                TokenRules.Live, OpenIddictConstants.Errors.InvalidToken,
                "The token, its grant, or all of its client's tokens were ended, or the person paused it.");
        }
        if (said.Find(r => r.Kind == RevocationKind.Limits)?.Scopes is { } limits)
        {
            SetLimits((ClaimsIdentity)principal.Identity!, limits);
        }
    }

    /// <summary>In the place of its own ones; what else it says beside its scopes stays.</summary>
    private static void SetLimits(ClaimsIdentity token, string limits)
    {
        if (token.FindAll(AuthorizationDetails.Name).Any(c => AuthorizationDetails.IsOf(AuthorizationDetails.Action, c.Value)))
        {
            return; // the answer to one question, which is no power
        }
        var own = token.FindAll(AuthorizationDetails.Name).Where(c => AuthorizationDetails.IsOf(AuthorizationDetails.Limits, c.Value));
        foreach (var claim in own.ToList())
        {
            token.RemoveClaim(claim);
        }
        using var entries = JsonDocument.Parse(limits);
        token.AddClaims(entries.RootElement.EnumerateArray()
            .Select(e => new Claim(AuthorizationDetails.Name, e.GetRawText(), JsonClaimValueTypes.Json)));
    }

    private async Task<bool> IsLeftByGrantAsync(ClaimsPrincipal principal, CancellationToken stop)
    {
        if (!Guid.TryParse(principal.GetClaim(TokenClaims.GrantId), out var id))
        {
            return true; // a client's own
        }
        var grant = await db.Grants.AsNoTracking()
            .FirstOrDefaultAsync(g => g.Id == id && g.Status == OpenIddictConstants.Statuses.Valid && g.PausedAt == null, stop);
        var left = principal.GetScopes().Intersect(grant?.AllowedScopes ?? [], StringComparer.Ordinal).ToList();
        principal.SetScopes(left);
        return left.Count > 0;
    }
}
