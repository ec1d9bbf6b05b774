using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Shared;

/// <summary>What people report to the administrators: one word each about a client, so that nobody alone makes many.</summary>
internal sealed class Reports(AgentAuthDb db, Revoker revoker, TimeProvider clock)
{
    public async Task AddAsync(Client client, HttpContext context)
    {
        var (person, stop) = (context.User.AccountId(), context.RequestAborted);
        if (await db.ClientReports.AnyAsync(r => r.ApplicationId == client.Id && r.AccountId == person, stop))
        {
            return;
        }
        db.Add(new ClientReport { ApplicationId = client.Id, AccountId = person, At = clock.GetUtcNow() });
        revoker.Audit("client.report", $"client {client.ClientId}", reason: null, context.Actor());
        try
        {
            await db.SaveChangesAsync(stop);
        }
        catch (DbUpdateException failure) when (LostRace.Is(failure))
        {
            db.ChangeTracker.Clear(); // a button pressed twice
        }
    }
}
