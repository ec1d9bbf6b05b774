using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tokens.Rows;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tokens.Usage;

/// <summary>
/// <c>POST usage_endpoint</c> with the resource's own account by HTTP Basic, and JSON: <c>{"id":…,"resource":…,"uses":[{"gid":…,
/// "scope":…,"tool":…,"calls":n,"refused":n,"error":…,"address":…,"last":epoch}],"refusals":[{"error_id":…,"client_id":…,"aud":[…]}]}</c>,
/// of which the refusals, tokens of other resources, may be missing. Answers 204 when it is counted, now or before.
/// Grants that are not this resource's are passed over without a word. Errors: 400 <c>invalid_request</c>, 401 <c>invalid_client</c>, 403
/// <c>access_denied</c>, 429 <c>slow_down</c>.
/// </summary>
internal sealed class UsageEndpoint(
    AgentAuthDb db, ResourceAccounts accounts, UsageLimits limits, Catalog catalog, RefusalBook refusals, TimeProvider clock)
{
    /// <summary>How long a report is remembered: nobody sends one again so late.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (await accounts.ProvedAsync(http) is not { } account)
        {
            return accounts.RefuseUnproved(http, "usage");
        }
        if (limits.TakeOrWait(account.Id) is var wait && wait > TimeSpan.Zero)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return accounts.Refuse(
                http, RequestRules.Busy, OpenIddictConstants.Errors.SlowDown, StatusCodes.Status429TooManyRequests,
                "Too many reports. Put more into one.");
        }
        if (await ReadAsync(http) is not { } report)
        {
            return accounts.Refuse(
                http, RequestRules.Invalid, OpenIddictConstants.Errors.InvalidRequest, StatusCodes.Status400BadRequest,
                $"Send JSON of at most {UsageReport.MaxBytes} bytes with id, resource and at most {UsageReport.MaxUses} uses.");
        }
        var name = ResourceIdentifier.Canonical(report.Resource);
        if (name is null || !await accounts.IsOfAsync(account, name, http.RequestAborted)
            || !(await catalog.ResourcesAsync(http.RequestAborted)).ByIdentifier.TryGetValue(name, out var resource))
        {
            return accounts.RefuseForeign(http);
        }
        foreach (var told in report.Refusals ?? [])
        {
            refusals.Pass(told!.At(resource, clock.GetUtcNow()));
        }
        await CountAsync(report, resource, http.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<UsageReport?> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasJsonContentType() || http.Request.ContentLength > UsageReport.MaxBytes)
        {
            return null;
        }
        using var body = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await http.Request.Body.ReadAsync(chunk, http.RequestAborted) is > 0 and var count)
        {
            if (body.Length + count > UsageReport.MaxBytes)
            {
                return null;
            }
            body.Write(chunk.AsSpan(0, count));
        }
        return UsageReport.Read(body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    /// <summary>All of it or nothing, and once: the report's identifier is a row of the same transaction.</summary>
    private async Task CountAsync(UsageReport report, Resource resource, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var ids = report.Uses!.Select(u => u!.GrantId).Distinct().ToList();
        var owners = await db.Grants.Where(g => ids.Contains(g.Id) && g.ResourceId == resource.Id)
            .ToDictionaryAsync(g => g.Id, g => g.AccountId, stop);
        if (owners.Count == 0)
        {
            return;
        }
        var counts = UsageCounts.Of(report.Uses!.OfType<Use>(), owners, [.. resource.Scopes.Select(s => s.Name!)], now);
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (!await IsFirstAsync(report, resource, now, stop))
        {
            return;
        }
        await FeedRows.AddAsync(db, counts.Scopes, stop);
        await FeedRows.AddAsync(db, counts.Lines, stop);
        await FeedRows.NoteUseAsync(db, counts.LastUsed, stop);
        await transaction.CommitAsync(stop);
    }

    private async Task<bool> IsFirstAsync(UsageReport report, Resource resource, DateTimeOffset now, CancellationToken stop)
    {
        var id = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"usage {resource.Id:N} {report.Id}")));
        var endsAt = (now + Remembered).UtcDateTime;
        return 1 == await db.Database.ExecuteSqlAsync(
            $"""INSERT INTO "UsedAssertions" ("Id", "EndsAt") VALUES ({id}, {endsAt}) ON CONFLICT DO NOTHING""", stop);
    }
}
