using System.Text.Json;

namespace AgentAuth.EndToEnd.Support;

/// <summary>What the token endpoint answered.</summary>
internal sealed record TokenReply(int Status, JsonElement Body)
{
    public string AccessToken => Text("access_token");

    public string RefreshToken => Text("refresh_token");

    public string? Error => Body.TryGetProperty("error", out var error) ? error.GetString() : null;

    public static async Task<TokenReply> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/json", $"{(int)answer.StatusCode}: {text}");
        using var json = JsonDocument.Parse(text);
        return new TokenReply((int)answer.StatusCode, json.RootElement.Clone());
    }

    private string Text(string name) => Body.TryGetProperty(name, out var value) ? value.GetString()! : throw new Xunit.Sdk.XunitException(
        $"There is no {name} in {Status}: {Body}");
}
