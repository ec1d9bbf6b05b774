using System.Text.Json;

namespace AgentAuth.Server.Tests.Support;

/// <summary>Clients that a document describes, as their makers publish it.</summary>
internal static class Described
{
    public const string App = "https://app.test/agent.json";
    public const string AppCallback = "https://app.test/cb";
    public const string ClaudeCode = "https://claude.ai/oauth/claude-code-client-metadata";
    public const string ChatGpt = "https://chatgpt.com/oauth/client.json";
    public const string ChatGptKeys = "https://chatgpt.com/oauth/jwks.json";
    public const string ChatGptCallback = "https://chatgpt.com/connector_platform_oauth_redirect";

    public static string Document(string id = App, params (string Name, object? Value)[] changes)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["client_id"] = id,
            ["client_name"] = "The App",
            ["redirect_uris"] = new[] { AppCallback },
            ["grant_types"] = new[] { "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:jwt-bearer" },
            ["response_types"] = new[] { "code" },
            ["token_endpoint_auth_method"] = "none",
        };
        foreach (var (name, value) in changes)
        {
            members[name] = value;
        }
        return JsonSerializer.Serialize(members.Where(m => m.Value is not Nothing).ToDictionary(m => m.Key, m => m.Value));
    }

    /// <summary>Leaves a member out.</summary>
    public static object Absent { get; } = new Nothing();

    public static Agent Agent(AuthServer server, string id = App, string redirect = AppCallback) => new(server.Http(), id, null, redirect);

    private sealed class Nothing;
}
