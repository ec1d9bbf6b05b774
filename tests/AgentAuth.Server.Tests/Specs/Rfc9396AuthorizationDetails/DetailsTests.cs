using System.Net;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs.Rfc9396AuthorizationDetails;

/// <summary>What a person said beyond scopes travels in the tokens.</summary>
public sealed class DetailsTests
{
    private const string Scopes = "offline_access mail.read mail.send mail.delete";

    [Fact]
    [Spec("RFC 9396", "9.1")]
    [Spec("RFC 9396", "7")]
    public async Task Limits_stand_in_the_token_and_beside_it()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser(), "offline_access mail.read mail.send"); // nothing to ask about first
        Assert.False(tokens.Claims.TryGetProperty("authorization_details", out _));
        Assert.False(tokens.Has("authorization_details"));

        await server.LimitAsync(Limiting.Everything, "mail.delete");
        tokens = await claude.RefreshAsync(tokens.RefreshToken);

        const string expected =
            """[{"type":"agentauth_limits","changes_per_day":2,"change_scopes":["mail.delete","mail.send"],"ask_scopes":["mail.delete"]},"""
            + """{"type":"agentauth_objects","identifiers":["a","b\"<é"]}]""";
        Assert.Equal(expected, tokens.Claims.GetProperty("authorization_details").GetRawText());
        Assert.Equal(expected, tokens.Json.GetProperty("authorization_details").GetRawText());
    }

    [Fact]
    [Spec("RFC 9396", "9.2")]
    public async Task One_detail_is_an_array_too_when_it_is_asked_about()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser(), Scopes);
        await server.LimitAsync(Limiting.Changes(3));
        tokens = await claude.RefreshAsync(tokens.RefreshToken);

        var seen = await Agent.MailServer(server).IntrospectAsync(tokens.AccessToken);
        var byPipeline = await Agent.MailServer(server)
            .PostAsync("/connect/introspect", [("token", tokens.AccessToken), ("x", "not the short path")]);

        Assert.Equal("agentauth_limits", seen.GetProperty("authorization_details")[0].GetProperty("type").GetString());
        Assert.Equal(
            JsonSerializer.Serialize(seen.GetProperty("authorization_details")),
            JsonSerializer.Serialize(byPipeline.Json.GetProperty("authorization_details")));
    }

    [Fact]
    public async Task What_the_person_changed_counts_from_the_next_refresh()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser(), Scopes);
        await server.LimitAsync(Limiting.Everything);
        tokens = await claude.RefreshAsync(tokens.RefreshToken);

        await server.LimitAsync(new GrantTerms(Grant.Unending));
        tokens = await claude.RefreshAsync(tokens.RefreshToken);

        Assert.False(tokens.Claims.TryGetProperty("authorization_details", out _));
    }

    [Fact]
    public async Task Asking_before_deleting_says_nothing_where_nothing_can_be_deleted()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser(), "offline_access mail.read mail.send");
        await server.LimitAsync(Limiting.AskFirst);

        tokens = await claude.RefreshAsync(tokens.RefreshToken);

        Assert.False(tokens.Has("authorization_details"));
    }

    [Theory]
    [InlineData("""[{"type":"payment_initiation"}]""", "No type")]
    [InlineData("""[{"type":"agentauth_limits","changes_per_day":1000}]""", "People choose")]
    [InlineData("""{"type":"agentauth_limits"}""", "array")]
    [InlineData("[{", "not JSON")]
    [InlineData("", "not JSON")]
    [Spec("RFC 9396", "5")]
    public async Task What_an_agent_asks_for_itself_is_refused(string details, string words)
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), server.Browser());

        await alice.OpenAsync(claude.AskFor(changes: ("authorization_details", details)));
        var tokens = await Agent.Service(server).ForItselfAsync(("authorization_details", details));

        Assert.Equal("invalid_authorization_details", alice.Answer["error"]);
        Assert.Contains(words, alice.Answer["error_description"], StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_authorization_details"), (tokens.Status, tokens.Error));
    }
}
