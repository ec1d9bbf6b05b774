using System.Web;
using AgentAuth.EndToEnd.Support;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentAuth.EndToEnd.Journeys;

public sealed class CSharpSdkTests(SharedDemo shared)
{
    [Fact]
    public async Task Alice_lets_an_agent_on_the_CSharp_SDK_read_her_mail_and_removes_it()
    {
        var demo = await shared.StartedAsync();
        var alice = Person.Alice(demo);
        await alice.RemoveEveryAgentAsync();
        var questions = 0;
        var pocket = new TokenPocket();

        await using var agent = await McpClient.CreateAsync(
            TransportTo(demo, pocket, ask => ++questions == 1 ? alice.AllowAsync(ask) : Task.FromResult<Uri>(null!)),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Contains("list_messages", await ToolsOfAsync(agent), StringComparer.Ordinal);
        await ReadsMailAsync(agent);

        var before = pocket.Wear();
        await ReadsMailAsync(agent);
        Assert.NotEqual(before, pocket.RefreshToken, StringComparer.Ordinal);
        Assert.Equal(1, questions);

        await alice.PressRemoveAsync(await alice.OnlyRemoveButtonAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => ReadsMailAsync(agent));
        Assert.Equal(2, questions);
    }

    private static HttpClientTransport TransportTo(DemoProcess demo, TokenPocket pocket, Func<string, Task<Uri>> allow) => new(
        new HttpClientTransportOptions
        {
            Endpoint = new Uri(demo.Mail),
            TransportMode = HttpTransportMode.StreamableHttp,
            OAuth = new ClientOAuthOptions
            {
                ClientId = Agent.ClientId,
                RedirectUri = new Uri($"http://127.0.0.1:{Machine.FreePort()}/callback"),
                TokenCache = pocket,
                AuthorizationCallbackHandler = async (context, _) => ResultOf(await allow(context.AuthorizationUri.AbsoluteUri)),
            },
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
