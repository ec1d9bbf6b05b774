using System.Buffers.Text;
using System.Text.Json;
using System.Web;
using AgentAuth.EndToEnd.Support;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentAuth.EndToEnd.Journeys;

/// <summary>An agent on the official C# SDK, told an MCP server's address, and nothing of us.</summary>
public sealed class CSharpSdkTests(SharedDemo shared)
{
    [Theory]
    [InlineData("describes itself")]
    [InlineData("registers")]
    [InlineData("known")]
    public async Task Alice_lets_an_agent_on_the_CSharp_SDK_read_her_mail_and_removes_it(string introduction)
    {
        var demo = await shared.StartedAsync();
        var alice = Person.Alice(demo);
        await alice.RemoveEveryAgentAsync();
        var questions = 0;
        var pocket = new TokenPocket();
        await using var maker = await ClientMaker.StartAsync();
        var options = Introduced(introduction, maker.PublishNativeApp("agent.json", "End-to-end on the C# SDK"));
        options.TokenCache = pocket;
        options.AuthorizationCallbackHandler = async (context, _) => ResultOf(
            ++questions == 1 ? await alice.AllowAsync(context.AuthorizationUri.AbsoluteUri) : null);

        await using var agent = await McpClient.CreateAsync(
            TransportTo(demo, options),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("list_messages", await ToolsOfAsync(agent), StringComparer.Ordinal);
        await ReadsMailAsync(agent);
        Assert.Equal(introduction, Introduction.Of(pocket.ClientId, maker.AddressOf("agent.json")));

        var before = pocket.Wear();
        await ReadsMailAsync(agent);
        Assert.NotEqual(before, pocket.RefreshToken, StringComparer.Ordinal);
        Assert.Equal(1, questions);

        await alice.PressRemoveAsync(await alice.OnlyRemoveButtonAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => ReadsMailAsync(agent));
        Assert.Equal(2, questions);
    }

    private static ClientOAuthOptions Introduced(string introduction, string document) => new()
    {
        ClientId = introduction == "known" ? Agent.ClientId : null,
        ClientMetadataDocumentUri = introduction == "describes itself" ? new Uri(document) : null,
        RedirectUri = new Uri($"http://127.0.0.1:{Machine.FreePort()}/callback"),
    };

    private static HttpClientTransport TransportTo(DemoProcess demo, ClientOAuthOptions options) => new(
        new HttpClientTransportOptions
        {
            Endpoint = new Uri(demo.Mail),
            TransportMode = HttpTransportMode.StreamableHttp,
            OAuth = options,
        });

    private static AuthorizationResult ResultOf(Uri? landing)
    {
        var answer = HttpUtility.ParseQueryString(landing?.Query ?? string.Empty);
        return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
    }

    private static async Task<IEnumerable<string>> ToolsOfAsync(McpClient agent) =>
        (await agent.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Select(tool => tool.Name);

    private static async Task ReadsMailAsync(McpClient agent)
    {
        var answer = await agent.CallToolAsync("list_messages", cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEqual(true, answer.IsError);
        Assert.NotEmpty(Assert.IsType<TextContentBlock>(answer.Content[0]).Text);
    }

    /// <summary>Where the SDK keeps its tokens, and where a test can wear the access token out.</summary>
    private sealed class TokenPocket : ITokenCache
    {
        private TokenContainer? _tokens;

        public string? RefreshToken => _tokens?.RefreshToken;

        /// <summary>Whose access token it is.</summary>
        public string ClientId => JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(_tokens!.AccessToken!.Split('.')[1]))
            .GetProperty("client_id").GetString()!;

        public string Wear()
        {
            Assert.NotNull(_tokens?.RefreshToken);
            _tokens.AccessToken = "worn-out";
            return _tokens.RefreshToken;
        }

        public ValueTask StoreTokensAsync(TokenContainer tokens, CancellationToken cancellationToken)
        {
            _tokens = tokens;
            return ValueTask.CompletedTask;
        }

        public ValueTask<TokenContainer?> GetTokensAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_tokens);
    }
}
