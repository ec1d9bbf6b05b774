using AgentAuth.Server.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AgentAuth.Server.Features.Accounts;

/// <summary>Everything an agent did, as long as it is kept.</summary>
[Authorize]
internal sealed class ActivityPage(ConnectedAgents agents, AgentFeed feed) : PageModel
{
    public ConnectedAgent Agent { get; private set; } = null!;

    public FeedPage Feed { get; private set; } = null!;

    public bool IsOlder { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, [FromQuery] string? before, CancellationToken stop)
    {
        if (await agents.OneAsync(User.AccountId(), id, stop) is not { } agent)
        {
            return NotFound();
        }
        var place = FeedPlace.Read(before);
        (Agent, IsOlder) = (agent, place is not null);
        Feed = await feed.PageAsync(agent, place, stop);
        return Page();
    }
}
