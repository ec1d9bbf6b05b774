using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;
using AgentAuth.Server.Tokens.Mails;
using AgentAuth.Server.Tokens.ShortPath;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tokens.Approvals;

internal enum Asked
{
    /// <summary>The person is being asked, or has said yes and nobody has come for it.</summary>
    Open,

    /// <summary>The person said no to the same thing, and is not asked again so soon.</summary>
    Refused,
    TooMany,

    /// <summary>The grant is not what it was when the question came.</summary>
    Overtaken,
}

/// <summary>
/// The rows behind the questions. The same action of the same grant is one question for as long as it is open: who asks again is given
/// another name for it, and the name before is good for nothing from then on.
/// </summary>
internal sealed class Questions(AgentAuthDb db, Mailer mailer, TimeProvider clock)
{
    /// <summary>Questions of one grant that wait for an answer.</summary>
    public const int MaxPending = 5;

    /// <summary>
    /// Questions of all of a person's agents in an hour: who is asked without end says yes in the end, to be left alone.
    /// </summary>
    public const int MaxAnHour = 30;

    /// <summary>So many questions of a grant since the person last answered one, and the next is on the page alone.</summary>
    public const int MaxUnheardMails = 3;

    public const int RetryAfterSeconds = 30;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public async Task<(Asked Answer, string? Id, DateTimeOffset EndsAt)> AskAsync(
        Grant grant, RequestedAction action, string? message, TimeSpan lifetime, CancellationToken stop)
    {
        var id = Issuance.NewReference();
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        await db.TakeGrantAsync(grant.Id, stop); // or two that ask the same at once would make two questions of it
        if (!await db.Grants.AnyAsync(g => g.Id == grant.Id && g.Scopes == grant.Scopes && g.Status == grant.Status, stop))
        {
            return (Asked.Overtaken, null, default);
        }
        var open = db.Approvals.Where(a => a.GrantId == grant.Id && a.EndsAt > now);
        var same = await open.AsNoTracking().Where(a => a.Details == action.Details && a.Decision != Decision.Used)
            .OrderByDescending(a => a.CreatedAt).FirstOrDefaultAsync(stop);
        if (same?.Decision == Decision.Denied)
        {
            return (Asked.Refused, null, default);
        }
        if (same is null && (await open.CountAsync(a => a.Decision == Decision.Pending, stop) >= MaxPending
            || await RecentOf(grant.AccountId, now).CountAsync(stop) >= MaxAnHour))
        {
            return (Asked.TooMany, null, default);
        }
        if (same is null)
        {
            if (await IsHeardAsync(grant, stop))
            {
                await mailer.AddAsync(MailKind.ApprovalAsked, grant.Id, stop, action.Words ?? action.Tool);
            }
            Add(grant, action, message, lifetime, id, now);
            await db.SaveChangesAsync(stop);
        }
        else
        {
            await db.Approvals.Where(a => a.Id == same.Id).ExecuteUpdateAsync(
                a => a.SetProperty(x => x.RequestHash, HashOf(id)).SetProperty(x => x.PolledAt, (DateTimeOffset?)null), stop);
        }
        await transaction.CommitAsync(stop);
        return (Asked.Open, id, same?.EndsAt ?? (now + lifetime));
    }

    private IQueryable<Approval> RecentOf(Guid accountId, DateTimeOffset now)
    {
        var since = now - Hour;
        return db.Approvals.Where(a => a.AccountId == accountId && a.EndsAt > since && a.CreatedAt > since);
    }

    /// <summary>Whoever does not answer e-mails about an agent gets no more of them about it, until they answer on the page.</summary>
    private async Task<bool> IsHeardAsync(Grant grant, CancellationToken stop)
    {
        var ofGrant = db.Approvals.Where(a => a.GrantId == grant.Id);
        var answered = await ofGrant.MaxAsync(a => a.DecidedAt, stop) ?? DateTimeOffset.MinValue;
        return await ofGrant.CountAsync(a => a.CreatedAt > answered, stop) < MaxUnheardMails;
    }

    /// <summary>What is kept of an <c>auth_req_id</c>.</summary>
    public static string HashOf(string id) => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(id)));

    /// <summary>The one time a yes is fetched: of many who come for it one is first.</summary>
    public async Task<bool> UseAsync(Guid id, CancellationToken stop)
    {
        var now = clock.GetUtcNow(); // the question may have been ended since it was looked at
        return 1 == await db.Approvals.Where(a => a.Id == id && a.Decision == Decision.Allowed && a.EndsAt > now)
            .ExecuteUpdateAsync(a => a.SetProperty(x => x.Decision, Decision.Used), stop);
    }

    private void Add(Grant grant, RequestedAction action, string? message, TimeSpan lifetime, string id, DateTimeOffset now)
    {
        db.Add(new Approval
        {
            RequestHash = HashOf(id),
            GrantId = grant.Id,
            AccountId = grant.AccountId,
            ResourceId = grant.ResourceId,
            Details = action.Details,
            Message = message,
            CreatedAt = now,
            EndsAt = now + lifetime,
        });
        db.Add(new Activity
        {
            GrantId = grant.Id,
            AccountId = grant.AccountId,
            Kind = ActivityKind.ApprovalAsked,
            What = action.Tool,
            At = now,
            LastAt = now,
        });
    }
}
