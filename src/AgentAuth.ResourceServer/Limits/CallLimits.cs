using System.Security.Claims;
using AgentAuth.ResourceServer.Rfc6750Bearer;
using AgentAuth.ResourceServer.Rfc9068AccessTokens;
using AgentAuth.ResourceServer.Rfc9396AuthorizationDetails;

namespace AgentAuth.ResourceServer.Limits;

/// <summary>
/// Keeps the limits a person set, for one call and before it is made: first the question, then the count, so that what is refused costs
/// nothing of the day's changes.
/// </summary>
/// <param name="options">The resource's.</param>
/// <param name="budget">Counts.</param>
/// <param name="approvals">Asks.</param>
/// <param name="look">What is left of a call's token at this moment: much can happen while a person thinks.</param>
internal sealed class CallLimits(
    AgentAuthOptions options,
    Budget budget,
    ApprovalDesk approvals,
    Func<string, AccessToken, CancellationToken, ValueTask<OrRefusal<AccessToken>>> look)
{
    /// <param name="identity">Who calls, as the gate let them in.</param>
    /// <param name="needed">The scopes the call needs.</param>
    /// <param name="describe">What the person is asked; null when it is too long to be shown.</param>
    /// <param name="stillWaiting">Told each time there is no answer yet.</param>
    /// <param name="cancellationToken">The call's.</param>
    /// <returns>Null when the call may be made.</returns>
    public async ValueTask<LimitRefusal?> RefuseAsync(
        ClaimsIdentity identity,
        IReadOnlyList<string> needed,
        Func<ValueTask<AskedAction?>> describe,
        Func<TimeSpan, Task> stillWaiting,
        CancellationToken cancellationToken)
    {
        if (!identity.HasClaim(claim => claim.Type == TokenDetails.Claim))
        {
            return null;
        }

        if (TokenDetails.Of(identity.Claims) is not { } details)
        {
            return LimitRefusal.CannotAsk;
        }

        if (FirstAmong(details.AskScopes, needed, identity) is { } asked
            && await AskAsync(identity, asked, needed, describe, stillWaiting, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        if (details.ChangesPerDay is null || FirstAmong(details.ChangeScopes, needed, identity) is not { } scope)
        {
            return null;
        }

        return identity.FindFirst("gid")?.Value is { } grantId
            ? await budget.SpendAsync(grantId, scope, cancellationToken)
            : LimitRefusal.BudgetUnknown;
    }

    private async Task<LimitRefusal?> AskAsync(
        ClaimsIdentity identity,
        string scope,
        IReadOnlyList<string> needed,
        Func<ValueTask<AskedAction?>> describe,
        Func<TimeSpan, Task> stillWaiting,
        CancellationToken cancellationToken)
    {
        if (identity.BootstrapContext is not CallContext call)
        {
            return LimitRefusal.CannotAsk;
        }

        if (await describe() is not { } action)
        {
            return LimitRefusal.TooLong;
        }

        if (await approvals.AskAsync(call.Token, scope, action, stillWaiting, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var standing = await look(call.Token, call.Proven, cancellationToken);
        return standing.IsRefused(out _, out var left) || !ScopeSet.Covers(left.Scopes, needed) ? LimitRefusal.TakenBack : null;
    }

    // A scope that contains others limits those too. Of several the one that is left of the token counts, if there is one.
    private string? FirstAmong(IReadOnlyList<string> limited, IReadOnlyList<string> needed, ClaimsIdentity identity) => limited
        .Where(scope => ScopeSet.WithImplied([scope], options.ImpliedScopes).Intersect(needed, StringComparer.Ordinal).Any())
        .OrderBy(scope => identity.HasClaim("scope", scope) ? 0 : 1)
        .FirstOrDefault();
}
