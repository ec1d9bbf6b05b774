using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Logos;
using AgentAuth.Server.Specs.Rfc6890SpecialAddresses;
using AgentAuth.Server.Specs.Rfc7591Registration;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Specs.ClientIdMetadataDocuments;

/// <summary>Documents as rows of clients; in scopes of its own, because several requests may wait for one reading.</summary>
internal sealed class DocumentShelf(IServiceScopeFactory scopes, LogoShelf logos, TimeProvider clock)
{
    public async Task<Client?> FindAsync(string clientId, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var client = await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.ClientId == clientId, stop);
        return client?.ClientId == clientId ? client : null; // whatever the database takes for equal
    }

    /// <summary>The copy is still good; that is no news to anybody who remembers the client.</summary>
    public async Task KeepAsync(Client known, WebAnswer answer)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        await RenewAsync(db, known, answer);
    }

    /// <summary>The copy is no longer what its host says: it serves nobody, whether the host is up or not.</summary>
    public async Task WithdrawAsync(Client known)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        await db.Clients.Where(c => c.Id == known.Id && c.DocumentReadAt == known.DocumentReadAt).ExecuteUpdateAsync(c => c
            .SetProperty(x => x.DocumentReadAt, (DateTimeOffset?)null)
            .SetProperty(x => x.DocumentFreshUntil, (DateTimeOffset?)null)
            .SetProperty(x => x.DocumentTag, (string?)null));
    }

    public async Task PutAsync(string clientId, ClientMetadata metadata, WebAnswer answer)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var client = await db.Clients.FirstOrDefaultAsync(c => c.ClientId == clientId);
        if (client is null)
        {
            await UnusedClients.MakeRoomAsync(db, clock, CancellationToken.None);
            client = ClientRow.New(clientId, Origin.ByDocument, clock);
            db.Add(client);
        }
        if (!ClientRow.Write(client, metadata, clock))
        {
            await RenewAsync(db, client, answer);
            return;
        }
        (client.DocumentReadAt, client.DocumentFreshUntil) = Times(answer);
        client.DocumentTag = answer.Tag;
        try
        {
            await db.SaveChangesAsync();
            logos.Want(client.Id); // there, perhaps, when the person has signed in
        }
        catch (DbUpdateException failure) when (LostRace.Is(failure))
        {
            // Another node read it at the same moment.
        }
    }

    private async Task RenewAsync(AgentAuthDb db, Client client, WebAnswer answer)
    {
        var (readAt, freshUntil) = Times(answer);
        await db.Clients.Where(c => c.Id == client.Id).ExecuteUpdateAsync(c => c
            .SetProperty(x => x.DocumentReadAt, readAt)
            .SetProperty(x => x.DocumentFreshUntil, freshUntil)
            .SetProperty(x => x.DocumentTag, answer.Tag ?? client.DocumentTag));
    }

    private (DateTimeOffset? ReadAt, DateTimeOffset? FreshUntil) Times(WebAnswer answer)
    {
        var now = clock.GetUtcNow();
        return (now, now + Freshness.Of(answer.Lifetime));
    }
}
