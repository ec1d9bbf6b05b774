using System.Buffers.Text;
using System.Net;
using System.Text.Json;

namespace AgentAuth.Server.Tests.Support;

/// <summary>What an endpoint for clients answered.</summary>
internal sealed record TokenAnswer(HttpStatusCode Status, JsonElement Json, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public bool IsGood => Status == HttpStatusCode.OK;

    public string? Error => Text("error");

    public string AccessToken => Text("access_token") ?? throw new InvalidOperationException($"No access token: {(int)Status} {Body}");

    public string RefreshToken => Text("refresh_token") ?? throw new InvalidOperationException($"No refresh token: {(int)Status} {Body}");

    /// <summary>As long with as without: only the twelve characters differ.</summary>
    public string BodyWithoutErrorId => WithoutErrorId(Body);

    public IEnumerable<string> HeadersWithoutErrorId => Headers.Select(h => $"{h.Key}: {WithoutErrorId(h.Value)}");

    public string? Text(string name) =>
        Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    public bool Has(string name) => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(name, out _);

    public JsonElement Claims => ClaimsOf(AccessToken);

    public static JsonElement HeaderOf(string jwt) => Part(jwt, 0);

    public static JsonElement ClaimsOf(string jwt) => Part(jwt, 1);

    public override string ToString() => $"{(int)Status} {Body}";

    public static async Task<TokenAnswer> OfAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType == "application/json";
        var headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new(response.StatusCode, isJson && body.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(body) : default, body, headers);
    }

    private string WithoutErrorId(string text) => Text("error_id") is { } id ? text.Replace(id, "", StringComparison.Ordinal) : text;

    private static JsonElement Part(string jwt, int index) =>
        JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(jwt.Split('.')[index]));
}
