using AgentAuth.Server.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AgentAuth.Server.Features.Accounts;

[Authorize]
internal sealed class AgentPage(ConnectedAgents agents) : PageModel
{
    public ConnectedAgent Agent { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken stop)
    {
        if (await agents.OneAsync(User.AccountId(), id, stop) is not { } agent)
        {
            return NotFound();
        }
        Agent = agent;
        return Page();
    }
}
