using static OpenIddict.Server.OpenIddictServerEvents;

namespace AgentAuth.Server.Specs.Refusals;

internal static class Refusing
{
    /// <summary>Rejects, and says which rule it was to whoever asks later.</summary>
    public static void Refuse(this BaseValidatingContext context, Rule rule, string error, string words) =>
        context.Reject(error, words, rule.Uri);
}
