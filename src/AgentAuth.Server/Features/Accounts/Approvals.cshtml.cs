using AgentAuth.Server.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AgentAuth.Server.Features.Accounts;

[Authorize]
internal sealed class ApprovalsPage(AskedActions actions) : PageModel
{
    public IReadOnlyList<AskedAction> Open { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken stop) => Open = await actions.OpenAsync(User.AccountId(), stop);
}
