using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.DomainProofs;
using AgentAuth.Server.Specs.Uts39Confusables;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin.Verifications;

/// <summary>One request as an administrator decides about it.</summary>
internal sealed record AskedVerification(
    Guid Id, Guid AppId, string? Version, string Name, string Email,
    DateTimeOffset AskedAt, string Text, IReadOnlyList<string> Hosts, Likeness? Like);

/// <summary>Who asks to be vouched for. What is approved must be on a proved domain at that moment.</summary>
internal sealed class VerificationsPage(
    AgentAuthDb db, Revoker revoker, DomainTrust trust, TrustedNames names, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    private const int MostShown = 50;

    public IReadOnlyList<AskedVerification> Waiting { get; private set; } = [];

    public Task OnGetAsync() => ReadAsync();

    public Task<IActionResult> OnPostApproveAsync(Guid id, string? version, string? reason) =>
        AnswerAsync(id, version, VerificationState.Approved, reason);

    public Task<IActionResult> OnPostRefuseAsync(Guid id, string? version, string? reason) =>
        AnswerAsync(id, version, VerificationState.Refused, reason);

    private async Task<IActionResult> AnswerAsync(Guid id, string? version, VerificationState state, string? reason)
    {
        if (!Words.ArePlain(reason, VerificationRequest.MaxWordsLength))
        {
            return await AgainAsync("Give a reason, on one line.");
        }
        var asked = await Db.VerificationRequests.FirstOrDefaultAsync(r => r.Id == id && r.State == VerificationState.Waiting, Stop);
        var app = asked is null ? null : await Db.Clients.FirstOrDefaultAsync(c => c.Id == asked.ApplicationId, Stop);
        if (asked is null || app is null)
        {
            return await AgainAsync("That was answered already.");
        }
        if (state == VerificationState.Approved)
        {
            if (app.ConcurrencyToken != version)
            {
                return await AgainAsync("The app was changed meanwhile. Look at it again.");
            }
            if (app.OwnerId != asked.AskedById || !await trust.IsOnProvedDomainAsync(app, Stop))
            {
                return await AgainAsync("Not every host of its redirect addresses is proved at present.");
            }
            app.DecideTrust(Trust.VerifiedPublisher);
        }
        asked.Answer(state, reason!, Now);
        Revoker.Audit(state == VerificationState.Approved ? "client.verify" : "client.refuse-verification", app.ForAudit(), reason, Admin);
        try
        {
            await Db.SaveChangesAsync(Stop);
        }
        catch (DbUpdateConcurrencyException)
        {
            Db.ChangeTracker.Clear();
            return await AgainAsync("That was answered, or changed, at the same moment.");
        }
        this.Say(state == VerificationState.Approved ? "Verified. People see it when they are next asked." : "Refused.");
        return RedirectToPage();
    }

    private async Task<IActionResult> AgainAsync(string problem)
    {
        ModelState.AddModelError("", problem);
        await ReadAsync();
        return this.Refused();
    }

    private async Task ReadAsync()
    {
        var rows = await Db.VerificationRequests.AsNoTracking().Where(r => r.State == VerificationState.Waiting)
            .OrderBy(r => r.AskedAt).Take(MostShown)
            .Join(Db.Clients, r => r.ApplicationId, c => c.Id, (r, c) => new { Request = r, App = c })
            .Join(Db.Users, r => r.Request.AskedById, a => a.Id, (r, a) => new { r.Request, r.App, a.Email })
            .ToListAsync(Stop);
        var waiting = new List<AskedVerification>();
        foreach (var row in rows.OrderBy(r => r.Request.AskedAt))
        {
            waiting.Add(new(
                row.Request.Id, row.App.Id, row.App.ConcurrencyToken, row.App.Name, row.Email ?? "", row.Request.AskedAt, row.Request.Words,
                [.. DomainTrust.HostsOf(row.App)], await names.LikenessOfAsync(row.App, Stop)));
        }
        Waiting = waiting;
    }
}
