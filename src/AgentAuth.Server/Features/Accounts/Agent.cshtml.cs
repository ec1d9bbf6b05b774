using AgentAuth.Server.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.Accounts;

[Authorize]
internal sealed class AgentPage(ConnectedAgents agents, Reports reports, IStringLocalizer<Texts> words) : PageModel
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

    public async Task<IActionResult> OnPostReportAsync(Guid id, CancellationToken stop)
    {
        if (await agents.OneAsync(User.AccountId(), id, stop) is not { } agent)
        {
            return NotFound();
        }
        await reports.AddAsync(agent.Client, HttpContext);
        this.Say(words["Thank you. The administrators see your report."]);
        return RedirectToPage(new { id });
    }
}
