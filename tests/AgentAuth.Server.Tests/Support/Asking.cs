using AgentAuth.Server.Tokens;

namespace AgentAuth.Server.Tests.Support;

/// <summary>What tests ask of many agents, or of the server about a token.</summary>
internal static class Asking
{
    /// <summary>Whether the resource server that asks would let the token in.</summary>
    public static async Task<bool> SeesAsync(this Agent resource, string token) =>
        (await resource.IntrospectAsync(token)).GetProperty("active").GetBoolean();

    /// <summary>A refresh token that was used and comes back now is a replay.</summary>
    public static void PassGrace(this AuthServer server) => server.Clock.Advance(TokenOptions.UsualRefreshGrace + TimeSpan.FromSeconds(1));

    /// <summary>The same thing many times at the same moment.</summary>
    public static Task<T[]> AtOnceAsync<T>(int times, Func<int, Task<T>> act) =>
        Task.WhenAll(Enumerable.Range(0, times).Select(i => Task.Run(() => act(i))));

    /// <summary>The values a JSON array of strings holds.</summary>
    public static string[] Strings(this System.Text.Json.JsonElement json, string name) =>
        [.. json.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];
}
