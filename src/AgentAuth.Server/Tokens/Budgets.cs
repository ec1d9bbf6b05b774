using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// <c>POST budget_endpoint</c> with the resource's own account by HTTP Basic, and <c>resource</c>, <c>gid</c> and <c>scope</c>: counts one
/// change against what the person allows a day, before the resource makes it. <c>{"allowed":true,"left":4}</c>, without <c>left</c> where
/// there is no limit; 403 <c>{"allowed":false,"resets":…}</c> when it is used up. A day is one of UTC.
/// </summary>
internal sealed class Budgets(AgentAuthDb db, ResourceAccounts accounts, TimeProvider clock)
{
    public async Task<IResult> HandleAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await accounts.ProvedAsync(http) is not { } account)
        {
            return accounts.RefuseUnproved(http, "budgets");
        }
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var name = ResourceIdentifier.Canonical(form["resource"]);
        var resource = await db.Resources.AsNoTracking().Include(r => r.Scopes).FirstOrDefaultAsync(
            r => r.Identifier == name && r.AccountClientId == account.ClientId, http.RequestAborted);
        if (resource is null)
        {
            return accounts.Refuse(
                http, ClientRules.OneResource, OpenIddictConstants.Errors.AccessDenied, StatusCodes.Status403Forbidden);
        }
        var now = clock.GetUtcNow();
        if (!Guid.TryParseExact(form["gid"], "D", out var id)
            || await db.Grants.AsNoTracking().FirstOrDefaultAsync(g => g.Id == id, http.RequestAborted) is not { } grant
            || grant.ResourceId != resource.Id || !grant.IsLive(now) || grant.PausedAt is not null)
        {
            return accounts.Refuse(
                http, TokenRules.Grant, OpenIddictConstants.Errors.AccessDenied, StatusCodes.Status403Forbidden,
                "The grant has ended, is paused, or is not one for this resource.");
        }
        string? scope = form["scope"];
        if (!grant.AllowedScopes.Contains(scope, StringComparer.Ordinal) || !resource.Scopes.Exists(s => s.Name == scope))
        {
            return accounts.Refuse(
                http, AccessRules.ScopeGranted, OpenIddictConstants.Errors.InvalidScope, StatusCodes.Status400BadRequest,
                "The scope is not one of this grant.");
        }
        return grant.ChangesPerDay is { } most
            ? await CountAsync(grant, most, now, http.RequestAborted)
            : Results.Json(new { allowed = true });
    }

    private async Task<IResult> CountAsync(Grant grant, int most, DateTimeOffset now, CancellationToken stop)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var isAllowed = most > 0 && await TakeOneAsync(grant.Id, today.UtcDateTime, stop);
        if (!isAllowed)
        {
            return Results.Json(
                new { allowed = false, resets = today.AddDays(1).ToUnixTimeSeconds() }, statusCode: StatusCodes.Status403Forbidden);
        }
        var used = await db.BudgetUses.Where(u => u.GrantId == grant.Id && u.Day == today).Select(u => u.Used).FirstOrDefaultAsync(stop);
        return Results.Json(new { allowed = true, left = Math.Max(0, most - used) });
    }

    /// <summary>One statement looks and counts: of many that come at once, at any node, no more than the limit get through.</summary>
    private async Task<bool> TakeOneAsync(Guid grant, DateTime today, CancellationToken stop) => 1 == await db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO "BudgetUses" ("GrantId", "Day", "Used") VALUES ({grant}, {today}, 1)
        ON CONFLICT ("GrantId", "Day") DO UPDATE SET "Used" = "BudgetUses"."Used" + 1
        WHERE "BudgetUses"."Used" < (SELECT "ChangesPerDay" FROM "Grants" WHERE "Id" = {grant})
        """, stop);
}
