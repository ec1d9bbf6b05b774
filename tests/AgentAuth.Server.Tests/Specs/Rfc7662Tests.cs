using System.Net;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>Resource servers ask about tokens made out to them; everybody else learns nothing.</summary>
public sealed class Rfc7662Tests
{
    [Fact]
    [Spec("RFC 7662", "2.2")]
    public async Task The_resource_a_token_is_for_learns_what_it_says()
    {
        await using var server = await AuthServer.StartAsync();
        var tokens = await Agent.Native(server).TokensFromAsync(server.Browser());

        var seen = await Agent.MailServer(server).IntrospectAsync(tokens.AccessToken);

        Assert.True(seen.GetProperty("active").GetBoolean());
        Assert.Equal(AuthServer.Issuer, seen.GetProperty("iss").GetString());
        Assert.Equal(AuthServer.Mail, seen.GetProperty("aud").GetString());
        Assert.Equal("demo-native", seen.GetProperty("client_id").GetString());
        Assert.Equal("openid offline_access mail.read mail.send", seen.GetProperty("scope").GetString());
        Assert.Equal(tokens.Claims.GetProperty("sub").GetString(), seen.GetProperty("sub").GetString());
        Assert.Equal(tokens.Claims.GetProperty("exp").GetInt64(), seen.GetProperty("exp").GetInt64());
        Assert.DoesNotContain("alice", seen.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("demo-files-resource", "demo-files-resource-secret")] // another resource
    [Spec("RFC 7662", "4")]
    [Spec("AA-T061")]
    [Spec("AA-T098")]
    public async Task Another_resource_learns_only_that_it_is_not_good_there(string account, string secret)
    {
        await using var server = await AuthServer.StartAsync();
        var tokens = await Agent.Native(server).TokensFromAsync(server.Browser());

        var seen = await new Agent(server.Http(), account, secret, "").IntrospectAsync(tokens.AccessToken);

        Assert.Equal("{\"active\":false}", Compact(seen));
    }

    [Theory]
    [InlineData("demo-native", null)]
    [InlineData("demo-web", "demo-web-secret")]
    [InlineData("demo-service", "demo-service-secret")]
    [InlineData("demo-resource", "wrong")]
    [InlineData("demo-resource", null)]
    [InlineData("nobody", "nothing")]
    [InlineData("", null)]
    [Spec("RFC 7662", "2.1")]
    [Spec("AA-T061")]
    public async Task Who_is_no_resource_server_may_not_ask(string caller, string? secret)
    {
        await using var server = await AuthServer.StartAsync();
        var tokens = await Agent.Native(server).TokensFromAsync(server.Browser());

        var answer = await new Agent(server.Http(), caller, secret, "").PostAsync("/connect/introspect", [("token", tokens.AccessToken)]);

        Assert.Contains(answer.Status, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest, HttpStatusCode.Forbidden });
        Assert.False(answer.Has("active"));
    }

    [Fact]
    [Spec("RFC 7662", "2.2")]
    [Spec("AA-T061")]
    public async Task What_is_no_token_of_ours_is_inactive_and_nothing_more()
    {
        await using var server = await AuthServer.StartAsync();
        var mail = Agent.MailServer(server);

        foreach (var token in new[] { "x", "a.b.c", "..", "null", new string('x', 10_000), "' OR 1=1--", "eyJhbGciOiJub25lIn0.e30." })
        {
            Assert.Equal("{\"active\":false}", Compact(await mail.IntrospectAsync(token)));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [Spec("RFC 7662", "2.1")]
    public async Task Asking_about_nothing_is_a_bad_request(string? token)
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.MailServer(server).PostAsync("/connect/introspect", [("token", token)]);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Error));
    }

    [Fact]
    [Spec("RFC 7662", "2.1")]
    [Spec("AA-T062")]
    public async Task However_it_is_asked_a_dead_token_is_dead()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, mail) = (Agent.Native(server), Agent.MailServer(server));
        var tokens = await claude.TokensFromAsync(server.Browser());
        Assert.True(await mail.SeesAsync(tokens.AccessToken));

        await claude.RevokeAsync(tokens.AccessToken);

        foreach (
            var (name, value) in new (
                string, string?)[] { ("scope", "mail.read"), ("token_type_hint", "refresh_token"), ("token_type_hint", "access_token"),
                    ("x", "y") })
        {
            var answer = await mail.PostAsync("/connect/introspect", [("token", tokens.AccessToken), (name, value)]);
            Assert.Equal("{\"active\":false}", Compact(answer.Json));
        }
    }

    [Fact]
    [Spec("RFC 7662", "4")]
    public async Task Refresh_and_id_tokens_are_none_of_a_resource_servers_business()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, mail) = (Agent.Native(server), Agent.MailServer(server));
        var tokens = await claude.TokensFromAsync(server.Browser());

        Assert.Equal("{\"active\":false}", Compact(await mail.IntrospectAsync(tokens.RefreshToken)));
        Assert.False(await mail.SeesAsync(tokens.Text("id_token")!));
    }

    private static string Compact(System.Text.Json.JsonElement json) => System.Text.Json.JsonSerializer.Serialize(json);
}
