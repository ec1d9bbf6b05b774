using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Admin.Clients;

/// <summary>Registers a client by hand: enough for the first agents of a new server.</summary>
internal sealed class RegisterPage(AgentAuthDb db, Revoker revoker, TimeProvider clock, IOpenIddictApplicationManager clients)
    : AdminPage(db, revoker, clock)
{
    public const int MaxNameLength = 100;

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public ClientKind Kind { get; set; }

    [BindProperty]
    public string? Redirects { get; set; }

    /// <summary>The row ids of the permissions ticked.</summary>
    [BindProperty]
    public List<Guid> Allowed { get; set; } = [];

    public IReadOnlyList<Resource> Resources { get; private set; } = [];

    public Task OnGetAsync() => ShowAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        await ShowAsync();
        var redirects = Kind == ClientKind.Service ? [] : RedirectAddresses.Lines(Redirects);
        Check(redirects);
        if (!ModelState.IsValid)
        {
            return this.Refused();
        }
        var allowed = Resources.SelectMany(r => r.Scopes.Where(s => Allowed.Contains(s.Id)).Select(s => (r, s))).ToList();
        var secret = Kind == ClientKind.Native ? null : ClientSecret.New();
        await using var transaction = await Db.Database.BeginTransactionAsync(Stop);
        var client = (Client)await clients.CreateAsync(Registration.For(Name!.Trim(), Kind, redirects, allowed, secret), Stop);
        client.CreatedAt = Now;
        client.Trust = Registration.TrustOf(Kind, redirects);
        await SaveAsync("client.register", client.ForAudit());
        await transaction.CommitAsync(Stop);
        this.Say(secret is null ? "Registered. Its client id is below." : "Registered. Its client id is below, its secret is here:");
        ShownOnce = secret;
        return RedirectToPage("Client", new { id = client.Id });
    }

    private async Task ShowAsync() =>
        Resources = await Db.Resources.AsNoTracking()
            .Include(r => r.Scopes.OrderBy(s => s.Position))
            .Where(r => r.Scopes.Count > 0)
            .OrderBy(r => r.Name)
            .ToListAsync(Stop);

    private void Check(IReadOnlyList<string> redirects)
    {
        if (!Words.ArePlain(Name, MaxNameLength))
        {
            ModelState.AddModelError(nameof(Name), "Write a name of at most 100 characters.");
        }
        if (Kind != ClientKind.Service && RedirectAddresses.Problem(redirects, Kind == ClientKind.Native) is { } problem)
        {
            ModelState.AddModelError(nameof(Redirects), problem);
        }
    }
}
