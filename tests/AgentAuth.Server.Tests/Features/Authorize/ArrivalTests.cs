using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>A link that somebody began at a platform connects the platform, for them, with what who follows it allows.</summary>
public sealed class ArrivalTests
{
    private const string Platform = "https://client.demo.test/";

    [Theory]
    [InlineData("cross-site", "https://evil.test/")]
    [InlineData("cross-site", "https://client.demo.test.evil.test/")]
    [InlineData("cross-site", "http://client.demo.test/")]
    [InlineData("cross-site", null)]
    [InlineData("none", null)]
    [InlineData("same-origin", "http://localhost:5100/sign-in")]
    [InlineData(null, "https://evil.test/")]
    [Spec("AA-T131")]
    public async Task Who_did_not_come_from_the_agents_own_page_is_asked_again_and_warned(string? site, string? from)
    {
        await using var server = await AuthServer.StartAsync();
        var (web, alice) = (Agent.Web(server), server.Browser());
        await web.CodeFromAsync(alice);

        await alice.OpenAsync(web.AskFor(), Says(site, from));

        Assert.Null(alice.Left);
        Assert.Contains("You did not come here from client.demo.test.", alice.Text, StringComparison.Ordinal);
        await alice.PressAsync("Allow");
        Assert.Contains("code", alice.Answer.Keys);
    }

    [Theory]
    [InlineData("cross-site", Platform)]
    [InlineData("cross-site", "https://client.demo.test/settings/connectors")]
    [InlineData(null, null)]
    public async Task Who_came_from_there_or_has_no_browser_is_not(string? site, string? from)
    {
        await using var server = await AuthServer.StartAsync();
        var (web, alice) = (Agent.Web(server), server.Browser());
        await web.CodeFromAsync(alice);

        await alice.OpenAsync(web.AskFor(), Says(site, from));

        Assert.Contains("code", alice.Answer.Keys);
    }

    [Fact]
    [Spec("AA-T131")]
    public async Task Every_question_of_a_proved_agent_says_what_only_the_person_can_know()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor(), Says("cross-site", Platform));
        Assert.Contains("Only continue if you started this yourself at client.demo.test", alice.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("You did not come here", alice.Text, StringComparison.Ordinal);
    }

    private static (string, string)[] Says(string? site, string? from) =>
        [.. new[] { ("Sec-Fetch-Site", site), ("Referer", from) }.Where(h => h.Item2 is not null).Select(h => (h.Item1, h.Item2!))];
}
