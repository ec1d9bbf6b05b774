using System.Text.Json;

namespace AgentAuth.Server.Specs.Rfc9396AuthorizationDetails;

/// <summary>
/// <c>authorization_details</c> (RFC 9396): what a token says beside its scopes. People choose the limits and the things; a resource server
/// asks for one action. Agents ask for none of them: what they send is refused, by §5.
/// </summary>
internal static class AuthorizationDetails
{
    public const string Name = "authorization_details";
    public const string Error = "invalid_authorization_details";

    /// <summary>How often a day, and what the person is asked about each time.</summary>
    public const string Limits = "agentauth_limits";

    /// <summary>Which of the person's things.</summary>
    public const string Objects = "agentauth_objects";

    /// <summary>One action, asked about and allowed once (OpenID CIBA Core).</summary>
    public const string Action = "agentauth_action";

    public static IReadOnlyList<string> Types { get; } = [Action, Limits, Objects];

    /// <summary>Whether one detail, as a token says it, is of this type.</summary>
    public static bool IsOf(string type, string detail)
    {
        using var json = JsonDocument.Parse(detail);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("type", out var named)
            && named.ValueEquals(type);
    }

    /// <summary>Why an agent's own ones are refused.</summary>
    public static string Problem(string? sent)
    {
        try
        {
            using var details = JsonDocument.Parse(sent ?? "");
            return details.RootElement.ValueKind != JsonValueKind.Array ? "The authorization_details must be a JSON array (RFC 9396 §2)."
                : details.RootElement.EnumerateArray().All(IsKnown) ? "People choose these limits; leave authorization_details out."
                : "No type of authorization_details (RFC 9396) can be asked for here; ask for scopes.";
        }
        catch (JsonException)
        {
            return "The authorization_details are not JSON (RFC 9396 §2).";
        }
    }

    private static bool IsKnown(JsonElement detail) =>
        detail.ValueKind == JsonValueKind.Object && detail.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && Types.Contains(type.GetString(), StringComparer.Ordinal);
}
