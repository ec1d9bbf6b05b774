using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>The apps of one developer. Another's is not there, whoever asks; administrators have the console.</summary>
internal static class MyApps
{
    /// <summary>Apps of one developer, those deleted within <see cref="CountedAfterwards"/> too: rows must not grow by turns.</summary>
    public const int Most = 50;

    public static readonly TimeSpan CountedAfterwards = TimeSpan.FromDays(1);

    private const string EscapedSlash = "%2F";

    public static IQueryable<Client> AppsOf(this AgentAuthDb db, Guid developer) =>
        db.Clients.Where(c => c.OwnerId == developer && c.RemovedAt == null);

    /// <summary>By its client id, letter by letter; one that is an address comes with its slashes escaped.</summary>
    public static Task<Client?> AppAsync(this AgentAuthDb db, Guid developer, string id, CancellationToken stop)
    {
        var clientId = id.Replace(EscapedSlash, "/", StringComparison.OrdinalIgnoreCase);
        if (clientId.Length > Client.MaxClientIdLength || clientId.Contains('\0', StringComparison.Ordinal))
        {
            return Task.FromResult<Client?>(null);
        }
        return db.AppsOf(developer).Include(c => c.Secrets.OrderBy(s => s.CreatedAt))
            .FirstOrDefaultAsync(c => c.ClientId == clientId, stop);
    }

    public static Task<int> CountedAsync(this AgentAuthDb db, Guid developer, DateTimeOffset now, CancellationToken stop)
    {
        var since = now - CountedAfterwards;
        return db.Clients.CountAsync(
            c => c.OwnerId == developer && c.Origin == Origin.ByDeveloper && (c.RemovedAt == null || c.RemovedAt > since), stop);
    }

    /// <summary>What it is registered with stands in the portal, and nowhere else.</summary>
    public static bool IsKeptHere(this Client client) => client.Origin == Origin.ByDeveloper;
}
