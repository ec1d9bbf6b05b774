using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.DomainProofs;
using AgentAuth.Server.Tokens;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Developers.Domains;

/// <summary>A developer asks that an administrator vouches for the publisher of one of their apps.</summary>
internal sealed class VerificationPage(AgentAuthDb db, Revoker revoker, DomainTrust trust, TimeProvider clock) : DeveloperPage(db, clock)
{
    /// <summary>After a refusal: an administrator is not to be worn down.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromDays(7);

    [BindProperty(SupportsGet = true, Name = "client_id")]
    public string? ClientId { get; set; }

    [BindProperty]
    public string? Text { get; set; }

    public Client App { get; private set; } = null!;

    public VerificationRequest? Last { get; private set; }

    /// <summary>Why there is nothing to ask at present.</summary>
    public string? WhyNot { get; private set; }

    /// <summary>That proving domains is what would help.</summary>
    public bool NeedsProof { get; private set; }

    public static string Words(VerificationState state) => state switch
    {
        VerificationState.Approved => "Approved",
        VerificationState.Refused => "Refused",
        _ => "Waiting since",
    };

    public async Task<IActionResult> OnGetAsync() => await FindAsync() ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!await FindAsync())
        {
            return NotFound();
        }
        if (WhyNot is not null)
        {
            return this.Refused();
        }
        var text = Text?.Trim() ?? "";
        if (text.Length is 0 or > VerificationRequest.MaxWordsLength
            || !text.ReplaceLineEndings(" ").EnumerateRunes().All(DisplayText.IsHarmless))
        {
            ModelState.AddModelError(nameof(Text), $"Write who you are, in at most {VerificationRequest.MaxWordsLength} characters.");
            return this.Refused();
        }
        Db.Add(new VerificationRequest { ApplicationId = App.Id, AskedById = DeveloperId, AskedAt = Now, Words = text });
        revoker.Audit("verification.ask", $"client {App.ClientId}", reason: null, Developer);
        try
        {
            await Db.SaveChangesAsync(Stop);
        }
        catch (DbUpdateException failure) when (LostRace.Is(failure))
        {
            // A button pressed twice: the first one waits.
        }
        this.Say("Asked. The answer will stand on this page.");
        return RedirectToPage(new { client_id = ClientId });
    }

    private async Task<bool> FindAsync()
    {
        var app = await Db.Clients.AsNoTracking().FirstOrDefaultAsync(
            c => c.ClientId == ClientId && c.OwnerId == DeveloperId && c.RemovedAt == null, Stop);
        if (app is null)
        {
            return false;
        }
        App = app;
        Last = await Db.VerificationRequests.AsNoTracking().Where(r => r.ApplicationId == app.Id)
            .OrderByDescending(r => r.AskedAt).FirstOrDefaultAsync(Stop);
        WhyNot = app.Trust == Trust.VerifiedPublisher ? "It is verified."
            : Last is { State: VerificationState.Waiting } ? "Your request waits for an administrator."
            : Last is { State: VerificationState.Refused, AnsweredAt: { } at } && at + Pause > Now
                ? "You can ask again a week after the answer."
            : DomainTrust.AnswersHere(app)
                ? "This app answers to this computer, where any program can wait for the answer: there is no domain to prove. People see "
                + "that it runs on their own computer. An app on a server of yours, which has no such address, can be raised."
            : await NeedsProofAsync(app) ? "First prove every host of its redirect addresses."
            : null;
        return true;
    }

    private async Task<bool> NeedsProofAsync(Client app) => NeedsProof = !await trust.IsOnProvedDomainAsync(app, Stop);
}
