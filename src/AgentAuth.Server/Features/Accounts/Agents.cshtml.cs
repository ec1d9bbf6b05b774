using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.Accounts;

[Authorize]
internal sealed class AgentsPage(
    ConnectedAgents agents, AgentFeed feed, Revoker revoker, Decisions decisions, IStringLocalizer<Texts> words) : PageModel
{
    private const int LastNumber = 10_000;

    public int Number { get; private set; }

    public IReadOnlyList<ConnectedAgent> Live { get; private set; } = [];

    public bool HasMore { get; private set; }

    public IReadOnlyList<ConnectedAgent> Ended { get; private set; } = [];

    public IReadOnlyList<UnusedAgent> Unused { get; private set; } = [];

    public async Task OnGetAsync([FromQuery(Name = "page")] string? number, CancellationToken stop)
    {
        Number = int.TryParse(number, out var asked) ? Math.Clamp(asked, 1, LastNumber) : 1;
        (Live, HasMore) = await agents.LiveAsync(User.AccountId(), Number, stop);
        Unused = Number == 1 ? await feed.UnusedAsync(User.AccountId(), stop) : [];
        Ended = Number == 1 ? await agents.EndedAsync(User.AccountId(), stop) : [];
    }

    public async Task<IActionResult> OnPostRemoveAsync(Guid id, CancellationToken stop)
    {
        if (!await agents.IsOwnAsync(User.AccountId(), id, stop))
        {
            return NotFound();
        }
        using var step = Telemetry.Step("revoke");
        var receipts = await decisions.OfEndAsync(await agents.AllOfAsync(User.AccountId(), id, stop), stop);
        if (await agents.FoldedWithAsync(User.AccountId(), id, stop) is { } same) // as one act
        {
            await revoker.EndGrantsAsync(same, "grant.remove", $"grant {id:D}", null, HttpContext.Actor(), stop, receipts);
        }
        else
        {
            await revoker.EndGrantAsync(id, "grant.remove", null, HttpContext.Actor(), stop, within: receipts);
        }
        this.Say(words["Removed. The agent can no longer act for you."]);
        return Redirect("~/account/agents");
    }
}
