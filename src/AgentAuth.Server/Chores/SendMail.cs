using AgentAuth.Server.Model;
using AgentAuth.Server.Signals;
using AgentAuth.Server.Tokens.Mails;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Chores;

/// <summary>
/// Sends what people are told, oldest first; one node sends for all. What was handed over is marked afterwards, so a crash between the two
/// may send it twice and never loses it.
/// </summary>
internal sealed partial class SendMail(
    IServiceScopeFactory scopes, Turns turns, IMailDelivery delivery, MailSeal seal, TimeProvider clock, ILogger<SendMail> logger)
    : BackgroundService
{
    public const string Chore = "mail";

    /// <summary>How often a node looks for e-mails that wait.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>How long an e-mail waits after each try that failed; after the last it is given up. Two days in all.</summary>
    public static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(4),
        TimeSpan.FromHours(12), TimeSpan.FromHours(30),
    ];

    /// <summary>Of one round; the next goes on.</summary>
    private const int MostAtOnce = 100;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Real time on purpose: this paces a look at the database; whether an e-mail is due is decided by the clock.
        using var timer = new PeriodicTimer(Look);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await IsAnyDueAsync(stoppingToken))
                {
                    await turns.TakeAsync(Chore, TimeSpan.Zero, RunAsync, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
            {
                TakenOver(logger);
            }
            catch (Exception failure) when (PassingFault.Is(failure))
            {
                Telemetry.ChoreFailed(Chore);
                SendingFailed(logger, failure.GetType().Name);
            }
        }
    }

    /// <summary>One round, whoever's turn it is.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        var due = await Due(db).AsNoTracking().OrderBy(m => m.CreatedAt).ThenBy(m => m.Id).Take(MostAtOnce).ToListAsync(stop);
        foreach (var mail in due)
        {
            var text = seal.Open(mail.Text);
            var outcome = text is null
                ? Delivery.Refused
                : await delivery.DeliverAsync(new(mail.Id, mail.To, mail.Subject, text), stop);
            await NoteAsync(db, mail, outcome, stop);
            if (outcome == Delivery.Later)
            {
                break; // the mail server may be away: the others keep their tries for another round
            }
        }
        Telemetry.ChoreDone(Chore);
    }

    private async Task<bool> IsAnyDueAsync(CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Due(scope.ServiceProvider.GetRequiredService<AgentAuthDb>()).AnyAsync(stop);
    }

    private IQueryable<OutgoingMail> Due(AgentAuthDb db)
    {
        var now = clock.GetUtcNow();
        return db.OutgoingMails.Where(m => m.NextTryAt <= now);
    }

    private async Task NoteAsync(AgentAuthDb db, OutgoingMail mail, Delivery outcome, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        DateTimeOffset? sentAt = outcome == Delivery.Sent ? now : null;
        DateTimeOffset? again = outcome == Delivery.Later && mail.Tries < Pauses.Length ? now + Pauses[mail.Tries] : null;
        if (sentAt is null && again is null)
        {
            GivenUp(logger, mail.Id, mail.Kind, mail.Tries + 1);
        }
        await db.OutgoingMails.Where(m => m.Id == mail.Id).ExecuteUpdateAsync(m => m
            .SetProperty(x => x.Tries, mail.Tries + 1)
            .SetProperty(x => x.NextTryAt, again)
            .SetProperty(x => x.SentAt, sentAt), stop);
    }

    [LoggerMessage(4210, LogLevel.Warning, "E-mails could not be read or marked ({Failure}); the next look tries again.")]
    private static partial void SendingFailed(ILogger logger, string failure);

    [LoggerMessage(4211, LogLevel.Information, "Another node went on sending e-mails.")]
    private static partial void TakenOver(ILogger logger);

    [LoggerMessage(4212, LogLevel.Warning, "E-mail {Id} ({Kind}) is given up after {Tries} tries.")]
    private static partial void GivenUp(ILogger logger, Guid id, string kind, int tries);
}
