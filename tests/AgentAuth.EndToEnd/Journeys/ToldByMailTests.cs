using AgentAuth.EndToEnd.Support;
using AngleSharp.Dom;

namespace AgentAuth.EndToEnd.Journeys;

/// <summary>What alice is told by e-mail, as whoever tries the demo finds it: in its mailbox page.</summary>
public sealed class ToldByMailTests(SharedDemo shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Alice_finds_in_her_mailbox_who_may_act_for_her_and_a_link_that_ends_it_without_signing_in()
    {
        var demo = await shared.StartedAsync();
        var alice = Person.Alice(demo);
        await alice.RemoveEveryAgentAsync();
        var agent = await Agent.MeetAsync(demo);
        var tokens = await agent.ConnectAsync(alice);
        var mailbox = new FormBrowser(demo.McpUrl);
        await alice.OpenAgentsAsync();
        var details = alice.Browser.Page.QuerySelectorAll("a").First(a => a.TextContent.Trim() == "Details").GetAttribute("href")!;

        await Poll.UntilAsync(async () => await LetterAsync(mailbox, details) is not null, Patience, () => "No e-mail about it came.");
        var letter = (await LetterAsync(mailbox, details))!;
        Assert.Contains("alice@demo.test", letter.TextContent, StringComparison.Ordinal);
        Assert.Contains("Read your messages", letter.TextContent, StringComparison.Ordinal);
        await mailbox.FollowAsync(letter.QuerySelectorAll("a").First(a => a.TextContent == "This was not me: remove and report"));
        Assert.Equal(demo.Issuer, mailbox.Address.GetLeftPart(UriPartial.Authority));
        Assert.True(await agent.IsActiveAsync(tokens.AccessToken));
        await mailbox.PressAsync("Remove and report");

        Assert.Equal(200, mailbox.Status);
        await new Mailbox(demo.Mail, tokens.AccessToken).IsRefusedAsync(within: TimeSpan.FromSeconds(1));
        Assert.Equal(0, await alice.CountAgentsAsync());
    }

    [Fact]
    public async Task Where_no_mail_server_is_named_the_library_for_one_is_not_in_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells which files a process has in memory.");
        var demo = await shared.StartedAsync();

        var inMemory = await File.ReadAllTextAsync($"/proc/{demo.ProcessId}/maps", TestContext.Current.CancellationToken);

        Assert.Contains("AgentAuth.Server.dll", inMemory, StringComparison.Ordinal);
        Assert.DoesNotContain("MailKit.dll", inMemory, StringComparison.Ordinal);
        Assert.DoesNotContain("MimeKit.dll", inMemory, StringComparison.Ordinal);
    }

    /// <summary>The e-mail that leads to this agent's page, which names the grant.</summary>
    private static async Task<IElement?> LetterAsync(FormBrowser mailbox, string details)
    {
        await mailbox.OpenAsync("/mailbox");
        Assert.Equal(200, mailbox.Status);
        return mailbox.Page.QuerySelectorAll("article").FirstOrDefault(
            a => a.QuerySelectorAll("a").Any(link => link.GetAttribute("href")!.EndsWith(details, StringComparison.Ordinal)));
    }
}
