using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Refusals;

internal static class Refusing
{
    /// <summary>Rejects, and says which rule it was to whoever asks later.</summary>
    public static void Refuse(this BaseValidatingContext context, Rule rule, string error, string words) =>
        context.Reject(error, words, rule.Uri);

    /// <summary>Answers with a status and nothing else; whoever fills in the answer finds here which rule it was.</summary>
    public static void Refuse(this HttpContext http, int status, Rule rule)
    {
        http.Response.StatusCode = status;
        http.Features.Set(rule);
    }
}
