using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>
/// Shows the question and takes the answer. Its form carries no more than which question it is: client, redirect, resource and scopes are
/// those the session was shown, whatever is posted.
/// </summary>
[Authorize]
internal sealed partial class ConsentPage(
    AgentAuthDb db, Interactions interactions, Revoker revoker, TimeProvider clock, IOptions<TokenOptions> options, Issuer issuer,
    Askers askers, Reports reports, IStringLocalizer<Texts> words, ILogger<ConsentPage> logger) : PageModel
{
    private Interaction? _question;
    private Client? _client;

    public ConsentView View { get; private set; } = null!;

    public bool NothingTicked { get; private set; }

    public string Id => _question!.Id;

    /// <summary>The same request again, after another person signed in.</summary>
    public string SignInUrl => $"/sign-in?again=1&returnUrl={Uri.EscapeDataString(issuer.Path + Endpoints.Authorize + _question!.Query)}";

    public async Task<IActionResult> OnGetAsync(string id) => await LoadAsync(id) ? Page() : Gone();

    public async Task<IActionResult> OnPostAllowAsync(string id, string[] scope)
    {
        if (!await LoadAsync(id))
        {
            return await AnsweredAsync(id);
        }
        var ticked = _question!.AskedScopes.Intersect(scope.Concat(View.RequiredScopes), StringComparer.Ordinal).ToList();
        if (ticked.Count == 0)
        {
            NothingTicked = true;
            return this.Refused();
        }
        var isStillOffered = true;
        return await WinsAsync(async () => isStillOffered = await AllowAsync(ticked))
            ? isStillOffered ? Back() : Gone()
            : await AskAgainAsync(id);
    }

    public async Task<IActionResult> OnPostCancelAsync(string id)
    {
        if (!await LoadAsync(id))
        {
            return await AnsweredAsync(id);
        }
        _question!.Deny();
        revoker.Audit("grant.refuse", $"client {View.ClientName}", reason: null, HttpContext.Actor());
        if (!await WinsAsync(() => db.SaveChangesAsync(HttpContext.RequestAborted)))
        {
            return await AskAgainAsync(id);
        }
        Telemetry.ConsentDenied();
        Denied(logger, _question.ApplicationId);
        return Back();
    }

    /// <summary>Tells the administrators. The question stays open; nothing is given, and the client hears nothing of it.</summary>
    public async Task<IActionResult> OnPostReportAsync(string id)
    {
        if (!await LoadAsync(id))
        {
            return await AnsweredAsync(id);
        }
        await reports.AddAsync(_client!, HttpContext);
        this.Say(words["Thank you. The administrators see your report."]);
        return RedirectToPage(new { id });
    }

    /// <summary>False when what was asked was withdrawn while the page stood open.</summary>
    private async Task<bool> AllowAsync(List<string> ticked)
    {
        using var step = Telemetry.Step("consent");
        var stop = HttpContext.RequestAborted;
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        await db.KeepResourceAsync(_question!.ResourceId, stop);
        await db.KeepClientAsync(_question.ApplicationId, stop);
        await db.KeepAccountAsync(_question.AccountId, stop);
        var client = await db.Clients.FirstAsync(c => c.Id == _question!.ApplicationId, stop);
        var account = await db.Users.FirstAsync(a => a.Id == _question!.AccountId, stop);
        var resource = await db.Resources.Include(r => r.Scopes).FirstAsync(r => r.Id == _question!.ResourceId, stop);
        // It became another while the page stood open: what was shown is not what would be allowed.
        if (client.BlockedAt is not null || client.AskAnewSince > _question!.CreatedAt || account.DisabledAt is not null
            || !_question!.AskedScopes.All(s => AccessPolicy.Offers(client, resource, s)))
        {
            return false;
        }
        var grant = await Grants().FirstOrDefaultAsync(stop);
        if (grant is not null && WhyAnew(grant, client, ticked) is { } reason)
        {
            ticked = [.. ticked, .. StayingOf(grant, client)];
            await revoker.EndGrantAsync(grant.Id, "grant.replace", reason, HttpContext.Actor(), stop);
            grant = null;
        }
        if (grant is null)
        {
            grant = Grant.Of(account, client, resource, _question!.RedirectHost, clock);
            db.Add(grant);
        }
        grant.Allow(_question!.AskedScopes, ticked, options.Value.Grant, clock);
        _question.Allow(grant);
        revoker.Audit("grant.allow", $"grant {grant.Id:D}", string.Join(' ', ticked), HttpContext.Actor());
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        revoker.Announce();
        Telemetry.ConsentAllowed();
        Allowed(logger, grant.Id, _question.ApplicationId);
        return true;
    }

    /// <summary>
    /// Why a yes makes a new grant where there is one. Tokens that can do more than the person allows now are out there, and only the end
    /// of the grant they hang from is heard everywhere at once.
    /// </summary>
    private string? WhyAnew(Grant grant, Client client, List<string> ticked)
    {
        if (!grant.IsFor(client))
        {
            return "The client is not what it was when it was allowed.";
        }
        if (!grant.IsLive(clock.GetUtcNow()))
        {
            return "It reached its end date.";
        }
        return grant.Loses(_question!.AskedScopes, ticked) ? "The person allowed less than before." : null;
    }

    /// <summary>What was not asked this time is as it was, for as long as the client is.</summary>
    private IEnumerable<string> StayingOf(Grant grant, Client client) => grant.IsLive(clock.GetUtcNow()) && grant.IsFor(client)
        ? grant.AllowedScopes.Except(_question!.AskedScopes, StringComparer.Ordinal)
        : [];

    /// <summary>Of two answers to one question, one wins; so of two first grants for the same place.</summary>
    private async Task<bool> WinsAsync(Func<Task> save)
    {
        try
        {
            await save();
            return true;
        }
        catch (DbUpdateException failure) when (LostRace.Is(failure))
        {
            db.ChangeTracker.Clear();
            return false;
        }
    }

    private async Task<IActionResult> AskAgainAsync(string id) => await LoadAsync(id) ? Page() : await AnsweredAsync(id);

    /// <summary>A button pressed twice, a page sent again: what was answered is answered, and the person goes on to the app.</summary>
    private async Task<IActionResult> AnsweredAsync(string id)
    {
        if (Person.Of(User) is not { } person
            || await interactions.FindAsync(id, person, HttpContext.RequestAborted) is not { Decision: not Decision.Pending } question)
        {
            return Gone();
        }
        _question = question;
        return Back();
    }

    private async Task<bool> LoadAsync(string id)
    {
        var stop = HttpContext.RequestAborted;
        if (Person.Of(User) is not { } person
            || await interactions.FindAsync(id, person, stop) is not { Decision: Decision.Pending } question
            || await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.Id == question.ApplicationId && c.BlockedAt == null, stop)
                is not { } client
            || await db.Resources.AsNoTracking().Include(r => r.Scopes).FirstOrDefaultAsync(r => r.Id == question.ResourceId, stop)
                is not { } resource
            || await db.Users.AsNoTracking().FirstOrDefaultAsync(a => a.Id == person.AccountId, stop) is not { DisabledAt: null } account)
        {
            return false;
        }
        if (!question.AskedScopes.All(s => AccessPolicy.Offers(client, resource, s)))
        {
            return false;
        }
        (_question, _client) = (question, client);
        var redirectUri = QueryHelpers.ParseQuery(question.Query)["redirect_uri"].ToString();
        var before = await Grants().AsNoTracking().FirstOrDefaultAsync(stop);
        before = before?.IsFor(client) == true ? before : null;
        var view = ConsentView.Of(
            new(redirectUri, question.AskedScopes), account.Email!, client, resource, before,
            clock.GetUtcNow() + options.Value.Grant, words);
        View = await askers.LookedAtAsync(view, client, stop);
        HttpContext.AllowFormActionTo(ProvedRedirect.OriginOf(redirectUri));
        HttpContext.AllowOwnScript();
        return true;
    }

    private IQueryable<Grant> Grants() => db.Grants.Where(
        g => g.AccountId == _question!.AccountId && g.ApplicationId == _question.ApplicationId && g.ResourceId == _question.ResourceId
            && g.RedirectHost == _question.RedirectHost && g.Status == OpenIddictConstants.Statuses.Valid);

    private RedirectResult Back() =>
        Redirect($"{issuer.Path}{Endpoints.Authorize}{_question!.Query}&{Interactions.Parameter}={_question.Id}");

    private StatusCodeResult Gone() => StatusCode(StatusCodes.Status410Gone);

    [LoggerMessage(1401, LogLevel.Information, "Grant {GrantId} was allowed to client {ApplicationId}.")]
    private static partial void Allowed(ILogger logger, Guid grantId, Guid applicationId);

    [LoggerMessage(1402, LogLevel.Information, "What client {ApplicationId} asked for was denied.")]
    private static partial void Denied(ILogger logger, Guid applicationId);
}
