using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Support;

/// <summary>A row of each kind that is kept of an agent beside its grant.</summary>
internal static class OneOfEach
{
    private static readonly Type[] Kinds =
    [
        typeof(Activity), typeof(ScopeUse), typeof(BudgetUse), typeof(OutgoingMail), typeof(MailLink), typeof(Receipt), typeof(Approval),
    ];

    /// <summary>Of alice's grant, with nothing else of these kinds around it.</summary>
    public static async Task PlantAsync(AuthServer server)
    {
        await Agent.Web(server).TokensFromAsync(server.Browser());
        await server.FeedAsync(ActivityKind.Issued, lines => lines.Count == 1);
        var grant = await server.LookAsync(db => db.Grants.AsNoTracking().SingleAsync());
        var now = server.Clock.GetUtcNow();
        await server.ChangeAsync(async db =>
        {
            foreach (var kind in Kinds)
            {
                db.RemoveRange(await ((IQueryable<object>)db.GetType().GetMethod("Set", [])!.MakeGenericMethod(kind).Invoke(db, [])!)
                    .ToListAsync());
            }
            await db.SaveChangesAsync();
            db.AddRange(
                Line(grant, now), new ScopeUse { GrantId = grant.Id, Scope = "mail.read", Calls = 5_000_000_000, LastUsedAt = now },
                new BudgetUse { GrantId = grant.Id, Day = now, Used = 3 }, Mail(grant, now, isSent: true), Mail(grant, now, isSent: false),
                Link(grant, "a", now), new Receipt { GrantId = grant.Id, AccountId = grant.AccountId, At = now, Jws = "a.b.c" },
                Asked(grant, "a", now));
        });
    }

    /// <summary>All there is of each kind, as text that can be compared.</summary>
    public static async Task<List<string>> RowsAsync(AuthServer server)
    {
        var rows = new List<string>();
        foreach (var kind in Kinds)
        {
            rows.AddRange(await RowsAsync(server, kind));
        }
        return rows;
    }

    public static Task<List<string>> RowsAsync(AuthServer server, Type kind) => server.LookAsync(async db =>
    {
        var properties = db.Model.FindEntityType(kind)!.GetProperties().Where(p => p.PropertyInfo is not null).ToList();
        var rows = await ((IQueryable<object>)db.GetType().GetMethod("Set", [])!.MakeGenericMethod(kind).Invoke(db, [])!)
            .AsNoTracking().ToListAsync();
        return rows.Select(row => $"{kind.Name} {string.Join('|', properties.Select(p => $"{p.PropertyInfo!.GetValue(row)}"))}")
            .Order(StringComparer.Ordinal).ToList();
    });

    public static Activity Line(Grant grant, DateTimeOffset at) => new()
    {
        GrantId = grant.Id,
        AccountId = grant.AccountId,
        Kind = ActivityKind.Called,
        What = "mail.read list",
        Address = "203.0.113.7",
        At = at,
        LastAt = at,
        Count = 7,
    };

    public static OutgoingMail Mail(Grant grant, DateTimeOffset at, bool isSent) => new()
    {
        AccountId = grant.AccountId,
        To = "a@b.test",
        Kind = "grant-new",
        Subject = "s",
        Text = "t",
        CreatedAt = at,
        NextTryAt = isSent ? null : at,
        SentAt = isSent ? at : null,
    };

    public static MailLink Link(Grant grant, string id, DateTimeOffset endsAt) =>
        new() { Id = id, AccountId = grant.AccountId, GrantId = grant.Id, EndsAt = endsAt };

    public static Approval Asked(Grant grant, string hash, DateTimeOffset endsAt) => new()
    {
        RequestHash = hash,
        GrantId = grant.Id,
        AccountId = grant.AccountId,
        ResourceId = grant.ResourceId,
        Details = "[]",
        EndsAt = endsAt,
    };
}
