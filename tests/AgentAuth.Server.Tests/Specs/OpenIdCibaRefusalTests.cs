using System.Net;
using System.Text.Json;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using static AgentAuth.Server.Tests.Specs.OpenIdCibaTests;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>Who may ask about one action, and what a question must say.</summary>
public sealed class OpenIdCibaRefusalTests
{
    [Theory]
    [InlineData("scope", null, "invalid_scope")]
    [InlineData("scope", "mail.delete", "invalid_scope")]
    [InlineData("login_hint_token", null, "unknown_user_id")]
    [InlineData("login_hint_token", "x.y.z", "unknown_user_id")]
    [InlineData("login_hint", "alice@demo.test", "invalid_request")]
    [InlineData("id_token_hint", "x", "invalid_request")]
    [InlineData("user_code", "1234", "invalid_request")]
    [InlineData("binding_message", "turned \u202E round", "invalid_binding_message")]
    [InlineData("requested_expiry", "0", "invalid_request")]
    [InlineData("requested_expiry", "-5", "invalid_request")]
    [InlineData("requested_expiry", "soon", "invalid_request")]
    [InlineData("authorization_details", null, "invalid_authorization_details")]
    [InlineData("authorization_details", "[]", "invalid_authorization_details")]
    [InlineData("authorization_details", "{}", "invalid_authorization_details")]
    [InlineData("authorization_details", "[{", "invalid_authorization_details")]
    [InlineData("authorization_details", """[{"type":"agentauth_limits","tool":"x"}]""", "invalid_authorization_details")]
    [InlineData("authorization_details", """[{"type":"agentauth_action"}]""", "invalid_authorization_details")]
    [InlineData("authorization_details", """[{"type":"agentauth_action","tool":"x","more":1}]""", "invalid_authorization_details")]
    [InlineData("authorization_details", """[{"type":"agentauth_action","tool":"x","arguments":[]}]""", "invalid_authorization_details")]
    [InlineData("authorization_details", """[{"type":"agentauth_action","tool":"x","tool":"y"}]""", "invalid_authorization_details")]
    [InlineData("authorization_details", """[{"type":"agentauth_action","tool":"\ud800"}]""", "invalid_authorization_details")]
    [InlineData("authorization_details", """[{"type":"agentauth_action","tool":"x\u0000"}]""", "invalid_authorization_details")]
    [Spec("OpenID CIBA Core", "13")]
    [Spec("RFC 9396", "5")]
    public async Task What_is_wrong_with_a_question_is_said(string name, string? value, string error)
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, _) = await AskingAsync(server);

        var answer = await server.AskAsync(agents.AccessToken, (name, value));

        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer.Error));
        Assert.True(answer.Has("error_id"));
        Assert.False(await server.LookAsync(db => db.Approvals.AnyAsync()));
    }

    [Theory]
    [InlineData("demo-resource:wrong", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData("demo-native:", HttpStatusCode.Unauthorized, "invalid_client")]
    [InlineData("demo-web:demo-web-secret", HttpStatusCode.BadRequest, "unknown_user_id")]
    [InlineData("demo-files-resource:demo-files-resource-secret", HttpStatusCode.BadRequest, "unknown_user_id")]
    [Spec("OpenID CIBA Core", "13")]
    public async Task Only_the_resource_the_agent_called_asks(string account, HttpStatusCode status, string error)
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, _) = await AskingAsync(server);

        var answer = await Deciding.PostAsync(
            server, "/connect/backchannel",
            [("scope", "openid"), ("login_hint_token", agents.AccessToken), ("authorization_details", Deciding.Delete1)], [],
            Deciding.Account(account));

        Assert.Equal((status, error), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("demo-resource:wrong", "invalid_client")]
    [InlineData("demo-files-resource:demo-files-resource-secret", "invalid_grant")]
    [InlineData("demo-web:demo-web-secret", "invalid_grant")]
    [Spec("OpenID CIBA Core", "11")]
    public async Task Nobody_elses_account_fetches_the_answer(string account, string error)
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, alice) = await AskingAsync(server);
        var id = await server.AskedAsync(agents.AccessToken);
        await alice.AnswerAsync("Approve");

        Assert.Equal(error, (await server.PollAsync(id, account)).Error);
        Assert.Equal("invalid_grant", (await server.PollAsync("nothing")).Error);
        Assert.True((await server.PollAsync(id)).IsGood);
    }

    [Fact]
    public async Task A_dead_token_asks_nobody_and_a_grant_that_ended_gives_no_answer()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, alice) = await AskingAsync(server);
        var id = await server.AskedAsync(agents.AccessToken);
        await alice.AnswerAsync("Approve");

        await Agent.Native(server).RevokeAsync(agents.RefreshToken);

        Assert.Equal("access_denied", (await server.PollAsync(id)).Error);
        Assert.Equal("expired_login_hint_token", (await server.AskAsync(agents.AccessToken)).Error);
    }

    [Fact]
    public async Task An_expired_token_asks_nobody()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, _) = await AskingAsync(server);

        server.Clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal("expired_login_hint_token", (await server.AskAsync(agents.AccessToken)).Error);
    }

    [Fact]
    public async Task While_an_agent_is_paused_nothing_is_asked_and_no_yes_is_given()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, alice) = await AskingAsync(server);
        var id = await server.AskedAsync(agents.AccessToken);
        await alice.AnswerAsync("Approve");
        await server.ChangeAsync(async db => (await db.Grants.SingleAsync()).Pause(server.Clock));

        Assert.Equal("access_denied", (await server.PollAsync(id)).Error);
        Assert.Equal("access_denied", (await server.AskAsync(agents.AccessToken)).Error);
        await server.ChangeAsync(async db => (await db.Grants.SingleAsync()).Resume());
        Assert.True((await server.PollAsync(id)).IsGood);
    }

    [Fact]
    public async Task What_was_taken_back_is_not_asked_and_no_yes_to_it_is_given()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, alice) = await AskingAsync(server);
        var yes = await server.AskedAsync(agents.AccessToken);
        await alice.AnswerAsync("Approve");
        var open = await server.AskedAsync(agents.AccessToken, ("authorization_details", Action("2")));

        await alice.ReduceAsync("offline_access", "mail.read", "mail.send");

        Assert.Equal("expired_token", (await server.PollAsync(yes)).Error);
        Assert.Equal("expired_token", (await server.PollAsync(open)).Error);
        await alice.OpenAsync("/account/approvals");
        Assert.Contains("Nothing waits", alice.Text, StringComparison.Ordinal);
        var again = await server.AskAsync(agents.AccessToken);
        Assert.Equal((HttpStatusCode.Forbidden, "access_denied"), (again.Status, again.Error));
        const string unnamed = """[{"type":"agentauth_action","tool":"DELETE /mail/{id}"}]""";
        var scoped = await server.AskAsync(
            agents.AccessToken, ("authorization_details", unnamed), ("scope", "openid mail.delete"));
        Assert.Equal((HttpStatusCode.Forbidden, "access_denied"), (scoped.Status, scoped.Error));
        Assert.True((await server.AskAsync(
            agents.AccessToken, ("authorization_details", unnamed), ("scope", "openid mail.send"))).IsGood);
    }

    [Fact]
    public async Task A_yes_to_one_agent_is_none_to_another()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, alice) = await AskingAsync(server);
        var others = await Agent.Web(server).TokensFromAsync(alice, Scopes);
        await server.AskedAsync(agents.AccessToken);
        await alice.AnswerAsync("Approve");

        var id = await server.AskedAsync(others.AccessToken);

        Assert.Equal("authorization_pending", (await server.PollAsync(id)).Error);
    }

    [Fact]
    public async Task The_answer_is_no_power_at_the_resource_or_here()
    {
        await using var server = await AuthServer.StartAsync();
        var (agents, alice) = await AskingAsync(server);
        var id = await server.AskedAsync(agents.AccessToken);
        await alice.AnswerAsync("Approve");
        var yes = await server.PollAsync(id);

        var more = await server.AskAsync(yes.AccessToken);

        Assert.Equal("unknown_user_id", more.Error); // an answer cannot ask the next question
    }

    [Fact]
    [Spec("OpenID CIBA Core", "4")]
    public async Task The_metadata_says_so()
    {
        await using var server = await AuthServer.StartAsync();

        using var answer = await server.Http().GetAsync("/.well-known/openid-configuration");
        var metadata = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());

        Assert.Equal(AuthServer.Issuer + "/connect/backchannel", metadata.GetProperty("backchannel_authentication_endpoint").GetString());
        Assert.Equal(["poll"], metadata.Strings("backchannel_token_delivery_modes_supported"));
        Assert.Contains(Deciding.GrantType, metadata.Strings("grant_types_supported"));
        Assert.Equal(
            ["agentauth_action", "agentauth_limits", "agentauth_objects"], metadata.Strings("authorization_details_types_supported"));
    }
}
