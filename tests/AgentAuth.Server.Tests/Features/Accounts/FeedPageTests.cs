using System.Net;
using AgentAuth.Server.Features.Accounts;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Accounts;

/// <summary>People read what was done in their name, in plain words.</summary>
public sealed class FeedPageTests
{
    private const string AgentsUrl = "/account/agents";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory]
    [InlineData("en", "Read your messages: 14 calls", "from 203.0.113.7", "Refused 2 times: it lacks “Delete your messages for good”",
        "It renewed its access")]
    [InlineData("zh-HK", "：14 次", "來自 203.0.113.7", "被拒絕 2 次：它沒有「", "它更新了存取權")]
    public async Task An_agents_page_says_what_it_did(string language, params string[] words)
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, gid) = await AllowedAsync(server);
        var last = server.Clock.GetUtcNow().ToUnixTimeSeconds();
        await server.IsToldAsync(
            new { gid, scope = "mail.read", tool = "list_messages", calls = 14, address = "203.0.113.7", last },
            new { gid, scope = "mail.delete", tool = "delete_message", refused = 2, error = "insufficient_scope", last });
        await server.FeedAsync(ActivityKind.Issued, lines => lines.Count == 1);

        await alice.OpenAsync($"{AgentsUrl}/{gid}", ("Accept-Language", language));

        var shown = Squeezed(alice.Page.QuerySelector("#activity")!.TextContent);
        Assert.All(words, w => Assert.Contains(w, shown, StringComparison.Ordinal));
        Assert.Contains("list_messages", shown, StringComparison.Ordinal);
        await alice.OpenAsync($"{AgentsUrl}/{gid}/activity", ("Accept-Language", language));
        Assert.All(words, w => Assert.Contains(w, Squeezed(alice.Text), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_kind_of_line_has_words_in_both_languages()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, gid) = await AllowedAsync(server);
        var grant = await server.LookAsync(db => db.Grants.SingleAsync());
        var at = server.Clock.GetUtcNow();
        string?[] whats =
            [null, "insufficient_scope", "invalid_token", "budget_exhausted", "approval_denied", "-", "grant.live", "client.secret"];
        var lines = Enum.GetValues<ActivityKind>().SelectMany(kind => whats.SelectMany(what => new[] { 1, 3 }
            .Select(count => new Activity
            {
                GrantId = grant.Id,
                AccountId = grant.AccountId,
                Kind = kind,
                What = what,
                Count = count,
                At = at,
                LastAt = at,
            }))).ToList();
        await server.ChangeAsync(db => db.AddRangeAsync(lines));

        foreach (var language in new[] { "en", "zh-HK" })
        {
            var shown = new List<string>();
            for (var next = $"{AgentsUrl}/{gid}/activity"; next is not null; next = Next(alice))
            {
                await alice.OpenAsync(next, ("Accept-Language", language));
                shown.AddRange(alice.Page.QuerySelectorAll(".feed__what").Select(l => Squeezed(l.TextContent)));
            }

            Assert.True(shown.Count >= lines.Count, $"{shown.Count}");
            Assert.DoesNotContain(shown, s => s.Length < 3 || s.Contains("{0}", StringComparison.Ordinal));
            Assert.DoesNotContain(shown, s => language == "zh-HK" && s.Contains("access", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_long_feed_and_a_thousand_agents_take_as_many_statements_as_one_of_each()
    {
        const int many = 100_000;
        const int agents = 1_000;
        using var statements = new Statements();
        await using var server = await AuthServer.StartAsync(statements.Attach);
        var (alice, gid) = await AllowedAsync(server);
        await server.FeedAsync(ActivityKind.Issued, lines => lines.Count == 1);
        string[] urls = [$"{AgentsUrl}/{gid}", $"{AgentsUrl}/{gid}/activity", AgentsUrl];
        await OpenAllAsync(alice, urls);
        var few = await LeastAsync(statements, () => OpenAllAsync(alice, urls));

        await FeedFill.RunAsync(server, Guid.Parse(gid), many);
        await FeedFill.GrantsAsync(server, agents);
        var lots = await LeastAsync(statements, () => OpenAllAsync(alice, urls));
        await alice.OpenAsync(urls[1]);
        var times = new List<string>();
        for (var page = 0; page < 4; page++)
        {
            times.AddRange(alice.Page.QuerySelectorAll(".feed__line time").Select(t => t.GetAttribute("datetime")!));
            await alice.OpenAsync(Next(alice)!);
        }

        Assert.Equal(few, lots);
        Assert.Equal(4 * AgentFeed.PageSize, times.Count);
        Assert.Equal(times.OrderDescending(StringComparer.Ordinal), times);
        var plan = await FeedFill.PlanAsync(server, Guid.Parse(gid));
        Assert.Contains("IX_Activities_", plan, StringComparison.Ordinal); // PostgreSQL takes that of the time where all is one agent's
        Assert.DoesNotMatch("Seq Scan|TEMP B-TREE FOR ORDER BY|-> *Sort", plan);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("1.x")]
    [InlineData("99999999999999999999.0123456789abcdef0123456789abcdef")]
    [InlineData("9223372036854775807.0123456789abcdef0123456789abcdef")]
    public async Task A_place_that_is_none_is_the_beginning(string before)
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, gid) = await AllowedAsync(server);
        await server.FeedAsync(ActivityKind.Issued, lines => lines.Count == 1);

        await alice.OpenAsync($"{AgentsUrl}/{gid}/activity?before={before}");

        Assert.Equal(HttpStatusCode.OK, alice.Status);
        Assert.NotEmpty(alice.Page.QuerySelectorAll(".feed__line"));
    }

    [Fact]
    [Spec("AA-T059")]
    public async Task Another_persons_feed_looks_like_none()
    {
        await using var server = await AuthServer.StartAsync();
        var (_, gid) = await AllowedAsync(server);
        var bob = await server.SignedInAsync(People.Bob);

        await bob.OpenAsync($"{AgentsUrl}/{gid}/activity");
        Assert.Equal(HttpStatusCode.NotFound, bob.Status);
        await bob.OpenAsync($"{AgentsUrl}/{Guid.CreateVersion7()}/activity");
        Assert.Equal(HttpStatusCode.NotFound, bob.Status);
    }

    [Fact]
    public async Task A_permission_nobody_used_for_thirty_days_is_offered_for_removal_where_the_resource_tells()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, gid) = await AllowedAsync(server);
        await EndsLateAsync(server);
        server.Clock.Advance(31 * Day);
        alice = await server.SignedInAsync();
        await alice.OpenAsync($"{AgentsUrl}/{gid}");
        Assert.Empty(Suggestions(alice)); // this resource tells nothing: nothing is known to be unused

        await server.IsToldAsync(new { gid, scope = "mail.read", calls = 1, last = server.Clock.GetUtcNow().ToUnixTimeSeconds() });
        await alice.OpenAsync($"{AgentsUrl}/{gid}");

        var form = Assert.Single(Suggestions(alice));
        Assert.Contains("Send messages in your name", form.ParentElement!.TextContent, StringComparison.Ordinal);
        Assert.EndsWith($"{AgentsUrl}/{gid}?handler=Reduce", form.GetAttribute("action"), StringComparison.Ordinal);
        var left = form.QuerySelectorAll("input[name=scope]").Select(i => i.GetAttribute("value")!);
        Assert.Equal(["mail.read", "offline_access", "openid"], left.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_agent_nobody_used_for_ninety_days_is_offered_for_removal()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, gid) = await AllowedAsync(server);
        await EndsLateAsync(server);
        server.Clock.Advance(89 * Day);
        alice = await server.SignedInAsync();
        await alice.OpenAsync(AgentsUrl);
        Assert.Null(alice.Page.QuerySelector("#unused"));
        server.Clock.Advance(2 * Day);
        alice = await server.SignedInAsync();
        await Agent.Native(server).CodeFromAsync(alice); // this one is new

        await alice.OpenAsync(AgentsUrl);
        var offered = alice.Page.QuerySelectorAll("[aria-labelledby=unused] li");
        Assert.Contains("Demo web agent", Assert.Single(offered).TextContent, StringComparison.Ordinal);
        await alice.SubmitAsync((AngleSharp.Html.Dom.IHtmlFormElement)offered[0].QuerySelector("form")!, pressed: null);

        Assert.Contains("Removed.", alice.Text, StringComparison.Ordinal);
        Assert.NotNull((await server.LookAsync(db => db.Grants.SingleAsync(g => g.Id == Guid.Parse(gid)))).EndedAt);
    }

    private static async Task<(Browser Alice, string Gid)> AllowedAsync(AuthServer server)
    {
        var alice = server.Browser();
        return (alice, Reporting.GrantOf(await Agent.Web(server).TokensFromAsync(alice)));
    }

    /// <summary>What the person chooses on the consent page is not what is tested here.</summary>
    private static Task EndsLateAsync(AuthServer server) => server.LookAsync(
        db => db.Grants.ExecuteUpdateAsync(g => g.SetProperty(x => x.EndsAt, Grant.Unending)));

    private static async Task OpenAllAsync(Browser person, string[] urls)
    {
        foreach (var url in urls)
        {
            await person.OpenAsync(url);
            Assert.Equal(HttpStatusCode.OK, person.Status);
        }
    }

    /// <summary>Of three times: chores send statements too, now and then.</summary>
    private static async Task<int> LeastAsync(Statements statements, Func<Task> act)
    {
        var counts = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            counts.Add(await statements.OfAsync(act));
        }
        return counts.Min();
    }

    private static List<AngleSharp.Dom.IElement> Suggestions(Browser person) =>
        [.. person.Page.QuerySelectorAll("form[action*='handler=Reduce']").Where(f => f.ClassList.Contains("feed__act"))];

    private static string? Next(Browser person) => person.Page.QuerySelector("a[rel=next]")?.GetAttribute("href");

    private static string Squeezed(string text) => string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
}
