using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>
/// The playground: the whole flow against this server's own endpoints, step by step, with every request and answer. The person in it is the
/// developer: what they allow is a grant like any other, and the last step ends it.
/// </summary>
internal sealed class TryItPage(
    AgentAuthDb db, TimeProvider clock, PlaygroundClient client, Runs runs, Conversation conversation, TokenReader reader,
    OwnPipeline server, Revoker revoker, Issuer issuer, IOptions<TryItOptions> options) : PlaygroundPage(db, clock, options)
{
    /// <summary>To choose from; who has more finds theirs by its address (<c>?resource=</c>).</summary>
    public const int MaxResources = 200;

    private const string Meanwhile = "Another step was taken at the same moment, and this one was not.";

    [TempData]
    public bool IsRevealed { get; set; }

    public IReadOnlyList<Resource> Resources { get; private set; } = [];

    /// <summary>The one whose scopes are shown.</summary>
    public Resource? Chosen { get; private set; }

    public Found Found { get; private set; } = new(Standing.None);

    public Run? Run => Found.Run;

    public Discovery Discovery { get; private set; } = null!;

    public IReadOnlyList<ReadToken> Tokens { get; private set; } = [];

    public int LiveGrants { get; private set; }

    public string AuthorizeUrl => issuer.Path + AskFor.Request(Run!).Path + AskFor.Request(Run!).Query;

    public async Task OnGetAsync(Guid? resource)
    {
        Found = await runs.FindAsync(Owner, Stop);
        Discovery = Discovery.Of(await server.SendAsync(WireRequest.Get(Endpoints.OAuthMetadata), HttpContext), issuer);
        LiveGrants = await OwnGrants().CountAsync(g => g.Status == OpenIddictConstants.Statuses.Valid && g.EndsAt > Now, Stop);
        if (Run is { } run)
        {
            Tokens = await reader.ReadAsync(run, HttpContext);
            return;
        }
        await ChooseAsync(resource);
    }

    public async Task<IActionResult> OnPostBeginAsync(Guid resource, string[] scope)
    {
        var at = await Db.Resources.AsNoTracking().Include(r => r.Scopes).FirstOrDefaultAsync(r => r.Id == resource, Stop);
        if (at is null)
        {
            this.Say("This resource is not there any more. Choose another one.");
            return RedirectToPage();
        }
        var scopes = scope.Distinct(StringComparer.Ordinal)
            .Where(s => IdentityScopes.Contains(s) || at.Scopes.Exists(k => k.Name == s)).ToList();
        if (scopes.Count is 0 or > AccessPolicy.MaxScopes || (at.IsIdentity && !scopes.Contains(OpenIddictConstants.Scopes.OpenId)))
        {
            this.Say(at.IsIdentity ? "Tick openid: without it nobody signs in." : "Tick at least one scope, and at most 50.");
            return RedirectToPage(new { resource });
        }
        if (!await client.IsThereAsync(Stop))
        {
            this.Say("An administrator has blocked the playground's client.");
            return RedirectToPage();
        }
        if (!await runs.BeginAsync(Run.At(at, scopes, issuer.At(PlaygroundClient.CallbackPath)), Owner, Stop))
        {
            this.Say(Meanwhile);
        }
        return To("request");
    }

    public async Task<IActionResult> OnPostStepAsync(string? step)
    {
        var found = await runs.FindAsync(Owner, Stop);
        if (found.Run is not { } run || Step.Named(step) is not { } taken)
        {
            this.Say("There is no run that this step belongs to. Begin one.");
            return RedirectToPage();
        }
        if (taken.WhyNot(run, Now) is { } missing)
        {
            this.Say(missing);
            return RedirectToPage();
        }
        if (!await conversation.TakeAsync(taken, found, Owner, HttpContext))
        {
            this.Say(Meanwhile);
            return RedirectToPage();
        }
        return To("newest");
    }

    /// <summary>In the one page that follows: a picture of the page, or somebody looking on, has nothing to use.</summary>
    public IActionResult OnPostReveal()
    {
        IsRevealed = true;
        return To("tokens");
    }

    public async Task<IActionResult> OnPostEndAsync()
    {
        var ended = await revoker.EndGrantsAsync(
            OwnGrants(), "grant.remove", $"client {Client.PlaygroundId}", "Ended in the playground.", Developer, Stop);
        this.Say(ended == 0 ? "Nothing was allowed to the playground any more." : "Ended. Every token the playground got is dead.");
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostForgetAsync()
    {
        await runs.ForgetAsync(Owner, Stop);
        return RedirectToPage();
    }

    private async Task ChooseAsync(Guid? wanted)
    {
        var some = await Db.Resources.AsNoTracking().Include(r => r.Scopes.OrderBy(s => s.Position))
            .OrderBy(r => r.IsIdentity).ThenBy(r => r.Name).ThenBy(r => r.Id).Take(MaxResources).ToListAsync(Stop);
        if (wanted is { } id && some.TrueForAll(r => r.Id != id)
            && await Db.Resources.AsNoTracking().Include(r => r.Scopes).FirstOrDefaultAsync(r => r.Id == id, Stop) is { } named)
        {
            some.Insert(0, named);
        }
        Resources = some;
        Chosen = some.Find(r => r.Id == wanted) ?? some.FirstOrDefault();
    }

    private IQueryable<Grant> OwnGrants() =>
        Db.Grants.Where(g => g.AccountId == DeveloperId && g.Application!.ClientId == Client.PlaygroundId);

    private RedirectToPageResult To(string part) =>
        RedirectToPage(pageName: null, pageHandler: null, routeValues: null, fragment: part);
}
