using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Who = AgentAuth.Server.Tests.Support.People;

namespace AgentAuth.Server.Tests.Features.Admin;

/// <summary>What an administrator ends is ended at once, for a reason, and no more than was shown.</summary>
public sealed class EndingTests
{
    [Theory]
    [InlineData("grant/{grant}", "End this grant", "grant.end")]
    [InlineData("person/{person}", "End all grants of this person", "account.end-grants")]
    [InlineData("disable/{person}", "Disable this person", "account.disable")]
    [InlineData("client/{client}", "End all grants of this agent", "client.end-grants")]
    [InlineData("block/{client}", "Block this agent", "client.block")]
    [InlineData("resource/{resource}", "Withdraw this resource", "resource.withdraw")]
    [InlineData("scope/{scope}", "Remove this permission", "scope.remove")]
    [Spec("AA-T136")]
    public async Task It_ends_the_grant_and_its_tokens_and_says_who_did_it_and_why(string path, string button, string act)
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, mail) = (Agent.Web(server), Agent.MailServer(server));
        var tokens = await agent.TokensFromAsync(server.Browser());
        var admin = server.Browser("192.0.2.7");
        await admin.SignInAsync(Who.Admin);

        await admin.OpenAsync(await ConsoleTests.FilledAsync(server, $"/admin/end/{path}"));
        var words = string.Join(' ', admin.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("Ends 1 grant of 1 person with 1 agent", words, StringComparison.Ordinal);
        await admin.PressAsync(button, ("Reason", "It was stolen."));

        Assert.Equal(HttpStatusCode.OK, admin.Status);
        Assert.Contains("Done.", admin.Text, StringComparison.Ordinal);
        Assert.False(await SeenAsync(mail, tokens.AccessToken));
        Assert.Matches("^invalid_(grant|client)$", (await agent.RefreshAsync(tokens.RefreshToken)).Error);
        var entry = await server.LookAsync(db => db.AuditEntries.SingleAsync(e => e.Act == act));
        Assert.Equal((Who.Admin, "It was stolen.", "192.0.2.7"), (entry.Actor, entry.Reason, entry.Address));
        Assert.Equal(1, await server.LookAsync(db => db.Grants.CountAsync(g => g.EndedBecause == "It was stolen.")));
        await admin.OpenAsync("/admin/audit");
        Assert.Contains("It was stolen.", admin.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("two\nlines")]
    public async Task Without_a_plain_reason_nothing_ends(string reason)
    {
        await using var server = await AuthServer.StartAsync();
        var mail = Agent.MailServer(server);
        var tokens = await Agent.Web(server).TokensFromAsync(server.Browser());
        var admin = await server.SignedInAsync(Who.Admin);

        await admin.OpenAsync(await ConsoleTests.FilledAsync(server, "/admin/end/grant/{grant}"));
        await admin.PressAsync("End this grant", ("Reason", reason));

        Assert.Equal(HttpStatusCode.BadRequest, admin.Status);
        Assert.Contains("Write a reason", admin.Text, StringComparison.Ordinal);
        Assert.True(await mail.SeesAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task More_than_was_shown_is_never_ended()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, mail) = (server.Browser(), Agent.MailServer(server));
        var tokens = await Agent.Web(server).TokensFromAsync(alice);
        var admin = await server.SignedInAsync(Who.Admin);

        await admin.OpenAsync(await ConsoleTests.FilledAsync(server, "/admin/end/person/{person}"));
        await Agent.Web2(server).CodeFromAsync(alice);
        await admin.PressAsync("End all grants", ("Reason", "Because."));
        Assert.Contains("Nothing has ended yet", admin.Text, StringComparison.Ordinal);
        Assert.True(await mail.SeesAsync(tokens.AccessToken));
        Assert.Contains("Ends 2 grants", admin.Text, StringComparison.Ordinal);
        await admin.PressAsync("End all grants", ("Reason", "Because."));

        Assert.Contains("Done. Grants ended: 2.", admin.Text, StringComparison.Ordinal);
        Assert.False(await mail.SeesAsync(tokens.AccessToken));
    }

    [Theory]
    [InlineData("resource/{resource}", "Withdraw this resource")]
    [InlineData("scope/{scope}", "Remove this permission")]
    [Spec("AA-T054")]
    public async Task A_service_stops_too_when_what_it_uses_is_taken_away(string path, string button)
    {
        await using var server = await AuthServer.StartAsync();
        await Agent.Web(server).TokensFromAsync(server.Browser());
        var service = await Agent.Service(server).ForItselfAsync();
        await using var mail = await EventStream.OpenAsync(server);
        await mail.NextAsync("snapshot");
        var admin = await server.SignedInAsync(Who.Admin);

        await admin.OpenAsync(await ConsoleTests.FilledAsync(server, $"/admin/end/{path}"));
        Assert.Contains("1 service that acts in its own name stops too", admin.Text, StringComparison.Ordinal);
        await admin.PressAsync(button, ("Reason", "Closed."));

        Assert.Equal("demo-service", await NextClientAsync(mail));
        Assert.False(await SeenAsync(Agent.MailServer(server), service.AccessToken));
        Assert.Equal("invalid_target", (await Agent.Service(server).ForItselfAsync()).Error);
    }

    [Fact]
    public async Task A_permission_is_taken_from_those_who_have_it_and_from_nobody_else()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, mail) = (server.Browser(), Agent.MailServer(server));
        var reads = await Agent.Web(server).TokensFromAsync(alice, "mail.read offline_access");
        var admin = await server.SignedInAsync(Who.Admin);
        var send = await server.LookAsync(db => db.Scopes.SingleAsync(s => s.Name == "mail.send"));

        await admin.OpenAsync($"/admin/end/scope/{send.Id:D}");
        Assert.Contains("Ends no live grant", admin.Text, StringComparison.Ordinal);
        await admin.PressAsync("Remove this permission", ("Reason", "Not offered any more."));
        await alice.OpenAsync(Agent.Web(server).AskFor("mail.send"));

        Assert.True(await mail.SeesAsync(reads.AccessToken));
        Assert.Equal("invalid_scope", alice.Answer["error"]);
    }

    [Fact]
    public async Task Who_is_signed_out_everywhere_must_sign_in_again_and_keeps_the_agents()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, mail) = (server.Browser(), Agent.MailServer(server));
        var tokens = await Agent.Web(server).TokensFromAsync(alice);
        var admin = await server.SignedInAsync(Who.Admin);

        await admin.OpenAsync(await ConsoleTests.FilledAsync(server, "/admin/end/sessions/{person}"));
        Assert.Contains("Signs out 1 browser", admin.Text, StringComparison.Ordinal);
        await admin.PressAsync("Sign this person out", ("Reason", "A lost laptop."));
        await alice.OpenAsync("/account/agents");

        Assert.StartsWith("/sign-in", alice.Url, StringComparison.Ordinal);
        Assert.True(await mail.SeesAsync(tokens.AccessToken));
    }

    [Fact]
    public async Task A_disabled_person_is_out_at_once_and_in_again_when_enabled_without_the_agents()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Web(server).TokensFromAsync(alice);
        var admin = await server.SignedInAsync(Who.Admin);

        await admin.OpenAsync(await ConsoleTests.FilledAsync(server, "/admin/end/disable/{person}"));
        await admin.PressAsync("Disable this person", ("Reason", "Left."));
        await alice.OpenAsync("/account/agents");
        Assert.StartsWith("/sign-in", alice.Url, StringComparison.Ordinal);
        await alice.SignInAsync(Who.Alice);
        Assert.StartsWith("/sign-in", alice.Url, StringComparison.Ordinal);
        await admin.PressAsync("Enable");
        await alice.SignInAsync(Who.Alice);
        await alice.OpenAsync("/account/agents");

        Assert.Equal("/account/agents", alice.Url);
        Assert.Contains("No agent acts for you", alice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_administrator_stays()
    {
        await using var server = await AuthServer.StartAsync();
        var admin = await server.SignedInAsync(Who.Admin);
        var id = (await server.LookAsync(db => db.Users.SingleAsync(u => u.Email == Who.Admin))).Id;

        await admin.OpenAsync($"/admin/end/disable/{id:D}");
        Assert.Contains("You cannot disable yourself", admin.Text, StringComparison.Ordinal);
        await admin.OpenAsync($"/admin/people/{id:D}");
        var take = admin.Page.QuerySelectorAll("form[action*=TakeRole]").OfType<AngleSharp.Html.Dom.IHtmlFormElement>().Single();
        await admin.SubmitAsync(take, pressed: null);

        Assert.Equal(HttpStatusCode.BadRequest, admin.Status);
        Assert.Contains("the last enabled administrator", admin.Text, StringComparison.Ordinal);
        await admin.OpenAsync("/admin");
        Assert.Equal(HttpStatusCode.OK, admin.Status);
    }

    [Fact]
    public async Task A_blocked_agent_may_be_connected_again_when_unblocked_but_not_before()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, agent) = (server.Browser(), Agent.Web(server));
        await agent.TokensFromAsync(alice);
        var admin = await server.SignedInAsync(Who.Admin);

        await admin.OpenAsync(await ConsoleTests.FilledAsync(server, "/admin/end/block/{client}"));
        await admin.PressAsync("Block this agent", ("Reason", "Abuse."));
        await alice.OpenAsync(agent.AskFor());
        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Null(alice.Left);
        await admin.PressAsync("Unblock");
        server.Clock.Advance(Client.LateTokens + TimeSpan.FromSeconds(1));
        var tokens = await agent.TokensFromAsync(alice);

        Assert.True(tokens.IsGood, tokens.Body);
    }

    private static async Task<string?> NextClientAsync(EventStream stream)
    {
        while (true)
        {
            if ((await stream.NextAsync("revoked")).TryGetProperty("client_id", out var client))
            {
                return client.GetString();
            }
        }
    }

    /// <summary>A withdrawn resource's own account can no longer ask.</summary>
    private static async Task<bool> SeenAsync(Agent resource, string token)
    {
        var answer = await resource.IntrospectAsync(token);
        return answer.TryGetProperty("active", out var active) ? active.GetBoolean()
            : answer.GetProperty("error").GetString() != "invalid_client";
    }
}
