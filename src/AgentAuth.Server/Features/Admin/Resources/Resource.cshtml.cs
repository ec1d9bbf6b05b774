using AgentAuth.Server.Features.Admin.Clients;
using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Admin.Resources;

/// <summary>One resource: what may be allowed there, in whose words, and the account its server asks us with.</summary>
internal sealed class ResourcePage(AgentAuthDb db, Revoker revoker, TimeProvider clock, IOpenIddictApplicationManager clients)
    : AdminPage(db, revoker, clock)
{
    private const string NameTaken = "This resource has a scope of this name.";

    public Resource Resource { get; private set; } = null!;

    public Guid? AccountId { get; private set; }

    public int LiveGrants { get; private set; }

    [BindProperty]
    public ScopeForm Scope { get; set; } = new();

    public async Task<IActionResult> OnGetAsync(Guid id) => await FindAsync(id) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAddScopeAsync(Guid id)
    {
        if (!await FindAsync(id) || Resource.IsIdentity)
        {
            return NotFound();
        }
        Scope.Check(ModelState, nameof(Scope), withName: true);
        if (Resource.Scopes.Exists(s => s.Name == Scope.Name))
        {
            ModelState.AddModelError("Scope.Name", NameTaken);
        }
        if (!ModelState.IsValid)
        {
            return this.Refused();
        }
        var scope = Model.Scope.Of(Resource, Scope.Name!, Scope.Risk, Scope.Sentence!.Trim());
        scope.Position = Resource.Scopes.Select(s => s.Position + 1).DefaultIfEmpty().Max();
        Scope.WriteTo(scope);
        Db.Add(scope);
        if (!await TrySaveAsync("scope.add", $"{Resource.ForAudit()} {scope.Name}"))
        {
            ModelState.AddModelError("Scope.Name", NameTaken);
            return await FindAsync(id) ? this.Refused() : NotFound();
        }
        this.Say("Added. Agents may ask for it now.");
        return RedirectToPage(new { id });
    }

    /// <summary>What the resource's own server asks us with: whether a token is good, and what was revoked.</summary>
    public async Task<IActionResult> OnPostMakeAccountAsync(Guid id)
    {
        if (!await FindAsync(id) || Resource.IsIdentity)
        {
            return NotFound();
        }
        if (Resource.AccountClientId is not null)
        {
            return StatusCode(StatusCodes.Status409Conflict);
        }
        var secret = ClientSecret.New();
        await using var transaction = await Db.Database.BeginTransactionAsync(Stop);
        var account = (Client)await clients.CreateAsync(Registration.ForServerOf(Resource, secret), Stop);
        account.CreatedAt = Now;
        account.Trust = Trust.DomainProved;
        var isFirst = await Db.Resources.Where(r => r.Id == id && r.AccountClientId == null)
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.AccountClientId, account.ClientId), Stop) == 1;
        if (!isFirst)
        {
            return StatusCode(StatusCodes.Status409Conflict);
        }
        await SaveAsync("resource.make-account", Resource.ForAudit());
        await transaction.CommitAsync(Stop);
        this.Say("The account is made. Give the client id below and this secret to the resource's server:");
        ShownOnce = secret;
        return RedirectToPage(new { id });
    }

    private async Task<bool> FindAsync(Guid id)
    {
        Resource = (await Db.Resources.Include(r => r.Scopes.OrderBy(s => s.Position)).SingleOrDefaultAsync(r => r.Id == id, Stop))!;
        if (Resource is null)
        {
            return false;
        }
        AccountId = await Db.Clients.Where(c => c.ClientId == Resource.AccountClientId).Select(c => (Guid?)c.Id).SingleOrDefaultAsync(Stop);
        LiveGrants = await Db.Grants.Where(g => g.ResourceId == id).Live(Now).CountAsync(Stop);
        return true;
    }
}
