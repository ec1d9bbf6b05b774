using System.Text.Json;
using System.Text.Json.Nodes;
using AgentAuth.ResourceServer.Rfc9396AuthorizationDetails;

namespace AgentAuth.ResourceServer.Limits;

/// <summary>One action a person is asked about, in the form the authorization server shows it.</summary>
/// <param name="Json">An array of one: <c>authorization_details</c>.</param>
internal sealed record AskedAction(string Json)
{
    private const int LongestWords = 200;
    private const int LongestAction = 4096;

    /// <summary>Null when it is too long to be shown.</summary>
    public static AskedAction? Of(string tool, string? words, IEnumerable<KeyValuePair<string, JsonElement>>? arguments)
    {
        var action = new JsonObject { ["type"] = TokenDetails.ActionType, ["tool"] = tool };
        if (!string.IsNullOrWhiteSpace(words))
        {
            action["action"] = words.Length <= LongestWords ? words : words[..(LongestWords - 1)] + "…";
        }

        var given = new JsonObject();
        foreach (var (name, value) in arguments ?? [])
        {
            given[name] = JsonNode.Parse(value.GetRawText());
        }

        action["arguments"] = given;
        var json = new JsonArray(action).ToJsonString(Plainly);
        return System.Text.Encoding.UTF8.GetByteCount(json) <= LongestAction ? new(json) : null;
    }

    /// <summary>Whether a token that came back is about this very action.</summary>
    public bool Is(string? action) =>
        action is not null && JsonNode.DeepEquals(JsonNode.Parse(Json)!.AsArray()[0], JsonNode.Parse(action));

    private static JsonSerializerOptions Plainly { get; } = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
