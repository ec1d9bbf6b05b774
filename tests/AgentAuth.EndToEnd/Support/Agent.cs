using System.Text.Json;

namespace AgentAuth.EndToEnd.Support;

/// <summary>An agent written by hand: knows a resource, finds everything else through OAuth metadata.</summary>
internal sealed class Agent
{
    public const string ClientId = "demo-native";
    private readonly JsonElement _server;
    private readonly Func<string, string> _reach;

    private Agent(string resource, JsonElement server, Func<string, string> reach)
    {
        Resource = resource;
        _server = server;
        _reach = reach;
    }

    public string Resource { get; }

    public string Issuer => _server.GetProperty("issuer").GetString()!;

    public static Task<Agent> MeetAsync(DemoProcess demo) => MeetAsync(demo.Mail, reach: url => url);

    /// <summary>Talks to one node of an issuer, wherever the metadata points.</summary>
    public static Task<Agent> MeetAtAsync(DemoProcess node, string resource) => MeetAsync(
        resource, url => url.Replace(node.Issuer, node.Url, StringComparison.Ordinal));

    public Ask AskFor(string scope, int port = 1) => new(_reach(Endpoint("authorization_endpoint")), Resource, Issuer, scope, port);

    /// <summary>The whole way: the person allows it, the code buys tokens.</summary>
    public async Task<TokenReply> ConnectAsync(Person person, string scope = "mail.read offline_access")
    {
        var ask = AskFor(scope);
        var code = ask.CodeFrom(await person.AllowAsync(ask.Url));
        var reply = await RedeemAsync(ask, code);
        Assert.Equal(200, reply.Status);
        return reply;
    }

    public Task<TokenReply> RedeemAsync(Ask ask, string code) => TokenAsync(new(StringComparer.Ordinal)
    {
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["redirect_uri"] = ask.RedirectUri,
        ["code_verifier"] = ask.Verifier,
        ["client_id"] = ClientId,
        ["resource"] = Resource,
    });

    public Task<TokenReply> RefreshAsync(string refreshToken) => TokenAsync(new(StringComparer.Ordinal)
    {
        ["grant_type"] = "refresh_token",
        ["refresh_token"] = refreshToken,
        ["client_id"] = ClientId,
        ["resource"] = Resource,
    });

    /// <summary>Gives a refresh token back (RFC 7009).</summary>
    public async Task<int> RevokeAsync(string refreshToken)
    {
        using var answer = await PostAsync("revocation_endpoint", new() { ["token"] = refreshToken, ["client_id"] = ClientId });
        return (int)answer.StatusCode;
    }

    /// <summary>What Demo Mail's or Demo Files' own account is told of a token (RFC 7662).</summary>
    public async Task<bool> IsActiveAsync(string accessToken)
    {
        var account = Resource.Contains("/files/", StringComparison.Ordinal) ? "demo-files-resource" : "demo-resource";
        var reply = await TokenReply.ReadAsync(await PostAsync(
            "introspection_endpoint", new() { ["token"] = accessToken, ["client_id"] = account, ["client_secret"] = $"{account}-secret" }));
        Assert.True(reply.Status == 200, $"Introspection answered {reply.Status}: {reply.Body}");
        return reply.Body.GetProperty("active").GetBoolean();
    }

    public string EndpointOf(string name) => _reach(Endpoint(name));

    private static async Task<Agent> MeetAsync(string resource, Func<string, string> reach)
    {
        var address = new Uri(resource);
        var site = address.GetLeftPart(UriPartial.Authority);
        var about = await ReadAsync($"{site}/.well-known/oauth-protected-resource{address.AbsolutePath}");
        Assert.Equal(resource, about.GetProperty("resource").GetString());
        var issuer = about.GetProperty("authorization_servers")[0].GetString();
        var server = await ReadAsync(reach($"{issuer}/.well-known/oauth-authorization-server"));
        Assert.Equal(issuer, server.GetProperty("issuer").GetString());
        return new Agent(resource, server, reach);
    }

    private static async Task<JsonElement> ReadAsync(string url)
    {
        using var json = JsonDocument.Parse(await Web.Client.GetStringAsync(url, TestContext.Current.CancellationToken));
        return json.RootElement.Clone();
    }

    private string Endpoint(string name) => _server.GetProperty(name).GetString()!;

    private async Task<TokenReply> TokenAsync(Dictionary<string, string> form)
    {
        using var answer = await PostAsync("token_endpoint", form);
        return await TokenReply.ReadAsync(answer);
    }

    private async Task<HttpResponseMessage> PostAsync(string endpoint, Dictionary<string, string> form)
    {
        using var body = new FormUrlEncodedContent(form);
        return await Web.Client.PostAsync(EndpointOf(endpoint), body, TestContext.Current.CancellationToken);
    }
}
