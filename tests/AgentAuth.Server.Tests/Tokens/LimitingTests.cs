using System.Text.Json;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>A person sets limits on an agent's page: what the agent holds already obeys, everywhere.</summary>
public sealed class LimitingTests
{
    private const string Scopes = "offline_access mail.read mail.send mail.delete";

    private const string Strict =
        """[{"type":"agentauth_limits","changes_per_day":5,"change_scopes":["mail.delete","mail.send"],"ask_scopes":["mail.delete"]}]""";

    [Fact]
    [Spec("AA-T054")]
    public async Task New_limits_are_told_and_said_of_tokens_from_before()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude, mail) = (await server.SignedInAsync(), Agent.Native(server), Agent.MailServer(server));
        var tokens = await FreeAsync(alice, claude);
        Assert.Null(await LimitsAsync(mail, tokens.AccessToken));
        await using var events = await EventStream.OpenAsync(server);
        await events.NextAsync("snapshot");

        await alice.OpenAgentAsync();
        await alice.PressAsync("Set these limits", ("limit", "5"), ("ask", "true"));

        var said = await events.NextAsync("revoked");
        Assert.Equal(tokens.Claims.GetProperty("gid").GetString(), said.GetProperty("gid").GetString());
        Assert.Equal(Strict, said.GetProperty("authorization_details").GetRawText());
        Assert.False(said.TryGetProperty("scope", out _));
        Assert.True(said.GetProperty("exp").GetInt64() >= tokens.Claims.GetProperty("exp").GetInt64());
        Assert.Equal(Strict, await LimitsAsync(mail, tokens.AccessToken));
        var next = await claude.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(Strict, next.Claims.GetProperty("authorization_details").GetRawText());
    }

    [Fact]
    public async Task Limits_that_are_lifted_again_are_none()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude, mail) = (await server.SignedInAsync(), Agent.Native(server), Agent.MailServer(server));
        var tokens = await FreeAsync(alice, claude);
        await alice.OpenAgentAsync();
        await alice.PressAsync("Set these limits", ("limit", "5"), ("ask", "true"));
        await alice.PressAsync("Set these limits", ("limit", ""), ("ask", "false"));

        await using var events = await EventStream.OpenAsync(server);

        var word = Assert.Single((await events.NextAsync("snapshot")).GetProperty("revoked").EnumerateArray());
        Assert.Equal("[]", word.GetProperty("authorization_details").GetRawText());
        Assert.Null(await LimitsAsync(mail, tokens.AccessToken));
    }

    [Fact]
    public async Task A_yes_on_the_consent_page_to_looser_terms_is_told_too()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude, mail) = (await server.SignedInAsync(), Agent.Native(server), Agent.MailServer(server));
        await FreeAsync(alice, claude);
        await alice.OpenAgentAsync();
        await alice.PressAsync("Set these limits", ("limit", "5"), ("ask", "true"));

        var looser = await FreeAsync(alice, claude, ("limit", "9"));

        Assert.Equal(1, await server.LookAsync(db => db.Grants.CountAsync()));
        Assert.Contains("\"changes_per_day\":9", await LimitsAsync(mail, looser.AccessToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_node_says_so()
    {
        await using var server = await AuthServer.StartAsync();
        await using var another = server.Another();
        var (alice, claude, mail) = (await server.SignedInAsync(), Agent.Native(server), Agent.MailServer(another));
        var tokens = await FreeAsync(alice, claude);
        Assert.Null(await LimitsAsync(mail, tokens.AccessToken));

        await alice.OpenAgentAsync();
        await alice.PressAsync("Set these limits", ("limit", "5"), ("ask", "true"));
        await another.HearsAsync();

        Assert.Equal(Strict, await LimitsAsync(mail, tokens.AccessToken));
    }

    [Fact]
    public async Task What_was_picked_is_not_told_to_everybody_and_stays()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude, mail) = (await server.SignedInAsync(), Agent.Native(server), Agent.MailServer(server));
        var tokens = await FreeAsync(alice, claude);
        await server.LimitAsync(new(server.Clock.GetUtcNow().AddDays(9)) { Picked = ["a folder"] });
        tokens = await claude.RefreshAsync(tokens.RefreshToken);
        await using var events = await EventStream.OpenAsync(server);
        await events.NextAsync("snapshot");

        await alice.OpenAgentAsync();
        await alice.PressAsync("Set these limits", ("limit", "5"), ("ask", "true"));

        Assert.DoesNotContain("a folder", (await events.NextAsync("revoked")).GetRawText(), StringComparison.Ordinal);
        var limits = await LimitsAsync(mail, tokens.AccessToken);
        Assert.Contains("a folder", limits, StringComparison.Ordinal);
        Assert.Contains("ask_scopes", limits, StringComparison.Ordinal);
    }

    private static async Task<string?> LimitsAsync(Agent resource, string token)
    {
        var seen = await resource.IntrospectAsync(token);
        Assert.True(seen.GetProperty("active").GetBoolean());
        return seen.TryGetProperty("authorization_details", out var details) ? JsonSerializer.Serialize(details) : null;
    }

    /// <summary>May do all of it and asks nobody.</summary>
    private static async Task<TokenAnswer> FreeAsync(Browser person, Agent agent, params (string Name, string Value)[] terms)
    {
        await person.OpenAsync(agent.AskFor(Scopes, ("prompt", "consent")));
        await person.Tick(Scopes.Split(' ')).PressAsync("Allow", [("preset", "choose"), ("ask", "false"), .. terms]);
        return await agent.RedeemAsync(person.Answer["code"]);
    }
}
