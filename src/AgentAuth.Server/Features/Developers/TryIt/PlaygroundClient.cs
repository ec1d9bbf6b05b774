using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>
/// The client the playground is: public, so that every request of it is asked about, and answered to one page of ours and to nothing else.
/// Whoever poses as it sends the answer here, where only the session that began the run can do anything with it.
/// </summary>
internal sealed class PlaygroundClient(AgentAuthDb db, Issuer issuer, Revoker revoker, TimeProvider clock)
{
    public const string CallbackPath = "/developers/try/callback";

    private const string DisplayName = "AgentAuth playground";

    private static readonly string MayDo = JsonSerializer.Serialize<string[]>(
    [
        Permissions.Endpoints.Authorization, Permissions.Endpoints.Token, Permissions.Endpoints.Revocation,
        Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code,
        AccessPolicy.Anything,
    ]);

    private string Redirects => JsonSerializer.Serialize<string[]>([issuer.At(CallbackPath)]);

    /// <summary>Registered for where this server is now; made when the first developer needs it, by whichever node that is.</summary>
    /// <returns>False while an administrator blocks it.</returns>
    public async Task<bool> IsThereAsync(CancellationToken stop)
    {
        var client = await FindAsync(stop);
        if (client is null || client.RedirectUris != Redirects || client.Permissions != MayDo)
        {
            client = await WriteAsync(client, stop);
        }
        return client.BlockedAt is null;
    }

    /// <summary>Where the playground is off, its client may do nothing, whatever it was given before.</summary>
    public static async Task WithdrawAsync(AgentAuthDb db, CancellationToken stop)
    {
        if (await db.Clients.FirstOrDefaultAsync(c => c.ClientId == Client.PlaygroundId, stop) is { Permissions: not null } client)
        {
            (client.RedirectUris, client.Permissions) = (null, null);
            client.Changed();
            await db.SaveChangesAsync(stop);
        }
    }

    private async Task<Client> WriteAsync(Client? client, CancellationToken stop)
    {
        try
        {
            if (client is null)
            {
                client = New();
                db.Add(client);
                revoker.Audit(
                    "client.register", $"client {client.ClientId}", "The playground was used for the first time.", Actor.Server);
            }
            (client.RedirectUris, client.Permissions) = (Redirects, MayDo);
            client.Changed();
            await db.SaveChangesAsync(stop);
            return client;
        }
        catch (DbUpdateException failure) when (LostRace.Is(failure))
        {
            db.ChangeTracker.Clear(); // another node was first, with the same
            return (await FindAsync(stop))!;
        }
    }

    private Task<Client?> FindAsync(CancellationToken stop) => db.Clients.FirstOrDefaultAsync(c => c.ClientId == Client.PlaygroundId, stop);

    private Client New() => new()
    {
        Id = Guid.CreateVersion7(),
        ClientId = Client.PlaygroundId,
        DisplayName = DisplayName,
        ClientType = ClientTypes.Public,
        ApplicationType = ApplicationTypes.Web,
        ConsentType = ConsentTypes.Explicit,
        Trust = Trust.DomainProved,
        CreatedAt = clock.GetUtcNow(),
    };
}
