using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Accounts;

/// <summary>An action that waits for a person's answer. What the resource says of it and what the agent wrote stand apart.</summary>
internal sealed record AskedAction(Approval Question, Client Client, Resource Resource, string Host)
{
    /// <summary>As long as a whole action may be: nobody says yes to what they do not see.</summary>
    private const int MaxValueLength = RequestedAction.MaxLength;

    private readonly RequestedAction _action = RequestedAction.Read(Question.Details).Action!;

    public string AgentName => DisplayText.Clean(Client.Name);

    public string Tool => DisplayText.Clean(_action.Tool);

    public string? Words => _action.Words is null ? null : DisplayText.Clean(_action.Words);

    public IReadOnlyList<(string Name, string Value)> Fields => [.. _action.Fields.Select(f => (Whole(f.Name), Whole(f.Value)))];

    private static string Whole(string text) => DisplayText.Clean(text.ReplaceLineEndings(" ↵ "), MaxValueLength);
}

/// <summary>One person's open questions; somebody else's is not told from one that does not exist.</summary>
internal sealed class AskedActions(AgentAuthDb db, Revoker revoker, TimeProvider clock)
{
    private const int Most = 50;

    public async Task<IReadOnlyList<AskedAction>> OpenAsync(Guid account, CancellationToken stop) =>
        await ReadAsync(Open(account).OrderBy(a => a.EndsAt).Take(Most), stop);

    public async Task<AskedAction?> OneAsync(Guid account, Guid id, CancellationToken stop) =>
        (await ReadAsync(Open(account).Where(a => a.Id == id), stop)).SingleOrDefault();

    /// <summary>False when it is not asked any more: of two answers one counts.</summary>
    public async Task<bool> AnswerAsync(AskedAction asked, Decision decision, Actor actor, CancellationToken stop)
    {
        var (question, now) = (asked.Question, clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        var answered = await Approval.Open(db, question.AccountId, now).Where(a => a.Id == question.Id)
            .ExecuteUpdateAsync(a => a.SetProperty(x => x.Decision, decision).SetProperty(x => x.DecidedAt, now), stop);
        if (answered == 0)
        {
            return false;
        }
        var isYes = decision == Decision.Allowed;
        db.Add(new Activity
        {
            GrantId = question.GrantId,
            AccountId = question.AccountId,
            Kind = isYes ? ActivityKind.ApprovalGiven : ActivityKind.ApprovalDenied,
            What = asked.Tool,
            Address = actor.Address,
            At = now,
            LastAt = now,
        });
        revoker.Audit(isYes ? "action.approve" : "action.refuse", $"grant {question.GrantId:D}", asked.Tool, actor);
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        return true;
    }

    private IQueryable<Approval> Open(Guid account) => Approval.Open(db, account, clock.GetUtcNow()).AsNoTracking();

    private async Task<List<AskedAction>> ReadAsync(IQueryable<Approval> questions, CancellationToken stop)
    {
        var rows = await questions.Join(
            db.Grants.Include(g => g.Application).Include(g => g.Resource), q => q.GrantId, g => g.Id,
            (q, g) => new { Question = q, g.Application, g.Resource, g.RedirectHost }).ToListAsync(stop);
        return [.. rows.Select(r => new AskedAction(r.Question, r.Application!, r.Resource, r.RedirectHost))];
    }
}
