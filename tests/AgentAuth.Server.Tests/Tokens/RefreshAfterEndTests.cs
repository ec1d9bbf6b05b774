using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>When person, client, resource or permission is gone, nothing can be refreshed, and access tokens are dead at once.</summary>
public sealed class RefreshAfterEndTests
{
    private static readonly Actor Admin = new(null, People.Admin, null);

    [Fact]
    [Spec("AA-T054")]
    public async Task A_disabled_persons_agents_stop()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, tokens) = await ConnectedAsync(server);

        await ActAsync(server, async (revoker, db) =>
        {
            var alice = await db.Users.SingleAsync(a => a.Email == People.Alice);
            alice.Disable(server.Clock);
            await revoker.EndGrantsAsync(
                db.Grants.Where(g => g.AccountId == alice.Id), "account.disable", "alice", "Test.", Admin, default);
        });

        Assert.Equal("invalid_grant", (await claude.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await claude.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.False(await Agent.MailServer(server).SeesAsync(tokens.AccessToken));
    }

    [Fact]
    [Spec("AA-T054")]
    public async Task Whatever_became_of_the_grant_a_disabled_person_gives_no_new_token()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, tokens) = await ConnectedAsync(server);

        await server.ChangeAsync(async db => (await db.Users.SingleAsync(a => a.Email == People.Alice)).Disable(server.Clock));

        Assert.Equal("invalid_grant", (await claude.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await claude.UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Fact]
    [Spec("AA-T054")]
    public async Task A_blocked_client_gets_nothing_and_what_it_had_is_dead()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, tokens) = await ConnectedAsync(server);
        var service = await Agent.Service(server).ForItselfAsync();

        await BlockAsync(server, "demo-native");
        await BlockAsync(server, "demo-service");

        Assert.Equal("invalid_client", (await claude.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_client", (await Agent.Service(server).ForItselfAsync()).Error);
        Assert.False(await Agent.MailServer(server).SeesAsync(tokens.AccessToken));
        Assert.False(await Agent.MailServer(server).SeesAsync(service.AccessToken));
    }

    [Fact]
    [Spec("AA-T054")]
    public async Task Ending_a_clients_tokens_for_everyone_kills_those_it_got_for_itself_but_not_later_ones()
    {
        await using var server = await AuthServer.StartAsync();
        var (service, mail) = (Agent.Service(server), Agent.MailServer(server));
        var before = await service.ForItselfAsync();

        await ActAsync(server, async (revoker, db) =>
            await revoker.EndClientAsync(
                await db.Clients.SingleAsync(c => c.ClientId == "demo-service"), "client.end-grants", "Test.", Admin, default));
        server.Clock.Advance(Client.LateTokens + TimeSpan.FromSeconds(1));
        var after = await service.ForItselfAsync();

        Assert.False(await mail.SeesAsync(before.AccessToken));
        Assert.True(await mail.SeesAsync(after.AccessToken));
    }

    [Fact]
    [Spec("AA-T058")]
    public async Task An_ended_grant_is_dead_here_at_once_and_on_every_node_that_heard()
    {
        await using var server = await AuthServer.StartAsync();
        await using var another = server.Another();
        var (claude, tokens) = await ConnectedAsync(server);
        var grant = Guid.Parse(tokens.Claims.GetProperty("gid").GetString()!);

        await ActAsync(server, (revoker, _) => revoker.EndGrantAsync(grant, "grant.end", "Test.", Admin, default));

        foreach (var node in new[] { server, another })
        {
            if (node == another)
            {
                await another.HearsAsync();
            }
            Assert.False(await Agent.MailServer(node).SeesAsync(tokens.AccessToken));
            Assert.Equal("invalid_grant", (await Agent.Native(node).RefreshAsync(tokens.RefreshToken)).Error);
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await Agent.Native(node).UserInfoAsync(tokens.AccessToken)).Status);
        }
        Assert.Equal("demo-native", claude.ClientId);
    }

    [Fact]
    [Spec("RFC 8707", "2.2")]
    [Spec("AA-T054")]
    public async Task A_resource_withdrawn_from_the_client_cannot_be_refreshed()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, tokens) = await ConnectedAsync(server);

        await WithoutAsync(server, "mail.read", "mail.send", "mail.delete");

        Assert.Equal("invalid_grant", (await claude.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    [Spec("AA-T054")]
    public async Task A_scope_withdrawn_from_the_client_is_left_out_of_the_next_token()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, tokens) = await ConnectedAsync(server);

        await WithoutAsync(server, "mail.send");
        var next = await claude.RefreshAsync(tokens.RefreshToken);

        Assert.Contains("mail.send", tokens.Claims.GetProperty("scope").GetString()!, StringComparison.Ordinal);
        Assert.DoesNotContain("mail.send", next.Claims.GetProperty("scope").GetString()!, StringComparison.Ordinal);
        Assert.DoesNotContain("mail.send", next.Text("scope")!, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("AA-T058")]
    public async Task What_a_person_removed_is_asked_again_and_the_old_tokens_stay_dead()
    {
        await using var server = await AuthServer.StartAsync();
        var (web, alice) = (Agent.Web(server), server.Browser());
        var tokens = await web.TokensFromAsync(alice);
        var grant = Guid.Parse(tokens.Claims.GetProperty("gid").GetString()!);

        await ActAsync(server, (revoker, _) => revoker.EndGrantAsync(grant, "grant.remove", null, Admin, default));
        await alice.OpenAsync(web.AskFor());
        Assert.Null(alice.Left); // asked, not sent back with a code
        await alice.PressAsync("Allow");
        var again = await web.RedeemAsync(alice.Answer["code"]);

        Assert.NotEqual(tokens.Claims.GetProperty("gid").GetString(), again.Claims.GetProperty("gid").GetString());
        Assert.Equal("invalid_grant", (await web.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.False(await Agent.MailServer(server).SeesAsync(tokens.AccessToken));
    }

    private static async Task<(Agent Agent, TokenAnswer Tokens)> ConnectedAsync(AuthServer server)
    {
        var claude = Agent.Native(server);
        return (claude, await claude.TokensFromAsync(server.Browser()));
    }

    private static Task BlockAsync(AuthServer server, string clientId) => ActAsync(server, async (revoker, db) =>
    {
        var client = await db.Clients.SingleAsync(c => c.ClientId == clientId);
        client.Block(server.Clock);
        await revoker.EndClientAsync(client, "client.block", "Test.", Admin, default);
    });

    private static Task WithoutAsync(AuthServer server, params string[] scopes) => server.ChangeAsync(async db =>
    {
        var client = await db.Clients.SingleAsync(c => c.ClientId == "demo-native");
        foreach (var permission in scopes.Select(s => AccessPolicy.Permission(AuthServer.Mail, s)))
        {
            Assert.Contains($"\"{permission}\",", client.Permissions!, StringComparison.Ordinal);
            client.Permissions = client.Permissions!.Replace($"\"{permission}\",", "", StringComparison.Ordinal);
        }
    });

    private static async Task ActAsync(AuthServer server, Func<Revoker, AgentAuthDb, Task> act)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<Revoker>(), scope.ServiceProvider.GetRequiredService<AgentAuthDb>());
    }
}
