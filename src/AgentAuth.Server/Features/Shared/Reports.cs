using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Shared;

/// <summary>What people report to the administrators: one word each about a client, so that nobody alone makes many.</summary>
internal sealed class Reports(AgentAuthDb db, Revoker revoker, TimeProvider clock)
{
    public Task AddAsync(Client client, HttpContext context) =>
        AddAsync(client, context.User.AccountId(), context.Actor(), context.RequestAborted);

    public async Task AddAsync(Client client, Guid person, Actor actor, CancellationToken stop)
    {
        if (await db.ClientReports.AnyAsync(r => r.ApplicationId == client.Id && r.AccountId == person, stop))
        {
            return;
        }
        db.Add(new ClientReport { ApplicationId = client.Id, AccountId = person, At = clock.GetUtcNow() });
        revoker.Audit("client.report", $"client {client.ClientId}", reason: null, actor);
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
