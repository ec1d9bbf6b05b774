using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>An app as a line of the list.</summary>
internal sealed record AppLine(
    string ClientId, string? DisplayName, string? ClientType, Trust Trust, bool IsBlocked, int LiveGrants, DateTimeOffset? LastUsedAt)
{
    public string Name => string.IsNullOrWhiteSpace(DisplayName) ? ClientId : DisplayName;
}

/// <summary>The portal's first page: my apps, and what anybody needs to connect one.</summary>
internal sealed class AppsPage(AgentAuthDb db, TimeProvider clock, Issuer issuer) : DeveloperPage(db, clock)
{
    /// <summary>More than a developer may have, for those whose apps came here in another way.</summary>
    private const int MaxShown = 200;

    public IReadOnlyList<AppLine> Apps { get; private set; } = [];

    public Connecting Connecting { get; private set; } = null!;

    public async Task OnGetAsync(string? resource)
    {
        var live = Db.Grants.Live(Now);
        Apps = await Db.AppsOf(DeveloperId).AsNoTracking()
            .OrderByDescending(c => c.CreatedAt).ThenBy(c => c.Id).Take(MaxShown)
            .Select(c => new AppLine(
                c.ClientId!, c.DisplayName, c.ClientType, c.Trust, c.BlockedAt != null, live.Count(g => g.ApplicationId == c.Id),
                Db.Grants.Where(g => g.ApplicationId == c.Id).Max(g => g.LastUsedAt)))
            .ToListAsync(Stop);
        Connecting = await Connecting.OfAsync(Db, issuer, resource, Stop);
    }
}
