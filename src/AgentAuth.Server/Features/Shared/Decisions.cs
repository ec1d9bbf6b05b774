using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens.Receipts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Features.Shared;

/// <summary>Receipts of what people decide about agents after they allowed them, in the transaction of each decision.</summary>
internal sealed class Decisions(AgentAuthDb db, ReceiptBook receipts, IStringLocalizer<Texts> words)
{
    /// <summary>Of a change, for each grant it changes; the grant with its client, and its resource with its scopes.</summary>
    /// <param name="act">What was decided.</param>
    /// <param name="account">By whom.</param>
    /// <param name="lines">What stood on the page; null: all that is allowed.</param>
    /// <param name="stop">When nobody waits any more.</param>
    public Func<Grant, Task> Of(ReceiptAct act, Account account, IReadOnlyList<ReceiptLine>? lines, CancellationToken stop) => grant =>
        receipts.AddAsync(
            act, new(grant, account, grant.Application!, grant.Resource), lines ?? LinesOf(grant, isTicked: true), stop);

    /// <summary>Of an end: what is to end is read before, and for each that lived there is a receipt.</summary>
    public async Task<Func<Task>> OfEndAsync(IQueryable<Grant> which, CancellationToken stop)
    {
        var ending = await which.AsNoTracking().Where(g => g.Status == OpenIddictConstants.Statuses.Valid)
            .Include(g => g.Application).Include(g => g.Resource).ThenInclude(r => r.Scopes).ToListAsync(stop);
        return async () =>
        {
            foreach (var grant in ending)
            {
                var account = await db.Users.AsNoTracking().FirstAsync(a => a.Id == grant.AccountId, stop);
                await receipts.AddAsync(
                    ReceiptAct.Remove, new(grant, account, grant.Application!, grant.Resource), LinesOf(grant, isTicked: false), stop);
            }
        };
    }

    private IEnumerable<ReceiptLine> LinesOf(Grant grant, bool isTicked) => grant.AllowedScopes
        .Select(s => ScopeWords.Of(s, grant.Resource.Scopes.Find(k => k.Name == s), words))
        .Select(p => new ReceiptLine(p.Scope, p.Sentence, isTicked, p.IsRequired));
}
