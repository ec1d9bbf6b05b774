using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Specs;
using AgentAuth.Server.Specs.Rfc6749Framework;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Features.Authorize;

/// <summary>
/// Shows the question and takes the answer. Its form carries no more than which question it is and what is chosen of it: client, redirect,
/// resource and scopes are those the session was shown, whatever is posted.
/// </summary>
[Authorize]
internal sealed partial class ConsentPage(
    AgentAuthDb db, Interactions interactions, Allowing allowing, Revoker revoker, TimeProvider clock, IOptions<TokenOptions> options,
    Issuer issuer, Askers askers, PickableObjects objects, Reports reports, IStringLocalizer<Texts> words,
    ILogger<ConsentPage> logger) : PageModel
{
    private Interaction? _question;
    private Client? _client;

    public ConsentView View { get; private set; } = null!;

    public string Id => _question!.Id;

    /// <summary>The same request again, after another person signed in.</summary>
    public string SignInUrl => $"/sign-in?again=1&returnUrl={Uri.EscapeDataString(issuer.Path + Endpoints.Authorize + _question!.Query)}";

    public async Task<IActionResult> OnGetAsync(string id) => await LoadAsync(id) ? Page() : Gone();

    public async Task<IActionResult> OnPostAllowAsync(string id)
    {
        if (!await LoadAsync(id))
        {
            return await AnsweredAsync(id);
        }
        var form = ConsentForm.Of(Request.Form);
        var (choice, field, problem) = ConsentChoice.Of(form, View);
        if (choice is null)
        {
            View = ConsentChoice.Shown(form, View);
            ModelState.AddModelError(field, words[problem]);
            return this.Refused();
        }
        var isStillOffered = true;
        return await WinsAsync(async () =>
            isStillOffered = await allowing.TryAsync(_question!, View, choice, HttpContext.Actor(), HttpContext.RequestAborted))
            ? isStillOffered ? Done() : Gone()
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
            || await db.Users.AsNoTracking().FirstOrDefaultAsync(a => a.Id == person.AccountId, stop) is not { DisabledAt: null } account
            || await db.Sessions.AsNoTracking().FirstOrDefaultAsync(s => s.Id == person.SessionId, stop) is not { } session)
        {
            return false;
        }
        if (!question.AskedScopes.All(s => AccessPolicy.Offers(client, resource, s)))
        {
            return false;
        }
        (_question, _client) = (question, client);
        var redirectUri = QueryHelpers.ParseQuery(question.Query)["redirect_uri"].ToString();
        var view = ConsentView.Of(
            new(redirectUri, question.AskedScopes), account.Email!, client, resource,
            await Allowing.GrantsFor(db, question).AsNoTracking().FirstOrDefaultAsync(stop),
            new(clock.GetUtcNow(), options.Value.Grant, session.Id, session.EndsAt), words);
        View = (await askers.LookedAtAsync(view, client, stop)) with
        {
            Options = view.Options with { Pickables = await PickablesAsync(resource, account, stop) },
            ArrivedCold = Request.Query[Arrival.Parameter] == Arrival.Cold,
        };
        HttpContext.AllowFormActionTo(ProvedRedirect.OriginOf(redirectUri));
        HttpContext.AllowOwnScript();
        return true;
    }

    private async Task<Pickables?> PickablesAsync(Resource resource, Account account, CancellationToken stop) =>
        await objects.ForAsync(resource, account, stop) is var things && things is { Count: 0 }
            ? null
            : new(resource.ObjectsName ?? "", things?.Select(t => new Pickable(t.Identifier, t.Name)).ToList());

    private RedirectResult Done()
    {
        this.SayAtAgents(words["Done. You can remove it here at any time."]);
        return Back();
    }

    private RedirectResult Back() =>
        Redirect($"{issuer.Path}{Endpoints.Authorize}{_question!.Query}&{Interactions.Parameter}={_question.Id}");

    private StatusCodeResult Gone() => StatusCode(StatusCodes.Status410Gone);

    [LoggerMessage(1402, LogLevel.Information, "What client {ApplicationId} asked for was denied.")]
    private static partial void Denied(ILogger logger, Guid applicationId);
}
