using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Specs.Rfc7592RegistrationManagement;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tokens;

/// <summary>
/// A client takes its registration back (RFC 7592 §2.3): what people allowed it ends at once. The row stays for a while, so that its
/// identifier is told from one that never was.
/// </summary>
internal sealed class RemoveRegistration(Management management, Revoker revoker, TimeProvider clock)
{
    private const string Reason = "The client removed its registration.";

    public async Task HandleAsync(HttpContext http, string clientId)
    {
        if (await management.FindAsync(http, clientId) is not { } client)
        {
            await RegistrationRequests.RefuseTokenAsync(http);
            return;
        }
        client.Remove(clock);
        client.ManagementToken = null;
        var actor = Actor.ClientNamed(clientId, http.Connection.RemoteIpAddress?.ToString());
        try
        {
            await revoker.EndClientAsync(client, "client.remove-self", Reason, actor, http.RequestAborted);
        }
        catch (DbUpdateException failure) when (LostRace.Is(failure))
        {
            await RegistrationRequests.RefuseTokenAsync(http); // it was removed or changed at the same moment
            return;
        }
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
