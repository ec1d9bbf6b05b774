using System.Globalization;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens.Receipts;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Features.Accounts;

/// <summary>One agent, and what its person can change about it. Somebody else's is not told from one that does not exist.</summary>
[Authorize]
internal sealed class AgentPage(
    ConnectedAgents agents, AgentFeed feed, GrantChanges changes, ReceiptBook receipts, Decisions decisions, Reports reports,
    IOptions<TokenOptions> tokens, TimeProvider clock, IStringLocalizer<Texts> words) : PageModel
{
    public ConnectedAgent Agent { get; private set; } = null!;

    public FeedGlance Did { get; private set; } = null!;

    public IReadOnlyList<Receipt> Receipts { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(Guid id) => await FindAsync(id) ? Page() : NotFound();

    public async Task<IActionResult> OnPostReportAsync(Guid id)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        await reports.AddAsync(Agent.Client, HttpContext);
        this.Say(words["Thank you. The administrators see your report."]);
        return RedirectToPage(new { id });
    }

    public async Task<IActionResult> OnPostReduceAsync(Guid id, string[] scope)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        var kept = Agent.Permissions.Where(p => p.IsRequired || scope.Contains(p.Scope, StringComparer.Ordinal))
            .Select(p => p.Scope).ToList();
        if (kept.Count == 0)
        {
            ModelState.AddModelError("scope", words["Nothing would be left. To take everything back, remove the agent."]);
            return this.Refused();
        }
        var lines = Agent.Permissions.Select(
            p => new ReceiptLine(p.Scope, p.Sentence, kept.Contains(p.Scope, StringComparer.Ordinal), p.IsRequired)).ToList();
        return Done(
            await changes.NarrowAsync(
                await AllAsync(), kept, HttpContext.Actor(), Stop, await ReceiptsAsync(ReceiptAct.Reduce, lines)),
            words["It may do less from now on."]);
    }

    public async Task<IActionResult> OnPostPauseAsync(Guid id) => await FindAsync(id)
        ? Done(
            await changes.PauseAsync(await AllAsync(), HttpContext.Actor(), Stop, await ReceiptsAsync(ReceiptAct.Pause)),
            words["Paused. It can do nothing until you resume it."])
        : NotFound();

    public async Task<IActionResult> OnPostResumeAsync(Guid id) => await FindAsync(id)
        ? Done(
            await changes.ResumeAsync(await AllAsync(), HttpContext.Actor(), Stop, await ReceiptsAsync(ReceiptAct.Resume)),
            words["It may go on."])
        : NotFound();

    public async Task<IActionResult> OnPostUntilAsync(Guid id, string? lasts, string? until)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        if (Lasting.End(lasts, until, Agent.IsProved, clock.GetUtcNow()) is not { } end)
        {
            ModelState.AddModelError("until", words[Lasting.Problem(Agent.IsProved)]);
            return this.Refused();
        }
        return Done(
            await changes.EndOnAsync(
                await AllAsync(), end, tokens.Value.RefreshTokenIdle, HttpContext.Actor(), Stop, await ReceiptsAsync(ReceiptAct.Until)),
            words["It ends when you said."]);
    }

    public async Task<IActionResult> OnPostLimitAsync(Guid id, string? limit, string? ask)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        int? most = null;
        if (!string.IsNullOrWhiteSpace(limit))
        {
            if (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number is 0 or > ConsentOptions.MostChanges)
            {
                ModelState.AddModelError("limit", words["Enter a number from 1 to {0}, or nothing.", ConsentOptions.MostChanges]);
                return this.Refused();
            }
            most = number;
        }
        return Done(
            await changes.LimitAsync(
                await AllAsync(), most, ask == "true", HttpContext.Actor(), Stop, await ReceiptsAsync(ReceiptAct.Limit)),
            words["The limits are set."]);
    }

    public async Task<IActionResult> OnPostRenameAsync(Guid id, string? label)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        var name = DisplayText.Clean(UnicodeText.Normal(label?.Trim() ?? ""));
        if (name.Length > Grant.MaxLabelLength)
        {
            ModelState.AddModelError("label", words["Enter at most {0} characters.", Grant.MaxLabelLength]);
            return this.Refused();
        }
        return Done(
            await changes.RenameAsync(await AllAsync(), name.Length == 0 ? null : name, HttpContext.Actor(), Stop),
            words["The name is kept."]);
    }

    private CancellationToken Stop => HttpContext.RequestAborted;

    private async Task<bool> FindAsync(Guid id)
    {
        if (await agents.OneAsync(User.AccountId(), id, Stop) is not { } agent)
        {
            return false;
        }
        (Agent, Did) = (agent, await feed.GlanceAsync(agent, Stop));
        Receipts = await receipts.OfAsync(User.AccountId(), id, Stop);
        return true;
    }

    private async Task<Func<Grant, Task>> ReceiptsAsync(ReceiptAct act, IReadOnlyList<ReceiptLine>? lines = null) =>
        decisions.Of(act, await agents.OwnerAsync(User.AccountId(), Stop), lines, Stop);

    private Task<IQueryable<Grant>> AllAsync() => agents.AllOfAsync(User.AccountId(), Agent.Grant.Id, Stop);

    /// <summary>What had ended, or was so already, is not said to be done.</summary>
    private RedirectToPageResult Done(int count, string sentence)
    {
        this.Say(count > 0 ? sentence : words["There was nothing to change."]);
        return RedirectToPage(new { id = Agent.Grant.Id });
    }
}
