using AgentAuth.Server.Tests.Support;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>A tool said <c>insufficient_scope</c>, and the client asks again for what it has and what it lacks.</summary>
public sealed class StepUpTests
{
    private const string First = "openid offline_access mail.read";
    private const string Union = "openid offline_access mail.read mail.send";

    [Fact]
    [Spec("AA-T101")]
    [Spec("AA-T066")]
    public async Task Only_what_is_new_needs_a_yes_and_the_grant_stays_the_same()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, web, mail) = (server.Browser(), Agent.Web(server), Agent.MailServer(server));
        var before = await web.TokensFromAsync(alice, First);

        await alice.OpenAsync(web.AskFor(Union));
        Assert.Null(alice.Left);
        await alice.PressAsync("Allow", [("scope", "mail.read"), ("scope", "mail.send"), ("scope", "openid"), ("scope", "offline_access")]);
        var after = await web.RedeemAsync(alice.Answer["code"]);

        Assert.Equal(before.Claims.GetProperty("gid").GetString(), after.Claims.GetProperty("gid").GetString());
        Assert.Contains("mail.send", after.Claims.GetProperty("scope").GetString(), StringComparison.Ordinal);
        Assert.True(await mail.SeesAsync(before.AccessToken));
        Assert.True((await web.RefreshAsync(before.RefreshToken)).IsGood);
        await alice.OpenAsync(web.AskFor(Union));
        Assert.NotNull(alice.Left); // asked once
    }

    [Fact]
    [Spec("AA-T101")]
    public async Task A_no_keeps_the_old_grant_and_all_it_gave()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, web, mail) = (server.Browser(), Agent.Web(server), Agent.MailServer(server));
        var before = await web.TokensFromAsync(alice, First);
        var grant = await server.LookAsync(db => db.Grants.SingleAsync());

        await alice.OpenAsync(web.AskFor(Union));
        await alice.PressAsync("Cancel");

        Assert.Equal("access_denied", alice.Answer["error"]);
        Assert.True(await mail.SeesAsync(before.AccessToken));
        var next = await web.RefreshAsync(before.RefreshToken);
        Assert.Equal(before.Claims.GetProperty("scope").GetString(), next.Claims.GetProperty("scope").GetString());
        var now = await server.LookAsync(db => db.Grants.SingleAsync());
        Assert.Equal((grant.Status, grant.Scopes, grant.EndsAt), (now.Status, now.Scopes, now.EndsAt));
        Assert.Equal(0, await server.LookAsync(db => db.Revocations.CountAsync()));
    }

    [Fact]
    [Spec("AA-T101")]
    public async Task Allowing_without_the_new_part_keeps_the_old_grant_too()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, web, mail) = (server.Browser(), Agent.Web(server), Agent.MailServer(server));
        var before = await web.TokensFromAsync(alice, First);

        await alice.OpenAsync(web.AskFor(Union));
        foreach (var box in alice.Page.QuerySelectorAll("input[name=scope][value='mail.send']").OfType<IHtmlInputElement>())
        {
            box.IsChecked = false;
        }
        await alice.PressAsync("Allow");
        var after = await web.RedeemAsync(alice.Answer["code"]);

        Assert.Equal(before.Claims.GetProperty("gid").GetString(), after.Claims.GetProperty("gid").GetString());
        Assert.DoesNotContain("mail.send", after.Claims.GetProperty("scope").GetString(), StringComparison.Ordinal);
        Assert.True(await mail.SeesAsync(before.AccessToken));
    }

    [Fact]
    [Spec("AA-T101")]
    public async Task Asking_only_for_what_is_lacking_gives_a_token_for_that_and_keeps_the_rest()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, web) = (server.Browser(), Agent.Web(server));
        var before = await web.TokensFromAsync(alice, First);

        await web.TokensFromAsync(alice, "offline_access mail.send");

        Assert.True((await web.RefreshAsync(before.RefreshToken)).IsGood);
        Assert.Equal(Union.Split(' ').Order(), (await server.LookAsync(db => db.Grants.SingleAsync())).AllowedScopes.Order());
    }
}
