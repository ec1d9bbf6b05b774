using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Specs.Rfc7591Registration;

/// <summary>
/// Clients that introduced themselves and that nobody ever allowed anything: anybody can make them, so they do not stay, and there are
/// never more than so many. Some make room (<see cref="Eviction"/>): who registers now must not be kept out by those who did before.
/// </summary>
internal static class UnusedClients
{
    public const int Most = 2_000;

    private const int Room = Most / 20;

    /// <summary>A registration nobody used by then was a probe, or its person went away.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>One that was removed is remembered so long, to be told from one that never was.</summary>
    public static readonly TimeSpan RememberedFor = TimeSpan.FromDays(90);

    public static async Task MakeRoomAsync(AgentAuthDb db, TimeProvider clock, CancellationToken stop)
    {
        var unused = In(db);
        if (await unused.CountAsync(stop) >= Most)
        {
            // A client somebody blocked, or vouched for, must not become unknown again by a crowd.
            var rows = await unused.Where(c => (c.BlockedAt == null || c.RemovedAt != null) && c.Trust != Trust.VerifiedPublisher)
                .Select(c => new { c.Id, c.Origin, c.CreatedAt, c.Properties }).ToListAsync(stop);
            var chosen = Eviction.Choose(
                rows.Select(c => new Eviction.Candidate(c.Id, c.Origin, c.CreatedAt, c.Properties)), Room, clock.GetUtcNow());
            await TakeAwayAsync(db, unused.Where(c => chosen.Contains(c.Id)), clock, stop); // unless one came into use meanwhile
        }
    }

    /// <summary>What goes is news: a node may remember it, and a client by document can come back as another row.</summary>
    public static async Task<int> TakeAwayAsync(AgentAuthDb db, IQueryable<Client> which, TimeProvider clock, CancellationToken stop)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var gone = await which.ExecuteDeleteAsync(stop);
        if (gone > 0)
        {
            db.Add(new CatalogChange { At = clock.GetUtcNow() });
            await db.SaveChangesAsync(stop);
        }
        await transaction.CommitAsync(stop);
        return gone;
    }

    public static IQueryable<Client> Expired(AgentAuthDb db, DateTimeOffset now)
    {
        var (old, forgotten) = (now - Lifetime, now - RememberedFor);
        return In(db).Where(c => c.RemovedAt == null
            ? c.BlockedAt == null && c.Trust != Trust.VerifiedPublisher && c.CreatedAt < old
                && (c.DocumentReadAt == null || c.DocumentReadAt < old)
            : c.RemovedAt < forgotten);
    }

    /// <summary>One with a grant, live or ended, is part of somebody's record; one somebody is being asked about is about to be.</summary>
    private static IQueryable<Client> In(AgentAuthDb db) => db.Clients.Where(
        c => (c.Origin == Origin.ByDocument || c.Origin == Origin.ByItself || (c.Origin == Origin.ByDeveloper && c.RemovedAt != null))
            && !db.Grants.Any(g => g.ApplicationId == c.Id) && !db.Interactions.Any(i => i.ApplicationId == c.Id));
}
