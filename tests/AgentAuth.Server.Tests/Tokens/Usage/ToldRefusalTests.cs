using System.Net;
using System.Net.Http.Json;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Usage;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens.Usage;

/// <summary>What resource servers refused with an <c>error_id</c> of their own is explained here.</summary>
public sealed class ToldRefusalTests
{
    [Fact]
    [Spec("RFC 8707", "2")]
    public async Task A_token_for_another_resource_is_explained_to_the_developer_of_its_client()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        var (id, _) = await dev.RegistersAsync();
        await TellAsync(server, new { error_id = "0123456789ab", client_id = id, aud = new[] { AuthServer.Files } });

        await dev.ReadsWhyAsync(server, "0123456789ab");
        var alice = await server.SignedInAsync();
        await alice.OpenAsync("/developers/why?id=0123456789ab");

        Assert.All(
            ["token.audience", TokenRules.Audience.Expected, AuthServer.Files, AuthServer.Mail, id],
            words => Assert.Contains(words, dev.Text, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, alice.Status);
    }

    [Fact]
    public async Task An_id_that_is_taken_stays_what_it_was_and_an_invented_client_has_none()
    {
        await using var server = await AuthServer.StartAsync();
        var own = (await Agent.Web(server).RefreshAsync("none-of-ours")).ErrorId();
        await server.WritesDownAsync(own);
        var aud = new[] { AuthServer.Files };

        await TellAsync(server, new { error_id = own, client_id = "demo-web", aud });
        await TellAsync(server, new { error_id = "aaaaaaaaaaaa", client_id = "invented", aud });
        await TellAsync(server, new { error_id = "bbbbbbbbbbbb", client_id = "demo-web", aud });
        await TellAsync(server, new { error_id = "bbbbbbbbbbbb", client_id = "demo-web", aud = new[] { "https://another.test" } });
        await TellAsync(server, new { error_id = "cccccccccccc", client_id = "demo-web", aud });
        await server.WritesDownAsync("cccccccccccc");

        var rows = await server.LookAsync(db => db.RefusedRequests.AsNoTracking().ToDictionaryAsync(r => r.Id));
        Assert.Equal(new HashSet<string> { own, "bbbbbbbbbbbb", "cccccccccccc" }, [.. rows.Keys]);
        Assert.Equal("refresh-token.live", rows[own].Rule);
        Assert.Contains(AuthServer.Files, rows["bbbbbbbbbbbb"].Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0123456789AB", "demo-web", 1)]
    [InlineData("0123", "demo-web", 1)]
    [InlineData("0123456789ab", "", 1)]
    [InlineData("0123456789ab", "demo-web", 6)]
    [InlineData("0123456789ab", "demo\0web", 1)]
    public async Task What_is_no_refusal_is_refused(string errorId, string client, int audiences)
    {
        await using var server = await AuthServer.StartAsync();
        object refusal = new { error_id = errorId, client_id = client, aud = Enumerable.Repeat(AuthServer.Files, audiences) };

        using var answer = await SendAsync(server, refusal);
        using var many = await SendAsync(server, [.. Enumerable.Repeat(
            new { error_id = "0123456789ab", client_id = "demo-web", aud = Array.Empty<string>() }, UsageReport.MaxRefusals + 1)]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, many.StatusCode);
    }

    [Fact]
    public async Task What_a_token_is_for_is_said_at_userinfo_too()
    {
        await using var server = await AuthServer.StartAsync();
        var tokens = await Agent.Web(server).TokensFromAsync(server.Browser(), "mail.read");
        var id = await server.UserInfoErrorIdAsync(tokens.AccessToken);
        var dev = await server.SignedInAsync(People.Developer);

        await dev.ReadsWhyAsync(server, id);

        Assert.Contains("token.scope", dev.Text, StringComparison.Ordinal);
        Assert.Contains($"It is for {AuthServer.Mail}.", dev.Text, StringComparison.Ordinal);
    }

    private static async Task TellAsync(AuthServer server, object refusal)
    {
        using var answer = await SendAsync(server, refusal);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(AuthServer server, params object[] refusals) => server.SendsReportAsync(
        JsonContent.Create(new { id = Reporting.NewId(), resource = AuthServer.Mail, uses = Array.Empty<object>(), refusals }));
}
