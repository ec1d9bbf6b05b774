using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Admin.Resources;

internal sealed class AddResourcePage(AgentAuthDb db, Revoker revoker, TimeProvider clock) : AdminPage(db, revoker, clock)
{
    private const string ThereAlready = "This resource is there already.";

    [BindProperty]
    public string? Identifier { get; set; }

    [BindProperty]
    public string? Name { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        var identifier = ResourceIdentifier.Canonical(Identifier?.Trim());
        if (identifier is null || identifier.Contains('?', StringComparison.Ordinal))
        {
            ModelState.AddModelError(nameof(Identifier), "Write a whole http(s) address without query, fragment and user name.");
        }
        else if (await Db.Resources.AnyAsync(r => r.Identifier == identifier, Stop))
        {
            ModelState.AddModelError(nameof(Identifier), ThereAlready);
        }
        if (!Words.ArePlain(Name, Resource.MaxNameLength))
        {
            ModelState.AddModelError(nameof(Name), "Write a name of at most 100 characters.");
        }
        if (!ModelState.IsValid)
        {
            return this.Refused();
        }
        var resource = new Resource { Identifier = identifier!, Name = Name!.Trim(), CreatedAt = Now };
        Db.Add(resource);
        if (!await TrySaveAsync("resource.add", resource.ForAudit()))
        {
            ModelState.AddModelError(nameof(Identifier), ThereAlready);
            return this.Refused();
        }
        this.Say("Added. Now write what may be allowed there.");
        return RedirectToPage("Resource", new { id = resource.Id });
    }
}
