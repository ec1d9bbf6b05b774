using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AgentAuth.Benchmarks.Contestants;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentAuth.Benchmarks.Load;

/// <summary>A client's side of the protocol. Every answer is checked: one that is not what it must be fails the operation.</summary>
internal sealed class Client(Contestant contestant, HttpClient http)
{
    private const int VerifyOneIn = 200;
    private static readonly JsonWebTokenHandler Jwts = new();
    private int _received;

    public Task<Tokens> ClientCredentialsAsync() => ClientCredentialsAsync(contestant.Resource, isJwt: true);

    public Task<Tokens> ClientCredentialsAsync(string resource, bool isJwt) => TokensAsync(
        contestant.Service, isJwt, ("grant_type", "client_credentials"), ("scope", "mail.read"), ("resource", resource));

    public async Task<Tokens> RefreshAsync(Tokens old)
    {
        var tokens = await TokensAsync(
            contestant.Agent, isJwt: true,
            ("grant_type", "refresh_token"), ("refresh_token", old.Refresh!), ("resource", contestant.Resource));
        return tokens.Refresh is { Length: > 0 } fresh && fresh != old.Refresh
            ? tokens
            : throw new UnfitException("The refresh token was not replaced.");
    }

    public async Task<Tokens> RedeemAsync(string code, string verifier)
    {
        var tokens = await TokensAsync(
            contestant.Agent, isJwt: true,
            ("grant_type", "authorization_code"), ("code", code), ("code_verifier", verifier),
            ("redirect_uri", contestant.Agent.Redirect), ("resource", contestant.Resource));
        return tokens is { Refresh.Length: > 0, Identity.Length: > 0 }
            ? tokens
            : throw new UnfitException("The code bought no refresh token or no ID token.");
    }

    public async Task IntrospectAsync(string token, bool mustBeActive)
    {
        using var answer = await PostAsync(
            contestant.Introspector, contestant.Endpoints.Introspect, ("token", token), ("token_type_hint", "access_token"));
        var json = await JsonAsync(answer, "introspection");
        if (json.GetProperty("active").GetBoolean() != mustBeActive)
        {
            throw new UnfitException($"A token is reported {(mustBeActive ? "in" : "")}active.");
        }
    }

    public async Task RevokeAsync(Tokens tokens)
    {
        using var answer = await PostAsync(
            contestant.Agent, contestant.Endpoints.Revoke, ("token", tokens.Refresh!), ("token_type_hint", "refresh_token"));
        if (!answer.IsSuccessStatusCode)
        {
            throw await UnfitAsync("revocation", answer);
        }
    }

    public async Task MustNotRefreshAsync(Tokens tokens)
    {
        using var answer = await PostAsync(
            contestant.Agent, contestant.Endpoints.Token, ("grant_type", "refresh_token"), ("refresh_token", tokens.Refresh!));
        if ((int)answer.StatusCode != 400)
        {
            throw await UnfitAsync("refreshing with a revoked token", answer);
        }
    }

    public async Task RegisterAsync()
    {
        var asked = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["client_name"] = "An agent",
            ["redirect_uris"] = new[] { "http://127.0.0.1:9/callback" },
            ["token_endpoint_auth_method"] = "none",
            ["grant_types"] = new[] { "authorization_code", "refresh_token" },
            ["response_types"] = new[] { "code" },
        };
        using var answer = await http.PostAsJsonAsync(contestant.Endpoints.Register, asked);
        _ = (await JsonAsync(answer, "registration")).GetProperty("client_id").GetString();
    }

    public async Task ReadMetadataAsync()
    {
        foreach (var (url, mark) in new[] { (contestant.Endpoints.Metadata, "token_endpoint"), (contestant.Endpoints.Keys, "keys") })
        {
            using var answer = await http.GetAsync(url);
            _ = (await JsonAsync(answer, "metadata")).GetProperty(mark);
        }
    }

    /// <summary>The token request of client credentials, sent and left to the caller to judge.</summary>
    public Task<HttpResponseMessage> AskForTokenAsync() => PostAsync(
        contestant.Service, contestant.Endpoints.Token,
        ("grant_type", "client_credentials"), ("scope", "mail.read"), ("resource", contestant.Resource));

    private async Task<Tokens> TokensAsync(Registered client, bool isJwt, params (string, string)[] fields)
    {
        using var answer = await PostAsync(client, contestant.Endpoints.Token, fields);
        var json = await JsonAsync(answer, fields[0].Item2);
        var tokens = new Tokens(json.GetProperty("access_token").GetString()!, Text(json, "refresh_token"), Text(json, "id_token"));
        if (isJwt)
        {
            await VerifyAsync(tokens.Access);
        }
        return tokens;
    }

    /// <summary>Verifying each would measure the generator: the first is, and then one in many.</summary>
    private async Task VerifyAsync(string token)
    {
        if (token.Count(letter => letter == '.') != 2)
        {
            throw new UnfitException("The access token is not a signed JWT.");
        }
        if (_received++ % VerifyOneIn == 0)
        {
            var verdict = await Jwts.ValidateTokenAsync(token, new TokenValidationParameters
            {
                IssuerSigningKeys = contestant.Endpoints.KeySet.GetSigningKeys(),
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
                ValidIssuer = contestant.Endpoints.Issuer,
                ValidAudience = contestant.Resource,
            });
            if (!verdict.IsValid)
            {
                throw new UnfitException($"The access token is not good: {verdict.Exception.Message}");
            }
        }
    }

    private async Task<HttpResponseMessage> PostAsync(Registered client, string url, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        var form = fields.Select(field => KeyValuePair.Create(field.Name, field.Value));
        if (client.Secret is null)
        {
            form = form.Append(KeyValuePair.Create("client_id", client.Id));
        }
        else
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client.Id}:{client.Secret}")));
        }
        request.Content = new FormUrlEncodedContent(form);
        return await http.SendAsync(request);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer, string what)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw await UnfitAsync(what, answer);
        }
        using var json = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync());
        return json.RootElement.Clone();
    }

    private static async Task<UnfitException> UnfitAsync(string what, HttpResponseMessage answer) =>
        new($"{what}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
