using System.Net;
using System.Net.Http.Json;
using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Journeys;

/// <summary>What an agent does at the real sample server stands a moment later on the page of the person it acts for.</summary>
public sealed class FeedTests(SharedDemo shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Alice_reads_what_the_agent_did_and_what_it_was_refused()
    {
        var demo = await shared.StartedAsync();
        var alice = Person.Alice(demo);
        await alice.RemoveEveryAgentAsync();
        var agent = await Agent.MeetAsync(demo);
        var mailbox = new Mailbox(demo.Mail, (await agent.ConnectAsync(alice)).AccessToken);

        await mailbox.CallAsync("list_messages");
        await mailbox.CallAsync("list_messages");
        Assert.Equal(HttpStatusCode.Forbidden, await mailbox.TryAsync("delete_message"));

        var page = await AgentsOwnPageAsync(alice);
        var shown = "";
        await Poll.UntilAsync(
            async () =>
            {
                await alice.OpenSignedInAsync(page);
                shown = string.Join(' ', alice.Browser.Page.QuerySelector("#activity")!.TextContent.Split(
                    default(char[]), StringSplitOptions.RemoveEmptyEntries));
                return shown.Contains("Read your messages: 2 calls list_messages, from 127.0.0.1", StringComparison.Ordinal)
                    || shown.Contains("Read your messages: 2 calls list_messages, from ::1", StringComparison.Ordinal);
            },
            Patience,
            () => $"Alice's page says: {shown}");
        Assert.Contains("Refused: it lacks “Delete your messages for good” delete_message", shown, StringComparison.Ordinal);
        Assert.Contains("It renewed its access", shown, StringComparison.Ordinal);
        Assert.Contains("2 calls, last", shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, HttpStatusCode.NoContent)]
    [InlineData(300, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_report_may_be_as_large_as_is_written(int kilobytes, HttpStatusCode answer)
    {
        var demo = await shared.StartedAsync();
        var tool = new string('t', (kilobytes * 1024 / 400) - 100);
        var uses = Enumerable.Range(0, 400).Select(_ => new { gid = Guid.CreateVersion7(), scope = "mail.read", tool, calls = 1 });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{demo.Issuer}/connect/usage")
        {
            Content = JsonContent.Create(new { id = Guid.CreateVersion7().ToString("N"), resource = demo.Mail, uses }),
        };
        var account = Convert.ToBase64String("demo-resource:demo-resource-secret"u8);
        request.Headers.Authorization = new("Basic", account);

        using var response = await Web.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(answer, response.StatusCode);
    }

    private static async Task<string> AgentsOwnPageAsync(Person alice)
    {
        await alice.OpenAgentsAsync();
        var link = alice.Browser.Page.QuerySelector("a[href*='/account/agents/']") ?? throw alice.Browser.Missing("link to the agent");
        return link.GetAttribute("href")!;
    }
}
