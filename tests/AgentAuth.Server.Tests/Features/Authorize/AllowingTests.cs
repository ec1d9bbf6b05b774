using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>What a yes changes: more is added to the grant there is, less ends it for a smaller one.</summary>
public sealed class AllowingTests
{
    [Fact]
    [Spec("AA-T054")]
    public async Task Who_allows_less_takes_the_rest_out_of_the_tokens_that_are_out_there()
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, mail, alice) = (Agent.Web(server), Agent.MailServer(server), await server.SignedInAsync());
        var before = await agent.TokensFromAsync(alice, "offline_access mail.read mail.send");
        await using var stream = await EventStream.OpenAsync(server);
        await stream.NextAsync("snapshot");

        await alice.OpenAsync(agent.AskFor("mail.read mail.send", ("prompt", "consent")));
        await UntickAsync(alice, "mail.send");
        var after = await agent.RedeemAsync(alice.Answer["code"]);

        Assert.Equal(before.Claims.GetProperty("gid").GetString(), (await stream.NextAsync("revoked")).GetProperty("gid").GetString());
        Assert.False(await mail.SeesAsync(before.AccessToken));
        Assert.Equal("invalid_grant", (await agent.RefreshAsync(before.RefreshToken)).Error);
        Assert.True(await mail.SeesAsync(after.AccessToken));
        Assert.DoesNotContain("mail.send", after.Claims.GetProperty("scope").GetString(), StringComparison.Ordinal);
        var living = await server.LookAsync(db => db.Grants.SingleAsync(g => g.Status == "valid"));
        Assert.Equal(["mail.read", "offline_access"], living.AllowedScopes); // what was not asked this time stays
    }

    [Fact]
    public async Task Who_allows_more_keeps_the_grant_and_its_tokens()
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, mail, alice) = (Agent.Web(server), Agent.MailServer(server), await server.SignedInAsync());
        var before = await agent.TokensFromAsync(alice, "offline_access mail.read");

        var after = await agent.TokensFromAsync(alice, "offline_access mail.send");

        Assert.Equal(before.Claims.GetProperty("gid").GetString(), after.Claims.GetProperty("gid").GetString());
        Assert.True(await mail.SeesAsync(before.AccessToken));
        Assert.Equal(["mail.read", "mail.send", "offline_access"], (await server.LookAsync(db => db.Grants.SingleAsync())).AllowedScopes);
    }

    [Fact]
    [Spec("AA-T120")]
    public async Task As_many_scopes_as_may_be_asked_can_be_allowed()
    {
        const int Most = 50;
        await using var server = await AuthServer.StartAsync();
        var names = Enumerable.Range(0, Most).Select(i => $"calendar.of.somebody.with.a.very.long.name.indeed.{i:00}").ToArray();
        await server.ChangeAsync(async db =>
        {
            var mail = await db.Resources.Include(r => r.Scopes).SingleAsync(r => r.Identifier == AuthServer.Mail);
            db.AddRange(names.Select(n => Scope.Of(mail, n, Risk.See, "Read it")));
            var client = await db.Clients.SingleAsync(c => c.ClientId == "demo-web");
            var more = names.Select(n => Server.Specs.Rfc8707ResourceIndicators.AccessPolicy.Permission(AuthServer.Mail, n));
            client.Permissions = System.Text.Json.JsonSerializer.Serialize(
                System.Text.Json.JsonSerializer.Deserialize<string[]>(client.Permissions!)!.Concat(more));
        });
        var (agent, alice) = (Agent.Web(server), await server.SignedInAsync());

        var tokens = await agent.TokensFromAsync(alice, string.Join(' ', names));

        Assert.Equal(Most, tokens.Claims.GetProperty("scope").GetString()!.Split(' ').Length);
    }

    [Theory]
    [InlineData("resource")]
    [InlineData("scope")]
    [Spec("AA-T054")]
    public async Task A_page_left_open_allows_nothing_that_was_withdrawn_meanwhile(string what)
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, admin) = (await server.SignedInAsync(), await server.SignedInAsync(People.Admin));
        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read"));
        var id = await server.LookAsync(async db => what == "scope"
            ? (await db.Scopes.SingleAsync(s => s.Name == "mail.read")).Id
            : (await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Mail)).Id);

        await admin.OpenAsync($"/admin/end/{what}/{id:D}");
        await admin.PressAsync(what == "scope" ? "Remove this permission" : "Withdraw this resource", ("Reason", "Closed."));
        await alice.PressAsync("Allow");

        Assert.Equal(HttpStatusCode.Gone, alice.Status);
        Assert.Equal(0, await server.LookAsync(db => db.Grants.CountAsync()));
    }

    [Fact]
    [Spec("OpenID Connect Core", "3.1.2.1")]
    public async Task The_question_is_in_the_language_the_request_asks_for()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read", ("ui_locales", "fr zh-HK")));

        Assert.Equal(HttpStatusCode.OK, alice.Status);
        Assert.Equal("zh-HK", alice.Page.DocumentElement.GetAttribute("lang"));
    }

    private static Task UntickAsync(Browser person, string scope)
    {
        person.Page.QuerySelector($"input[value='{scope}']")!.RemoveAttribute("checked");
        return person.PressAsync("Allow");
    }
}
