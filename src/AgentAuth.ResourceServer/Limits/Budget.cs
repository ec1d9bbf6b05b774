using System.Globalization;
using System.Text.Json;

namespace AgentAuth.ResourceServer.Limits;

/// <summary>
/// Counts a change against what the person allows a day, at the authorization server and before it is made: several resource servers, or
/// one that is started anew, have one count. Whether there is room is never guessed: no answer is a no.
/// </summary>
internal sealed class Budget(AgentAuthOptions options, ServerPost server)
{
    /// <summary>Null when the change may be made.</summary>
    public async Task<LimitRefusal?> SpendAsync(string grantId, string scope, CancellationToken cancellationToken)
    {
        var answer = await server.SendAsync(
            documents => documents.BudgetEndpoint,
            cancellationToken,
            new("resource", options.Resource),
            new("gid", grantId),
            new("scope", scope));
        if (answer is not { Json: var json } || !json.TryGetProperty("allowed", out var allowed))
        {
            return LimitRefusal.BudgetUnknown;
        }

        return allowed.ValueKind == JsonValueKind.True ? null
            : LimitRefusal.BudgetExhausted(json.TryGetProperty("resets", out var at) && at.TryGetInt64(out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)
                : "00:00 UTC");
    }
}
