using System.Net;
using System.Text;
using System.Text.Json;

namespace AgentAuth.Server.Tests.Support;

/// <summary>What a registration endpoint answered.</summary>
internal sealed record Registration(HttpStatusCode Status, JsonElement Json, string Body, string? RetryAfter)
{
    public string Id => Text("client_id")!;

    public string? Error => Text("error");

    public string? Text(string name) => Json.TryGetProperty(name, out var value) ? value.GetString() : null;

    public bool Has(string name) => Json.TryGetProperty(name, out _);
}

/// <summary>Clients that register themselves, and manage what they registered.</summary>
internal static class Registering
{
    public const string Plain =
        """{"client_name": "The App", "redirect_uris": ["https://app.test/cb"], "token_endpoint_auth_method": "none"}""";

    public static Task<Registration> SelfRegisterAsync(
        this AuthServer server, string json = Plain, string? address = null, string? token = null) =>
        server.ManageAsync(HttpMethod.Post, "/connect/register", json, token, address);

    public static async Task<Registration> ManageAsync(
        this AuthServer server, HttpMethod method, string url, string? json, string? token, string? address = null,
        string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, url);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, type);
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }
        if (address is not null)
        {
            request.Headers.Add("X-Test-Address", address);
        }
        using var http = server.Http();
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
        return new(
            response.StatusCode, JsonSerializer.Deserialize<JsonElement>(isJson ? body : "{}"), body,
            response.Headers.RetryAfter?.ToString());
    }
}
