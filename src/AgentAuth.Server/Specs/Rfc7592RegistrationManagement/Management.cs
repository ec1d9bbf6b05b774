using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc7591Registration;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Specs.Rfc7592RegistrationManagement;

/// <summary>
/// A client reads and changes its own registration (RFC 7592 §2). Its token opens that one, and no client an administrator made; whatever
/// does not fit gets the same 401.
/// </summary>
internal sealed partial class Management(AgentAuthDb db, Registrar registrar, Issuer issuer, ILogger<Management> logger)
{
    /// <summary>The client whose registration the request may manage; null when there is none.</summary>
    public async Task<Client?> FindAsync(HttpContext http, string clientId)
    {
        if (RegistrationRequests.Token(http) is not { Length: > 0 } token || clientId.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }
        var client = await db.Clients.FirstOrDefaultAsync(
            c => c.ClientId == clientId && c.Origin == Origin.ByItself && c.BlockedAt == null, http.RequestAborted);
        return client?.ClientId == clientId && RegistrationRequests.IsSame(Registrar.Kept(token), client.ManagementToken) ? client : null;
    }

    public async Task ReadAsync(HttpContext http, string clientId)
    {
        if (await FindAsync(http, clientId) is not { } client)
        {
            await RegistrationRequests.RefuseTokenAsync(http);
            return;
        }
        var metadata = ClientMetadata.Of(client.Metadata)!;
        await RegistrationRequests.AnswerAsync(
            http, StatusCodes.Status200OK,
            RegistrationReply.Of(client, metadata, issuer, RegistrationRequests.Token(http)!, secret: null));
    }

    public async Task ChangeAsync(HttpContext http, string clientId)
    {
        if (await FindAsync(http, clientId) is not { } client)
        {
            await RegistrationRequests.RefuseTokenAsync(http);
            return;
        }
        if (await RegistrationRequests.BodyAsync(http) is not { } body)
        {
            await RegistrationRequests.RefuseBodyAsync(http);
            return;
        }
        var (done, problem) = await ChangedAsync(client, body, http.RequestAborted);
        if (done is null)
        {
            await RegistrationRequests.RefuseAsync(http, problem!, body);
            return;
        }
        DidChange(logger, clientId);
        await RegistrationRequests.AnswerAsync(
            http, StatusCodes.Status200OK, RegistrationReply.Of(done.Client, done.Metadata, issuer, done.Token, done.Secret));
    }

    private async Task<(Registered? Done, MetadataProblem? Problem)> ChangedAsync(
        Client client, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        try
        {
            return await registrar.ChangeAsync(client, body, stop);
        }
        catch (DbUpdateException failure) when (LostRace.Is(failure))
        {
            return (null, new(MetadataProblem.InvalidMetadata, "The registration was changed at the same moment. Read it and try again."));
        }
    }

    [LoggerMessage(2202, LogLevel.Information, "Client {ClientId} changed its registration.")]
    private static partial void DidChange(ILogger logger, string clientId);
}
