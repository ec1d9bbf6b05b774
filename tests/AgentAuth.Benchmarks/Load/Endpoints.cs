using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AgentAuth.Benchmarks.Load;

/// <summary>Where a server's endpoints are, and its published keys.</summary>
internal sealed record Endpoints(
    string Issuer, string Metadata, string Authorize, string Token, string Introspect, string Revoke, string? Register, string Keys,
    JsonWebKeySet KeySet)
{
    public static Endpoints None { get; } = new("", "", "", "", "", "", null, "", new JsonWebKeySet());

    public static async Task<Endpoints> ReadAsync(HttpClient http, string metadata, JsonElement server)
    {
        var keys = Text(server, "jwks_uri")!;
        return new(
            Text(server, "issuer")!, metadata, Text(server, "authorization_endpoint")!, Text(server, "token_endpoint")!,
            Text(server, "introspection_endpoint")!, Text(server, "revocation_endpoint")!, Text(server, "registration_endpoint"), keys,
            new JsonWebKeySet(await http.GetStringAsync(keys)));
    }

    private static string? Text(JsonElement server, string name) =>
        server.TryGetProperty(name, out var value) ? value.GetString() : null;
}
