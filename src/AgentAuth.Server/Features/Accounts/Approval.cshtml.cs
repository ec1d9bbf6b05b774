using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.Accounts;

/// <summary>One action, as the resource and the agent describe it, and the answer to it.</summary>
[Authorize]
internal sealed class ApprovalPage(AskedActions actions, IStringLocalizer<Texts> words) : PageModel
{
    /// <summary>Null when it is not asked any more.</summary>
    public AskedAction? Asked { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken stop)
    {
        Asked = await actions.OneAsync(User.AccountId(), id, stop);
        HttpContext.AllowOwnScript();
        return Asked is null ? this.Refused(StatusCodes.Status410Gone) : Page();
    }

    public Task<IActionResult> OnPostApproveAsync(Guid id, CancellationToken stop) =>
        AnswerAsync(id, Decision.Allowed, words["You said yes to it, once."], stop);

    public Task<IActionResult> OnPostRefuseAsync(Guid id, CancellationToken stop) =>
        AnswerAsync(id, Decision.Denied, words["You said no to it. Nothing was done."], stop);

    private async Task<IActionResult> AnswerAsync(Guid id, Decision decision, string said, CancellationToken stop)
    {
        if (await actions.OneAsync(User.AccountId(), id, stop) is not { } asked
            || !await actions.AnswerAsync(asked, decision, HttpContext.Actor(), stop))
        {
            return this.Refused(StatusCodes.Status410Gone);
        }
        this.Say(said);
        return RedirectToPage("/Accounts/Approvals");
    }
}
