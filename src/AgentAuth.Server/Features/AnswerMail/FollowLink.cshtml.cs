using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using AgentAuth.Server.Tokens.Mails;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace AgentAuth.Server.Features.AnswerMail;

/// <summary>
/// A link from an e-mail. Opening it shows what it would do, because mail scanners open links; its button does it, once, for whoever has
/// the link: that is who reads the person's mail. Nobody is signed in by it.
/// </summary>
[ToldWhenLost]
internal sealed class FollowLinkPage(
    AgentAuthDb db, MailLinks links, Disowning disowning, Renewing renewing, Revoker revoker, IStringLocalizer<Texts> words) : PageModel
{
    private MailLink? _link;

    [BindProperty(Name = "token", SupportsGet = true)]
    public string? Token { get; set; }

    /// <summary>Null when the link does nothing any more.</summary>
    public GrantFacts? Facts { get; private set; }

    public bool IsReport => _link!.Purpose == MailLinkPurpose.Report;

    public string Title => Facts is null ? words["This link does nothing any more"]
        : IsReport ? words["Was this not you?"] : words["Let it go on?"];

    public DateTimeOffset RenewedUntil => renewing.Until(Facts!);

    public IReadOnlyList<IGrouping<PermissionGroup, Permission>> Groups => ScopeWords.Grouped(renewing.PermissionsOf(Facts!));

    public async Task<IActionResult> OnGetAsync(CancellationToken stop) => await IsOpenAsync(stop) ? Page() : Over();

    public async Task<IActionResult> OnPostAsync(CancellationToken stop)
    {
        if (!await IsOpenAsync(stop))
        {
            return Over();
        }
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (!await links.UseAsync(_link!, stop))
        {
            return Over();
        }
        var actor = new Actor(Facts!.Account.Id, Facts.Account.Email!, HttpContext.Connection.RemoteIpAddress?.ToString());
        var said = IsReport ? await disowning.RunAsync(Facts, actor, stop) : await renewing.RunAsync(Facts, actor, stop);
        await transaction.CommitAsync(stop);
        revoker.Announce();
        this.Say(said);
        return Redirect("~/mail-link/done");
    }

    private async Task<bool> IsOpenAsync(CancellationToken stop)
    {
        _link = await links.FindAsync(Token, stop);
        if (_link is null
            || await db.Grants.Include(g => g.Application).Include(g => g.Resource).ThenInclude(r => r.Scopes)
                .FirstOrDefaultAsync(g => g.Id == _link.GrantId, stop) is not { } grant
            || await db.Users.FirstOrDefaultAsync(a => a.Id == grant.AccountId, stop) is not { } account)
        {
            return false;
        }
        Facts = new(grant, account, grant.Application!, grant.Resource);
        return true;
    }

    /// <summary>Used, over and never given look alike.</summary>
    private PageResult Over()
    {
        Facts = null;
        return this.Refused(StatusCodes.Status410Gone);
    }
}
