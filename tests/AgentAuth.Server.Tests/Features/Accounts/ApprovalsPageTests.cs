using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Accounts;

/// <summary>Where a person says yes or no to one action.</summary>
public sealed class ApprovalsPageTests
{
    private const string Details = """
        [{"type":"agentauth_action","tool":"delete_message","action":"Deletes a message for good.",
          "arguments":{"id":"<script>alert(1)</script>","note":"a\nb\u202e","count":[1,2]}}]
        """;

    [Fact]
    public async Task The_action_stands_there_in_structured_words_and_nothing_the_agent_wrote_is_markup()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await AskedAsync(server);
        Assert.Contains("1", alice.Page.QuerySelector("header .badge")!.TextContent, StringComparison.Ordinal);

        await alice.OpenAsync(alice.Page.QuerySelector("main article a.button")!.GetAttribute("href")!);

        Assert.Equal("Allow this once?", alice.Page.QuerySelector("h1")!.TextContent);
        Assert.Contains("Deletes a message for good.", alice.Text, StringComparison.Ordinal);
        Assert.Contains("Demo desktop agent", alice.Text, StringComparison.Ordinal);
        Assert.Contains("Demo Mail", alice.Text, StringComparison.Ordinal);
        Assert.Contains("<script>alert(1)</script>", alice.Text, StringComparison.Ordinal);
        Assert.Contains("a ↵ b\uFFFD", alice.Text, StringComparison.Ordinal);
        Assert.Contains("[1,2]", alice.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(alice.Page.QuerySelectorAll("script"), s => s.TextContent.Contains("alert", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_name_is_shown_whole()
    {
        await using var server = await AuthServer.StartAsync();
        var name = new string('n', 1_000) + "-end";
        var alice = await AskedAsync(
            server, $$$"""[{"type":"agentauth_action","tool":"delete_message","arguments":{"{{{name}}}":"1"}}]""");

        await alice.OpenAsync(alice.Page.QuerySelector("main article a.button")!.GetAttribute("href")!);

        Assert.Contains(name, alice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_is_given_once_and_written_down()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await AskedAsync(server);
        await alice.OpenAsync(alice.Page.QuerySelector("main article a.button")!.GetAttribute("href")!);
        var twice = alice.Copy();
        await twice.OpenAsync(alice.Url);

        await alice.PressAsync("Approve");
        await twice.PressAsync("Refuse");

        Assert.Contains("You said yes to it", alice.Text, StringComparison.Ordinal);
        Assert.Contains("Nothing waits", alice.Text, StringComparison.Ordinal);
        Assert.Null(alice.Page.QuerySelector("header .badge"));
        Assert.Equal(HttpStatusCode.Gone, twice.Status);
        Assert.Equal(Decision.Allowed, await server.LookAsync(db => db.Approvals.Select(a => a.Decision).SingleAsync()));
        var kinds = await server.LookAsync(db => db.Activities
            .Where(a => a.What == "delete_message").OrderBy(a => a.Id).Select(a => a.Kind).ToListAsync());
        Assert.Equal([ActivityKind.ApprovalAsked, ActivityKind.ApprovalGiven], kinds);
        Assert.Equal("delete_message", await server.LookAsync(
            db => db.AuditEntries.Where(a => a.Act == "action.approve").Select(a => a.Reason).SingleAsync()));
    }

    [Fact]
    public async Task Nobody_sees_or_answers_what_somebody_else_is_asked()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await AskedAsync(server);
        var page = alice.Page.QuerySelector("main article a.button")!.GetAttribute("href")!;
        await alice.OpenAsync(page);
        var bob = await server.SignedInAsync(People.Bob);

        await bob.OpenAsync("/account/approvals");
        Assert.Contains("Nothing waits", bob.Text, StringComparison.Ordinal);
        await bob.OpenAsync(page);
        Assert.Equal(HttpStatusCode.Gone, bob.Status);
        await bob.SendAsync(HttpMethod.Post, page + "?handler=Approve", []);
        Assert.Equal(HttpStatusCode.BadRequest, bob.Status);
        var stranger = server.Browser();
        await stranger.SendAsync(HttpMethod.Get, page);
        Assert.Equal(HttpStatusCode.Found, stranger.Status);
        Assert.Equal(Decision.Pending, await server.LookAsync(db => db.Approvals.Select(a => a.Decision).SingleAsync()));
    }

    [Theory]
    [InlineData("Pause")]
    [InlineData("Remove")]
    public async Task What_a_paused_or_removed_agent_asked_is_not_asked_any_more(string act)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await AskedAsync(server);
        var page = alice.Page.QuerySelector("main article a.button")!.GetAttribute("href")!;
        var there = await alice.Copy().OpenAsync(page);
        await alice.OpenAgentAsync();
        await alice.PressAsync(act);

        await alice.OpenAsync("/account/approvals");
        await there.PressAsync("Approve");

        Assert.Contains("Nothing waits", alice.Text, StringComparison.Ordinal);
        Assert.Null(alice.Page.QuerySelector("header .badge"));
        Assert.Equal(HttpStatusCode.Gone, there.Status);
        Assert.Contains("This is not asked any more", there.Text, StringComparison.Ordinal);
        Assert.Equal(Decision.Pending, await server.LookAsync(db => db.Approvals.Select(a => a.Decision).SingleAsync()));
    }

    [Fact]
    public async Task No_stands_before_yes_weighs_as_much_and_yes_settles_first()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await AskedAsync(server);

        await alice.OpenAsync(alice.Page.QuerySelector("main article a.button")!.GetAttribute("href")!);

        var buttons = alice.Page.QuerySelectorAll("main form button");
        Assert.Equal(["Refuse", "Approve once"], buttons.Select(b => b.TextContent));
        Assert.Equal(buttons[0].ClassName, buttons[1].ClassName);
        Assert.True(buttons[1].HasAttribute("data-settle"));
        Assert.StartsWith("/js/settle.js?v=", alice.Page.QuerySelector("script[src]")!.GetAttribute("src"), StringComparison.Ordinal);
        Assert.Contains("script-src 'self'", string.Join(' ', alice.Response.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_there_in_chinese_too()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await AskedAsync(server);

        await alice.OpenAsync("/account/approvals", ("Accept-Language", "zh-HK"));

        Assert.Contains("批准", alice.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Demo desktop agent 想在 Demo Mail 做這件事", alice.Text, StringComparison.Ordinal);
    }

    private static async Task<Browser> AskedAsync(AuthServer server, string details = Details)
    {
        var alice = server.Browser();
        var tokens = await Agent.Native(server).TokensFromAsync(alice, "offline_access mail.read mail.delete");
        await server.LimitAsync(Limiting.AskFirst);
        await server.AskedAsync(tokens.AccessToken, ("authorization_details", details));
        return await alice.OpenAsync("/account/approvals");
    }
}
