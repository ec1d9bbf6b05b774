using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>Resource servers hear what ended while it happens.</summary>
public sealed class RevocationEventsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("demo-resource:wrong")]
    [InlineData("demo-resource:")]
    [InlineData(":demo-resource-secret")]
    [InlineData("nobody:nothing")]
    [InlineData("demo-native:")]
    [InlineData("demo-native:x")]
    [InlineData("demo-resource")]
    [Spec("RFC 6749", "2.3.1")]
    [Spec("AA-T061")]
    public async Task Nobody_listens_without_proving_who_they_are(string? credentials)
    {
        await using var server = await AuthServer.StartAsync();

        using var answer = await EventStream.AskAsync(server, credentials, AuthServer.Mail);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Basic", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Contains(
            "invalid_client", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo-resource:demo-resource-secret", AuthServer.Files)]
    [InlineData("demo-files-resource:demo-files-resource-secret", AuthServer.Mail)]
    [InlineData("demo-web:demo-web-secret", AuthServer.Mail)]
    [InlineData("demo-resource:demo-resource-secret", "http://unknown.test")]
    [InlineData("demo-resource:demo-resource-secret", "")]
    [InlineData("demo-resource:demo-resource-secret", null)]
    [InlineData("demo-resource:demo-resource-secret", AuthServer.Issuer)]
    [Spec("AA-T061")]
    public async Task An_account_hears_of_its_own_resource_only(string credentials, string? resource)
    {
        await using var server = await AuthServer.StartAsync();

        using var answer = await EventStream.AskAsync(server, credentials, resource);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains(
            "access_denied", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("AA-T058")]
    public async Task Who_comes_late_is_told_first_what_is_dead_already()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser());
        await claude.RevokeAsync(tokens.RefreshToken);

        await using var mail = await EventStream.OpenAsync(server);
        var snapshot = await mail.NextAsync("snapshot");

        var dead = Assert.Single(snapshot.GetProperty("revoked").EnumerateArray());
        Assert.Equal(tokens.Claims.GetProperty("gid").GetString(), dead.GetProperty("gid").GetString());
        // remembered as long as the token could live
        Assert.True(dead.GetProperty("exp").GetInt64() >= tokens.Claims.GetProperty("exp").GetInt64());
        Assert.Equal("text/event-stream", mail.Response.Content.Headers.ContentType!.MediaType);
        Assert.True(mail.Response.Headers.CacheControl!.NoStore);
    }

    [Fact]
    [Spec("AA-T058")]
    public async Task What_no_token_can_need_any_more_is_not_told()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        await claude.RevokeAsync((await claude.TokensFromAsync(server.Browser())).RefreshToken);

        server.Clock.Advance(TimeSpan.FromMinutes(11));
        await using var mail = await EventStream.OpenAsync(server);

        Assert.Empty((await mail.NextAsync("snapshot")).GetProperty("revoked").EnumerateArray());
    }

    [Fact]
    [Spec("AA-T058")]
    public async Task A_grant_a_token_and_a_client_are_announced_as_they_end()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), server.Browser());
        var first = await claude.TokensFromAsync(alice);
        await using var mail = await EventStream.OpenAsync(server);
        await mail.NextAsync("snapshot");

        await claude.RevokeAsync(first.AccessToken);
        var token = await mail.NextAsync("revoked");
        await claude.RevokeAsync(first.RefreshToken);
        var grant = await mail.NextAsync("revoked");
        await EndServiceAsync(server);
        var client = await mail.NextAsync("revoked");

        Assert.Equal(first.Claims.GetProperty("jti").GetString(), token.GetProperty("jti").GetString());
        Assert.Equal(first.Claims.GetProperty("gid").GetString(), grant.GetProperty("gid").GetString());
        Assert.Equal("demo-service", client.GetProperty("client_id").GetString());
        Assert.Equal((server.Clock.GetUtcNow() + Client.LateTokens).ToUnixTimeSeconds(), client.GetProperty("before").GetInt64());
    }

    [Fact]
    [Spec("AA-T048")]
    public async Task A_replay_is_announced()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser());
        await claude.RefreshAsync(tokens.RefreshToken);
        await using var mail = await EventStream.OpenAsync(server);
        await mail.NextAsync("snapshot");

        server.PassGrace();
        await claude.RefreshAsync(tokens.RefreshToken);

        Assert.Equal(tokens.Claims.GetProperty("gid").GetString(), (await mail.NextAsync("revoked")).GetProperty("gid").GetString());
    }

    [Fact]
    [Spec("AA-T058")]
    public async Task What_ends_on_one_node_is_heard_on_another()
    {
        await using var server = await AuthServer.StartAsync();
        await using var another = server.Another();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser());
        await using var mail = await EventStream.OpenAsync(another);
        await mail.NextAsync("snapshot");

        await claude.RevokeAsync(tokens.RefreshToken);

        Assert.Equal(tokens.Claims.GetProperty("gid").GetString(), (await mail.NextAsync("revoked")).GetProperty("gid").GetString());
    }

    [Fact]
    public async Task A_quiet_line_pings()
    {
        await using var server = await AuthServer.StartAsync();
        await using var mail = await EventStream.OpenAsync(server);
        await mail.NextAsync("snapshot");

        var ping = mail.NextAsync("ping");
        while (!ping.IsCompleted)
        {
            server.Clock.Advance(TimeSpan.FromMilliseconds(100)); // the timer starts when the server gets to it
            await Task.Yield();
        }

        Assert.Equal("{}", (await ping).GetRawText());
    }

    private static async Task EndServiceAsync(AuthServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Model.AgentAuthDb>();
        var client = await db.Clients.SingleAsync(c => c.ClientId == "demo-service");
        await scope.ServiceProvider.GetRequiredService<Revoker>()
            .EndClientAsync(client, "client.end-grants", "Test.", Actor.Server, default);
    }
}
