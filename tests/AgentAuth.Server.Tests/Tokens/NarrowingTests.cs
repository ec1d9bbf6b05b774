using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>A person takes a permission back, or pauses: what the agent holds already obeys, everywhere.</summary>
public sealed class NarrowingTests
{
    [Fact]
    [Spec("AA-T054")]
    public async Task A_reduced_grant_shows_at_introspection_in_the_stream_and_at_the_next_refresh()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude, mail) = (server.Browser(), Agent.Native(server), Agent.MailServer(server));
        var tokens = await claude.TokensFromAsync(alice);
        await using var events = await EventStream.OpenAsync(server);
        await events.NextAsync("snapshot");

        await alice.ReduceAsync("openid", "offline_access", "mail.read");

        var said = await events.NextAsync("revoked");
        Assert.Equal(tokens.Claims.GetProperty("gid").GetString(), said.GetProperty("gid").GetString());
        Assert.Equal("mail.read offline_access openid", said.GetProperty("scope").GetString());
        Assert.True(said.GetProperty("exp").GetInt64() >= tokens.Claims.GetProperty("exp").GetInt64());
        var seen = await mail.IntrospectAsync(tokens.AccessToken);
        Assert.True(seen.GetProperty("active").GetBoolean());
        Assert.Equal(["mail.read", "offline_access", "openid"], seen.GetProperty("scope").GetString()!.Split(' ').Order());
        var next = await claude.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(["mail.read", "offline_access", "openid"], next.Claims.GetProperty("scope").GetString()!.Split(' ').Order());
        var grant = await server.LookAsync(db => db.Grants.SingleAsync());
        Assert.Equal("valid", grant.Status);
    }

    [Fact]
    [Spec("AA-T054")]
    [Spec("AA-T058")]
    public async Task A_paused_grant_gives_nothing_and_its_tokens_do_nothing_until_it_is_resumed()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude, mail) = (server.Browser(), Agent.Native(server), Agent.MailServer(server));
        var tokens = await claude.TokensFromAsync(alice);
        await using var events = await EventStream.OpenAsync(server);
        await events.NextAsync("snapshot");

        await alice.OpenAgentAsync();
        await alice.PressAsync("Pause");

        Assert.Equal("", (await events.NextAsync("revoked")).GetProperty("scope").GetString());
        Assert.False(await mail.SeesAsync(tokens.AccessToken));
        Assert.Equal(HttpStatusCode.Unauthorized, (await claude.UserInfoAsync(tokens.AccessToken)).Status);
        var refused = await claude.RefreshAsync(tokens.RefreshToken);
        Assert.Equal((HttpStatusCode.BadRequest, "access_denied"), (refused.Status, refused.Error));
        Assert.Contains("paused", refused.Body, StringComparison.Ordinal);

        await alice.PressAsync("Resume");

        Assert.Equal("mail.read mail.send offline_access openid", (await events.NextAsync("revoked")).GetProperty("scope").GetString());
        Assert.True(await mail.SeesAsync(tokens.AccessToken));
        Assert.True((await claude.RefreshAsync(tokens.RefreshToken)).IsGood); // the refusals used nothing up
    }

    [Fact]
    public async Task Who_begins_to_listen_hears_only_the_newest_word_on_a_grant()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Native(server).TokensFromAsync(alice);
        await alice.OpenAgentAsync();
        await alice.PressAsync("Pause");
        await alice.PressAsync("Resume");
        await alice.PressAsync("Pause");

        await using var events = await EventStream.OpenAsync(server);

        var word = Assert.Single((await events.NextAsync("snapshot")).GetProperty("revoked").EnumerateArray());
        Assert.Equal("", word.GetProperty("scope").GetString());
        Assert.Equal(3, await server.LookAsync(db => db.Revocations.Select(r => r.At).Distinct().CountAsync()));
    }

    [Fact]
    public async Task Another_node_hears_it_and_says_so()
    {
        await using var server = await AuthServer.StartAsync();
        await using var another = server.Another();
        var (alice, claude, mail) = (server.Browser(), Agent.Native(server), Agent.MailServer(another));
        var tokens = await claude.TokensFromAsync(alice);
        Assert.True(await mail.SeesAsync(tokens.AccessToken));
        await using var events = await EventStream.OpenAsync(another);
        await events.NextAsync("snapshot");

        await alice.OpenAgentAsync();
        await alice.PressAsync("Pause");

        Assert.Equal("", (await events.NextAsync("revoked")).GetProperty("scope").GetString());
        Assert.False(await mail.SeesAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task A_code_of_a_paused_grant_buys_nothing_and_the_next_request_is_asked_about()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, web) = (server.Browser(), Agent.Web(server));
        await web.TokensFromAsync(alice);
        var code = await web.CodeFromAsync(alice); // remembered
        await alice.OpenAgentAsync();
        await alice.PressAsync("Pause");

        var refused = await web.RedeemAsync(code);
        await alice.OpenAsync(web.AskFor());

        Assert.Equal("access_denied", refused.Error);
        Assert.Null(alice.Left);
        await alice.PressAsync("Allow");
        var tokens = await web.RedeemAsync(alice.Answer["code"]);
        Assert.True(tokens.IsGood, tokens.Body);
        Assert.True(await Agent.MailServer(server).SeesAsync(tokens.AccessToken)); // the pause is not held against it
        Assert.Null((await server.LookAsync(db => db.Grants.SingleAsync())).PausedAt);
    }

    [Fact]
    public async Task A_code_that_came_while_the_agent_was_paused_is_not_used_up_by_it()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, web) = (server.Browser(), Agent.Web(server));
        await web.TokensFromAsync(alice);
        var code = await web.CodeFromAsync(alice);
        await alice.OpenAgentAsync();
        await alice.PressAsync("Pause");
        Assert.Equal("access_denied", (await web.RedeemAsync(code)).Error);

        await alice.OpenAgentAsync();
        await alice.PressAsync("Resume");

        Assert.True((await web.RedeemAsync(code)).IsGood);
    }

    [Fact]
    public async Task Tokens_of_a_grant_that_was_reduced_and_widened_again_are_good_for_all_of_it()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude, mail) = (server.Browser(), Agent.Native(server), Agent.MailServer(server));
        await claude.TokensFromAsync(alice);
        await alice.ReduceAsync("openid", "offline_access", "mail.read");
        await using var events = await EventStream.OpenAsync(server);
        await events.NextAsync("snapshot");

        var wider = await claude.TokensFromAsync(alice);

        Assert.Equal("mail.read mail.send offline_access openid", (await events.NextAsync("revoked")).GetProperty("scope").GetString());
        var seen = await mail.IntrospectAsync(wider.AccessToken);
        Assert.Contains("mail.send", seen.GetProperty("scope").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_short_path_leaves_what_is_paused_or_reduced_to_the_whole_pipeline()
    {
        await using var pair = await TwoPaths.StartAsync();
        var (alice, claude) = (pair.Short.Browser(), Agent.Native(pair.Short));
        var tokens = await claude.TokensFromAsync(alice);
        Task<TokenAnswer> LookAsync(Agent agent) => agent.PostAsync("/connect/introspect", [("token", tokens.AccessToken)]);
        await pair.SameAsync(LookAsync, Agent.MailServer);
        await alice.ReduceAsync("openid", "offline_access", "mail.read");
        await pair.Short.HearsAsync();

        var reduced = await pair.NotCountedAsync(() => LookAsync(Agent.MailServer(pair.Short)));
        await alice.OpenAgentAsync();
        await alice.PressAsync("Pause");
        var refused = await pair.NotCountedAsync(() => claude.RefreshAsync(tokens.RefreshToken));
        var whole = await Agent.Native(pair.Whole).RefreshAsync(tokens.RefreshToken);

        Assert.DoesNotContain("mail.send", reduced.Body, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, whole.BodyWithoutErrorId), (refused.Status, refused.BodyWithoutErrorId));
        Assert.Equal("access_denied", refused.Error);
    }

    [Fact]
    [Spec("AA-T136")]
    public async Task Each_act_is_noted_for_the_person_and_for_the_audit()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Native(server).TokensFromAsync(alice);

        await alice.ReduceAsync("openid", "offline_access", "mail.read");
        await alice.PressAsync("Pause");
        await alice.PressAsync("Resume");
        await alice.PressAsync("Remove");

        var lines = await server.LookAsync(db => db.Activities
            .Where(a => a.Kind != ActivityKind.Issued).OrderBy(a => a.Id).Select(a => a.Kind).ToListAsync());
        Assert.Equal([ActivityKind.Allowed, ActivityKind.Changed, ActivityKind.Paused, ActivityKind.Resumed, ActivityKind.Ended], lines);
        var acts = await server.LookAsync(db => db.AuditEntries.Where(e => e.Actor == People.Alice).OrderBy(e => e.Id).ToListAsync());
        Assert.Equal(["grant.allow", "grant.reduce", "grant.pause", "grant.resume", "grant.remove"], acts.Select(a => a.Act));
        Assert.Equal("-mail.send", acts[1].Reason);
    }
}
