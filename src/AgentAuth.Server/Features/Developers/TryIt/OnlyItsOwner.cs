using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Features.Developers.TryIt;

/// <summary>
/// Keeps a run to who began it: the address of its request, handed to somebody else, must not bring their tokens into it. Nobody else is
/// asked; and should a code of somebody else's come all the same, what it gave ends before anything of it is kept.
/// </summary>
internal sealed class OnlyItsOwner(Runs runs, AgentAuthDb db, Revoker revoker) : IOwnClient
{
    public string ClientId => Client.PlaygroundId;

    public async Task<bool> HasBegunAsync(Guid accountId, string sessionId, string? state, CancellationToken stop) =>
        (await runs.FindAsync(new(accountId, sessionId), stop)).Run is { Answer: null } run && run.IsAnsweredBy(state);

    /// <summary>True when tokens came that are not the owner's, or not to be told whose; then they are dead.</summary>
    public async Task<bool> EndsAsync(WireAnswer answer, Owner owner)
    {
        if (!answer.IsGood || answer.Text("access_token") is not { } token)
        {
            return false;
        }
        if (!Guid.TryParse(ReadToken.Of("Access token", token)?.Claim(TokenClaims.GrantId), out var id))
        {
            return true;
        }
        // Not by the caller's token: who goes away must not leave them alive.
        if (await db.Grants.AnyAsync(g => g.Id == id && g.AccountId == owner.AccountId, CancellationToken.None))
        {
            return false;
        }
        await revoker.EndGrantAsync(
            id, "grant.end", "Its code was redeemed in another person's playground.", Actor.Server, CancellationToken.None);
        return true;
    }
}
