using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using Microsoft.AspNetCore.Mvc;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>A page of docs/guides for who has the server and not its sources; its example is an MCP server that is here.</summary>
internal sealed class GuidePage(AgentAuthDb db, TimeProvider clock, Issuer issuer) : DeveloperPage(db, clock)
{
    public Guide Guide { get; private set; } = null!;

    public Connecting At { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string name, string? resource)
    {
        At = await Connecting.OfAsync(Db, issuer, resource, Stop);
        if (await Guide.ReadAsync(name, At.Example, Url.Content("~/developers"), Stop) is not { } guide)
        {
            return NotFound();
        }
        Guide = guide;
        return Page();
    }
}
