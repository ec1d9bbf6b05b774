using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin.Resources;

/// <summary>What people call a resource, and where it lists what they may pick. Its address stays: tokens are made out to it.</summary>
internal sealed class EditResourcePage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    public Resource Resource { get; private set; } = null!;

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? ObjectsUrl { get; set; }

    [BindProperty]
    public string? ObjectsName { get; set; }

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        (Name, ObjectsUrl, ObjectsName) = (Resource.Name, Resource.ObjectsUrl, Resource.ObjectsName);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id)
    {
        if (!await FindAsync(id))
        {
            return NotFound();
        }
        Check();
        if (!ModelState.IsValid)
        {
            return this.Refused();
        }
        Resource.Name = Name!.Trim();
        Resource.ObjectsUrl = Said(ObjectsUrl);
        Resource.ObjectsName = Said(ObjectsName);
        await SaveAsync("resource.edit", Resource.ForAudit());
        this.Say("Saved.");
        return RedirectToPage("Resource", new { id });
    }

    private void Check()
    {
        if (!Words.ArePlain(Name, Resource.MaxNameLength))
        {
            ModelState.AddModelError(nameof(Name), "Write a name of at most 100 characters.");
        }
        if (Said(ObjectsUrl) is { } url && !IsOfTheResource(url))
        {
            ModelState.AddModelError(nameof(ObjectsUrl), "Write an address at the resource's own host, without fragment and user name.");
        }
        if ((Said(ObjectsUrl) is null) != (Said(ObjectsName) is null)
            || (Said(ObjectsName) is { } name && !Words.ArePlain(name, Resource.MaxNameLength)))
        {
            ModelState.AddModelError(nameof(ObjectsName), "Write what the things are called if there is an address, and only then.");
        }
    }

    /// <summary>This server asks there with the person's identifier: nobody but the resource itself hears it.</summary>
    private bool IsOfTheResource(string url) =>
        url.Length <= Resource.MaxIdentifierLength && Uri.TryCreate(url, UriKind.Absolute, out var there)
        && there.GetLeftPart(UriPartial.Authority) == new Uri(Resource.Identifier).GetLeftPart(UriPartial.Authority)
        && there.Fragment.Length == 0 && there.UserInfo.Length == 0;

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private async Task<bool> FindAsync(Guid id)
    {
        Resource = (await Db.Resources.SingleOrDefaultAsync(r => r.Id == id, Stop))!;
        return Resource is { IsIdentity: false };
    }
}
