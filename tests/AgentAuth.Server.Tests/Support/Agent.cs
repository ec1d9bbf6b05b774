using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AgentAuth.Server.Tests.Support;

/// <summary>An OAuth client: builds authorization requests, redeems codes, refreshes, gives tokens back.</summary>
internal sealed class Agent(HttpClient http, string clientId, string? secret, string redirectUri)
{
    public const string Callback = "http://127.0.0.1:7777/callback";
    public const string WebCallback = "https://client.demo.test/callback";

    public string Verifier { get; init; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public string ClientId => clientId;

    public static Agent Native(AuthServer server) => new(server.Http(), "demo-native", null, Callback);

    public static Agent Web(AuthServer server) => new(server.Http(), "demo-web", "demo-web-secret", WebCallback);

    public static Agent Web2(AuthServer server) =>
        new(server.Http(), "demo-web-2", "demo-web-2-secret", "https://client2.demo.test/callback");

    public static Agent Service(AuthServer server) => new(server.Http(), "demo-service", "demo-service-secret", "");

    public static Agent MailServer(AuthServer server) => new(server.Http(), "demo-resource", "demo-resource-secret", "");

    public static string Challenge(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    /// <summary>An authorization request; a null value leaves the parameter out, a repeated name repeats it.</summary>
    public string AskFor(string scope = "openid offline_access mail.read mail.send", params (string Name, string? Value)[] changes)
    {
        (string Name, string? Value)[] standard =
        [
            ("response_type", "code"), ("client_id", clientId), ("redirect_uri", redirectUri), ("scope", scope), ("state", "some-state"),
            ("code_challenge", Challenge(Verifier)), ("code_challenge_method", "S256"), ("resource", AuthServer.Mail),
        ];
        var changed = changes.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var parameters = standard.Where(p => !changed.Contains(p.Name)).Concat(changes).Where(p => p.Value is not null);
        return "/connect/authorize?" + string.Join('&', parameters.Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
    }

    /// <summary>The whole way of a person who ticks and allows all that is asked.</summary>
    public async Task<string> CodeFromAsync(
        Browser person, string scope = "openid offline_access mail.read mail.send", params (string, string?)[] changes)
    {
        await person.OpenAsync(AskFor(scope, changes));
        if (person.Page.QuerySelector("input[name=Password]") is not null)
        {
            await person.SignInAsync(People.Alice);
        }
        if (person.Left is null)
        {
            await person.AllowAllAsync();
        }
        return person.Answer.TryGetValue("code", out var code) ? code
            : throw new InvalidOperationException($"No code: {person.Left} {person.Text}");
    }

    public async Task<TokenAnswer> TokensFromAsync(Browser person, string scope = "openid offline_access mail.read mail.send") =>
        await RedeemAsync(await CodeFromAsync(person, scope));

    public Task<TokenAnswer> RedeemAsync(string code, params (string Name, string? Value)[] changes) => TokenAsync(
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectUri), ("code_verifier", Verifier)], changes);

    public Task<TokenAnswer> RefreshAsync(string refreshToken, params (string Name, string? Value)[] changes) =>
        TokenAsync([("grant_type", "refresh_token"), ("refresh_token", refreshToken)], changes);

    public Task<TokenAnswer> ForItselfAsync(params (string Name, string? Value)[] changes) =>
        TokenAsync([("grant_type", "client_credentials"), ("resource", AuthServer.Mail)], changes);

    public async Task<JsonElement> IntrospectAsync(string token) => (await PostAsync("/connect/introspect", [("token", token)])).Json;

    public Task<TokenAnswer> RevokeAsync(string token, string? hint = null) =>
        PostAsync("/connect/revoke", [("token", token), ("token_type_hint", hint)]);

    public Task<TokenAnswer> TokenAsync(IEnumerable<(string Name, string? Value)> parameters, params (string Name, string? Value)[] changes)
    {
        var changed = changes.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        return PostAsync("/connect/token", parameters.Where(p => !changed.Contains(p.Name)).Concat(changes));
    }

    /// <summary>Authenticates in the body; unless the caller sends its own <c>client_id</c>.</summary>
    public async Task<TokenAnswer> PostAsync(
        string endpoint, IEnumerable<(string Name, string? Value)> parameters, AuthenticationHeaderValue? authorization = null)
    {
        var pairs = parameters.ToList();
        if (authorization is null && !pairs.Exists(p => p.Name == "client_id"))
        {
            pairs.AddRange([("client_id", clientId), ("client_secret", secret)]);
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Content = new FormUrlEncodedContent(
            pairs.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Name, p.Value)));
        request.Headers.Authorization = authorization;
        using var response = await http.SendAsync(request);
        return await TokenAnswer.OfAsync(response);
    }

    public async Task<(HttpStatusCode Status, string Body)> UserInfoAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new("Bearer", accessToken);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
