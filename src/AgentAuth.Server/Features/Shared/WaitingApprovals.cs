using System.Security.Claims;
using AgentAuth.Server.Model;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Shared;

/// <summary>How many actions wait for a person's yes: the number in the menu of every page.</summary>
internal sealed class WaitingApprovals(AgentAuthDb db, TimeProvider clock)
{
    /// <summary>None where something went wrong already: an error page asks nothing of a database that may be the reason for it.</summary>
    public async Task<int> CountAsync(ClaimsPrincipal person, HttpResponse page, CancellationToken stop)
    {
        if (page.StatusCode >= StatusCodes.Status400BadRequest || !person.IsSignedIn())
        {
            return 0;
        }
        var (account, now) = (person.AccountId(), clock.GetUtcNow());
        try
        {
            return await Approval.Open(db, account, now).CountAsync(stop);
        }
        catch (Exception failure) when (PassingFault.Is(failure))
        {
            return 0;
        }
    }
}
