using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin.Grants;

internal sealed record TokenCount(string? Type, string? Status, int Count);

/// <summary>One grant: what it allows, what hangs from it, what was done to it.</summary>
internal sealed class GrantPage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    private const int HistoryShown = 50;

    public GrantRow Grant { get; private set; } = null!;

    public DateTimeOffset AllowedAt { get; private set; }

    public IReadOnlyList<TokenCount> Tokens { get; private set; } = [];

    public IReadOnlyList<AuditEntry> History { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        var found = await GrantSearch.PageAsync(Db, Db.Grants.Where(g => g.Id == id), 1, Stop);
        if (found.Items.Count == 0)
        {
            return NotFound();
        }
        Grant = found.Items[0];
        AllowedAt = await Db.Grants.Where(g => g.Id == id).Select(g => g.AllowedAt).SingleAsync(Stop);
        Tokens = await Db.Tokens.Where(t => t.Authorization!.Id == id)
            .GroupBy(t => new { t.Type, t.Status })
            .Select(t => new TokenCount(t.Key.Type, t.Key.Status, t.Count()))
            .ToListAsync(Stop);
        var target = $"grant {id:D}";
        History = await Db.AuditEntries.AsNoTracking().Where(e => e.Target == target)
            .OrderByDescending(e => e.At).Take(HistoryShown).ToListAsync(Stop);
        return Page();
    }
}
