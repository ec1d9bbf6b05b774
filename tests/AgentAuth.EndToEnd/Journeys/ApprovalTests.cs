using System.Web;
using AgentAuth.EndToEnd.Support;
using AngleSharp.Html.Dom;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentAuth.EndToEnd.Journeys;

/// <summary>An agent on the official C# SDK that may delete messages, each with a yes of its own.</summary>
public sealed class ApprovalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task A_message_is_deleted_only_after_alices_yes()
    {
        await using var demo = await DemoProcess.OnSqliteAsync(); // its messages are deleted
        var (alice, answering) = (Person.Alice(demo), Person.Alice(demo));
        await using var agent = await McpClient.CreateAsync(
            TransportTo(demo, alice), cancellationToken: TestContext.Current.CancellationToken);

        var first = DeleteAsync(agent, "1");
        await AnswerAsync(answering, "Approve", "1");
        var done = await first;
        var second = DeleteAsync(agent, "2");
        await AnswerAsync(answering, "Refuse", "2");
        var refused = await second;
        var again = await DeleteAsync(agent, "2");

        Assert.Equal("Message 1 was deleted.", TextOf(done));
        Assert.Equal((true, "The person did not allow it."), (refused.IsError, TextOf(refused)));
        Assert.Equal((true, "The person did not allow it."), (again.IsError, TextOf(again))); // not asked again so soon
        var left = TextOf(await agent.CallToolAsync("list_messages", cancellationToken: TestContext.Current.CancellationToken));
        Assert.DoesNotContain("Your cake is ready", left, StringComparison.Ordinal);
        Assert.Contains("Platform change", left, StringComparison.Ordinal);
    }

    private static HttpClientTransport TransportTo(DemoProcess demo, Person alice) => new(new HttpClientTransportOptions
    {
        Endpoint = new Uri(demo.Mail),
        TransportMode = HttpTransportMode.StreamableHttp,
        OAuth = new ClientOAuthOptions
        {
            ClientId = Agent.ClientId,
            RedirectUri = new Uri($"http://127.0.0.1:{Machine.FreePort()}/callback"),
            AuthorizationCallbackHandler = async (context, _) =>
            {
                var answer = HttpUtility.ParseQueryString((await alice.AllowAsync(context.AuthorizationUri.AbsoluteUri)).Query);
                return new AuthorizationResult { Code = answer["code"], State = answer["state"], Iss = answer["iss"] };
            },
        },
    });

    private static Task<CallToolResult> DeleteAsync(McpClient agent, string id) => agent.CallToolAsync(
        "delete_message",
        new Dictionary<string, object?>(StringComparer.Ordinal) { ["id"] = id },
        cancellationToken: TestContext.Current.CancellationToken).AsTask();

    private static async Task AnswerAsync(Person person, string button, string id)
    {
        var browser = person.Browser;
        IHtmlAnchorElement? Question() => browser.Page.QuerySelector("main article a.button") as IHtmlAnchorElement;
        await Poll.UntilAsync(
            async () =>
            {
                await person.OpenSignedInAsync("/account/approvals");
                return Question() is not null;
            },
            Patience,
            () => "Nobody was asked.");
        await browser.FollowAsync(Question()!);
        Assert.Contains("delete_message", browser.Page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains(browser.Page.QuerySelectorAll("dd"), value => value.TextContent.Trim() == id);
        await browser.PressAsync(button);
    }

    private static string TextOf(CallToolResult result) =>
        string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
}
