using System.Net;
using AgentAuth.Server.Specs.Rfc8707ResourceIndicators;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>Every token is for exactly one resource, the one that was asked and granted.</summary>
public sealed class Rfc8707Tests
{
    [Theory]
    [InlineData("http://localhost:5200/mail/mcp", true)]
    [InlineData("http://localhost:5200/mail/mcp/", true)]
    [InlineData("HTTP://LOCALHOST:5200/mail/mcp", true)]
    [InlineData("http://LocalHost:5200/mail/mcp/", true)]
    [InlineData("http://localhost:5200/MAIL/mcp", false)]
    [InlineData("http://localhost:5200/mail/mcp/x", false)]
    [InlineData("http://localhost:5200/mail", false)]
    [InlineData("http://localhost:5200", false)]
    [InlineData("http://localhost/mail/mcp", false)]
    [InlineData("https://localhost:5200/mail/mcp", false)]
    [InlineData("http://localhost:5200/mail/mcp#", false)]
    [InlineData("http://localhost:5200/mail/mcp#x", false)]
    [InlineData("http://localhost:5200/mail/mcp?x=1", false)]
    [InlineData("http://localhost:5200/files/../mail/mcp", false)]
    [InlineData("http://localhost:5200/files/%2e%2e/mail/mcp", false)]
    [InlineData("http://localhost:5200/./mail/mcp", false)]
    [InlineData("http://localhost:5200//mail/mcp", false)]
    [InlineData("http://localhost:5200/mail%2fmcp", false)]
    [InlineData("http://localhost:5200\\mail\\mcp", false)]
    [InlineData("http://user@localhost:5200/mail/mcp", false)]
    [InlineData("http://evil.test@localhost:5200/mail/mcp", false)]
    [InlineData("http://localhost.:5200/mail/mcp", false)]
    [InlineData("http://127.0.0.1:5200/mail/mcp", false)]
    [InlineData("/mail/mcp", false)]
    [InlineData("mail/mcp", false)]
    [InlineData("//localhost:5200/mail/mcp", false)]
    [InlineData("urn:mail", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData(" http://localhost:5200/mail/mcp", false)]
    [InlineData("http://localhost:5200/mail/mcp\n", false)]
    [InlineData("http://unknown.test/mcp", false)]
    [InlineData("*", false)]
    [Spec("RFC 8707", "2")]
    [Spec("AA-T099")]
    public async Task Spellings_of_the_resource_are_understood_or_refused_the_same_everywhere(string resource, bool isMail)
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), await server.SignedInAsync());

        await alice.OpenAsync(claude.AskFor("mail.read", ("resource", resource)));
        var asked = alice.Left is null ? null : alice.Answer["error"];
        var forItself = await Agent.Service(server).ForItselfAsync(("resource", resource));
        var tokens = await claude.TokensFromAsync(alice, "offline_access mail.read");
        var refreshed = await claude.RefreshAsync(tokens.RefreshToken, ("resource", resource));

        var error = isMail ? null : "invalid_target";
        Assert.Equal(error, asked);
        Assert.Equal(error, forItself.Error);
        Assert.Equal(error, refreshed.Error);
        Assert.Equal(isMail ? AuthServer.Mail : null, ResourceIdentifier.Canonical(resource) is AuthServer.Mail ? AuthServer.Mail : null);
        Assert.All(
            new[] { forItself, refreshed }.Where(t => t.IsGood), t =>
                Assert.Equal(AuthServer.Mail, t.Claims.GetProperty("aud").GetString()));
    }

    [Theory]
    [InlineData("https://EXAMPLE.test:443/Path/", "https://example.test/Path")]
    [InlineData("https://example.test", "https://example.test")]
    [InlineData("https://example.test/", "https://example.test")]
    [InlineData("http://example.test:80", "http://example.test")]
    [InlineData("https://example.test:8443/a?b=c", "https://example.test:8443/a?b=c")]
    [InlineData("https://", null)]
    [InlineData("https:///path", null)]
    [InlineData("https://example.test:99999/", null)]
    [InlineData("https://exa mple.test/", null)]
    [InlineData("ftp://example.test/", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [Spec("RFC 8707", "2")]
    [Spec("AA-T099")]
    public void One_place_has_one_name(string? spelling, string? canonical) =>
        Assert.Equal(canonical, ResourceIdentifier.Canonical(spelling));

    [Fact]
    [Spec("RFC 8707", "2")]
    [Spec("AA-T099")]
    public async Task A_token_is_never_for_two_resources()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), await server.SignedInAsync());

        await alice.OpenAsync(claude.AskFor("mail.read", ("resource", AuthServer.Mail), ("resource", AuthServer.Files)));
        var refused = alice.Answer["error"];
        var forItself = await Agent.Service(server).TokenAsync(
            [("grant_type", "client_credentials"), ("resource", AuthServer.Mail), ("resource", AuthServer.Files)]);
        await alice.OpenAsync(claude.AskFor("mail.read", ("resource", AuthServer.Mail), ("resource", AuthServer.Mail + "/")));

        Assert.Equal("invalid_target", refused);
        Assert.Equal("invalid_target", forItself.Error);
        Assert.Null(alice.Left); // the same one twice is one
    }

    [Theory]
    [InlineData("mail.read", AuthServer.Mail)]
    [InlineData("files.read offline_access", AuthServer.Files)]
    [InlineData("openid email", AuthServer.Issuer)]
    [Spec("RFC 8707", "2")]
    [Spec("AA-T098")]
    public async Task Without_a_resource_a_token_is_for_the_one_its_scopes_belong_to(string scope, string audience)
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);

        var tokens = await claude.RedeemAsync(await claude.CodeFromAsync(server.Browser(), scope, ("resource", null)));

        Assert.Equal(audience, tokens.Claims.GetProperty("aud").GetString());
    }

    [Theory]
    [InlineData("mail.read files.read")] // no one resource has both
    [InlineData("offline_access")] // any could be meant
    [Spec("RFC 8707", "2")]
    [Spec("AA-T098")]
    public async Task Without_a_resource_and_without_a_clear_one_nothing_is_guessed(string scope)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();

        await alice.OpenAsync(Agent.Native(server).AskFor(scope, ("resource", null)));

        Assert.Equal("invalid_target", alice.Answer["error"]);
    }

    [Fact]
    [Spec("RFC 8707", "2.2")]
    [Spec("AA-T098")]
    public async Task A_service_that_names_no_resource_gets_its_only_one()
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.Service(server).ForItselfAsync(("resource", null));

        Assert.Equal(AuthServer.Mail, answer.Claims.GetProperty("aud").GetString());
    }

    [Fact]
    [Spec("RFC 8707", "2")]
    [Spec("AA-T099")]
    public async Task A_client_cannot_name_a_resource_it_was_not_given()
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.Service(server).ForItselfAsync(("resource", AuthServer.Files));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_target"), (answer.Status, answer.Error));
    }

    [Fact]
    [Spec("RFC 8707", "2.2")]
    [Spec("AA-T099")]
    public async Task A_code_buys_a_token_for_the_resource_it_was_given_for_whether_named_again_or_not()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), server.Browser());

        var named = await claude.RedeemAsync(await claude.CodeFromAsync(alice), ("resource", AuthServer.Mail + "/"));
        var unnamed = await claude.RedeemAsync(await claude.CodeFromAsync(alice));
        var other = await claude.RedeemAsync(await claude.CodeFromAsync(alice), ("resource", AuthServer.Files));

        Assert.Equal(AuthServer.Mail, named.Claims.GetProperty("aud").GetString());
        Assert.Equal(AuthServer.Mail, unnamed.Claims.GetProperty("aud").GetString());
        Assert.Equal("invalid_target", other.Error);
    }
}
