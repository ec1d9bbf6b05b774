using System.Text.Json;
using AgentAuth.ResourceServer.Rfc9068AccessTokens;

namespace AgentAuth.ResourceServer.Limits;

/// <summary>
/// Asks the person about one action and waits a while for the answer (OpenID CIBA Core, poll mode). Who calls again with the same arguments
/// is asking the same question: the authorization server finds it by the action. A yes is fetched once, so the action is done once at
/// most.
/// </summary>
internal sealed class ApprovalDesk(AgentAuthOptions options, ServerPost server, TokenVerifier verifier, TimeProvider clock)
{
    private const string GrantType = "urn:openid:params:grant-type:ciba";

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SlowDown = TimeSpan.FromSeconds(5); // OpenID CIBA Core §11

    /// <param name="token">The agent's own: it says who is asked, and about whom.</param>
    /// <param name="scope">What the action needs: whether the person still allows it, the authorization server looks too.</param>
    /// <param name="action">What it wants to do.</param>
    /// <param name="stillWaiting">Told each time there is no answer yet.</param>
    /// <param name="cancellationToken">The call's.</param>
    /// <returns>Null when the person said yes to this action, and nobody has used that yes.</returns>
    public async Task<LimitRefusal?> AskAsync(
        string token,
        string scope,
        AskedAction action,
        Func<TimeSpan, Task> stillWaiting,
        CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var asked = await server.SendAsync(
            documents => documents.BackchannelEndpoint,
            cancellationToken,
            new("scope", $"openid {scope}"),
            new("login_hint_token", token),
            new("authorization_details", action.Json));
        if (asked is not { Status: 200, Json: var question } || Text(question, "auth_req_id") is not { } id)
        {
            return Explain(asked);
        }

        var pause = question.TryGetProperty("interval", out var interval) && interval.TryGetInt32(out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : SlowDown;
        while (true)
        {
            var answer = await server.SendAsync(
                documents => documents.TokenEndpoint, cancellationToken, new("grant_type", GrantType), new("auth_req_id", id));
            switch (answer is { } known ? Text(known.Json, "error") : null)
            {
                case "authorization_pending":
                    break;
                case "slow_down":
                    pause += SlowDown;
                    break;
                default:
                    return await JudgeAsync(answer, action, cancellationToken);
            }

            var waited = clock.GetElapsedTime(begun);
            if (waited + pause > options.ApprovalWait)
            {
                return LimitRefusal.NoAnswer;
            }

            await stillWaiting(waited);
            await Task.Delay(pause < ShortestPause ? ShortestPause : pause, clock, cancellationToken);
        }
    }

    private static LimitRefusal Explain((int Status, JsonElement Json)? answer) => answer switch
    {
        { Status: 403, Json: var json } when Text(json, "error") == "access_denied" => LimitRefusal.Refused,
        { Status: 429, Json: var json } when Text(json, "error") == "slow_down" => LimitRefusal.TooMany,
        { Json: var json } when Text(json, "error") == "invalid_authorization_details" => LimitRefusal.TooLong,
        _ => LimitRefusal.CannotAsk,
    };

    private async Task<LimitRefusal?> JudgeAsync(
        (int Status, JsonElement Json)? answer,
        AskedAction action,
        CancellationToken cancellationToken)
    {
        if (answer is { Status: 200, Json: var tokens } && Text(tokens, "access_token") is { } yes)
        {
            // It came straight from the server; that it is about this action is the one thing that must not be taken on trust.
            var verified = await verifier.VerifyAsync(yes, cancellationToken);
            return !verified.IsRefused(out _, out var proven) && action.Is(proven.Details.Action) ? null : LimitRefusal.CannotAsk;
        }

        return (answer is { } refused ? Text(refused.Json, "error") : null) switch
        {
            "access_denied" => LimitRefusal.Refused,
            "expired_token" => LimitRefusal.Expired,
            "invalid_grant" => LimitRefusal.NoAnswer, // another call with the same arguments has taken the question over
            _ => LimitRefusal.CannotAsk,
        };
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
