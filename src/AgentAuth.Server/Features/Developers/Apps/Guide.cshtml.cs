using System.Text;
using AgentAuth.Server.Model;
using Microsoft.AspNetCore.Mvc;

namespace AgentAuth.Server.Features.Developers.Apps;

/// <summary>A page of docs/guides, as it was written, for who has the server and not its sources.</summary>
internal sealed class GuidePage(AgentAuthDb db, TimeProvider clock) : DeveloperPage(db, clock)
{
    public string Text { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string name)
    {
        if (Preset.All.FirstOrDefault(p => p.Guide == name)?.Guide is not { } guide)
        {
            return NotFound();
        }
        await using var file = typeof(GuidePage).Assembly.GetManifestResourceStream($"guide:{guide}")!;
        using var reader = new StreamReader(file, Encoding.UTF8);
        Text = await reader.ReadToEndAsync(Stop);
        return Page();
    }
}
