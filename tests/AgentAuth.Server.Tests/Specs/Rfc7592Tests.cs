using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>A client manages its own registration, and nobody else's.</summary>
public sealed class Rfc7592Tests
{
    [Fact]
    [Spec("RFC 7592", "2.1")]
    [Spec("RFC 7592", "2.2")]
    [Spec("AA-T092")]
    public async Task It_reads_and_changes_what_it_registered_with_a_token_that_changes_too()
    {
        await using var server = await AuthServer.StartAsync();
        var registered = await server.SelfRegisterAsync();
        var uri = new Uri(registered.Text("registration_client_uri")!).PathAndQuery;
        var token = registered.Text("registration_access_token");

        var read = await server.ManageAsync(HttpMethod.Get, uri, json: null, token);
        var changed = await server.ManageAsync(HttpMethod.Put, uri, Changed(registered.Id, "https://app.test/new"), token);
        var old = await server.ManageAsync(HttpMethod.Get, uri, json: null, token);
        var again = await server.ManageAsync(HttpMethod.Get, uri, json: null, changed.Text("registration_access_token"));

        Assert.Equal((HttpStatusCode.OK, "The App"), (read.Status, read.Text("client_name")));
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, old.Status);
        Assert.Equal(["https://app.test/new"], again.Json.Strings("redirect_uris"));
        Assert.DoesNotContain(
            registered.Text("registration_access_token")!,
            await server.LookAsync(async db => string.Concat(await db.Clients.Select(c => c.ManagementToken).ToListAsync())),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [Spec("RFC 7592", "5")]
    [Spec("AA-T092")]
    public async Task Only_its_own_token_opens_it(string verb)
    {
        await using var server = await AuthServer.StartAsync();
        var (mine, others) = (await server.SelfRegisterAsync(), await server.SelfRegisterAsync());
        var method = new HttpMethod(verb);
        var access = await new Agent(server.Http(), mine.Id, null, "https://app.test/cb").TokensFromAsync(await server.SignedInAsync());
        string?[] wrong = [null, "", "x", others.Text("registration_access_token"), access.AccessToken];

        foreach (var token in wrong)
        {
            var answer = await server.ManageAsync(
                method, $"/connect/register/{mine.Id}", verb == "PUT" ? Changed(mine.Id, "https://e.test/cb") : null, token);
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (answer.Status, answer.Error));
        }
        var made = await server.ManageAsync(method, "/connect/register/demo-web", json: null, mine.Text("registration_access_token"));
        Assert.Equal(HttpStatusCode.Unauthorized, made.Status);
        Assert.Equal(3, await server.LookAsync(
            db => db.Clients.CountAsync(c => c.ClientId == mine.Id || c.ClientId == others.Id || c.ClientId == "demo-web")));
    }

    [Theory]
    [InlineData("demo-web")]
    [InlineData("")]
    [Spec("AA-T092")]
    public async Task It_cannot_become_another_client(string id)
    {
        await using var server = await AuthServer.StartAsync();
        var registered = await server.SelfRegisterAsync();

        var answer = await server.ManageAsync(
            HttpMethod.Put, $"/connect/register/{registered.Id}", Changed(id, "https://e.test/cb"),
            registered.Text("registration_access_token"));

        Assert.Equal("invalid_client_metadata", answer.Error);
    }

    [Fact]
    [Spec("AA-T079")]
    [Spec("AA-T091")]
    public async Task Another_way_to_prove_itself_takes_the_secret_along()
    {
        await using var server = await AuthServer.StartAsync();
        var registered = await server.SelfRegisterAsync();
        var uri = $"/connect/register/{registered.Id}";

        var withSecret = await server.ManageAsync(
            HttpMethod.Put, uri,
            Changed(registered.Id, "https://app.test/cb").Replace("none", "client_secret_post", StringComparison.Ordinal),
            registered.Text("registration_access_token"));
        Assert.True(withSecret.Has("client_secret"));
        var without = await server.ManageAsync(
            HttpMethod.Put, uri, Changed(registered.Id, "https://app.test/cb"), withSecret.Text("registration_access_token"));

        Assert.False(without.Has("client_secret"));
        var row = await server.LookAsync(db => db.Clients.SingleAsync(c => c.ClientId == registered.Id));
        Assert.Equal((null, "public"), (row.ClientSecret, row.ClientType));
        Assert.NotNull(row.AskAnewSince);
    }

    [Fact]
    [Spec("RFC 7592", "2.3")]
    public async Task When_it_is_removed_everything_ends_and_its_people_are_told_what_helps()
    {
        await using var server = await AuthServer.StartAsync();
        var registered = await server.SelfRegisterAsync();
        var (agent, alice) = (new Agent(server.Http(), registered.Id, null, "https://app.test/cb"), await server.SignedInAsync());
        var tokens = await agent.TokensFromAsync(alice);
        var uri = $"/connect/register/{registered.Id}";

        var removed = await server.ManageAsync(HttpMethod.Delete, uri, json: null, registered.Text("registration_access_token"));
        var again = await server.ManageAsync(HttpMethod.Delete, uri, json: null, registered.Text("registration_access_token"));
        var refreshed = await agent.RefreshAsync(tokens.RefreshToken);
        await alice.OpenAsync(agent.AskFor());

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Unauthorized), (removed.Status, again.Status));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (refreshed.Status, refreshed.Error));
        Assert.False(await Agent.MailServer(server).SeesAsync(tokens.AccessToken));
        Assert.InRange((int)alice.Status, 400, 499);
        Assert.Null(alice.Response.Headers.Location);
        Assert.Contains("remove this connection and add it again", alice.Text, StringComparison.Ordinal);
        Assert.False(await server.LookAsync(
            db => db.Grants.AnyAsync(g => g.Status == "valid" && g.Application!.ClientId == registered.Id)));
    }

    private static string Changed(string id, string redirect) =>
        $$"""{"client_id": "{{id}}", "client_name": "The App", "redirect_uris": ["{{redirect}}"], "token_endpoint_auth_method": "none"}""";
}
