using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Developers;

/// <summary>A developer goes through the whole flow in the playground.</summary>
public sealed class TryItFlowTests
{
    [Fact]
    [Spec("RFC 6749", "4.1.3")]
    [Spec("RFC 7636", "4.5")]
    public async Task From_the_discovery_documents_to_decoded_tokens()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/try");
        Assert.Contains("/.well-known/oauth-authorization-server", dev.Words(), StringComparison.Ordinal);
        Assert.Contains("code_challenge_methods_supported", dev.Words(), StringComparison.Ordinal);

        await dev.BeginsARunAsync();
        Assert.All(
            ["response_type", "client_id", "redirect_uri", "scope", "resource", "state", "nonce", "code_challenge"],
            name => Assert.Contains(name + "=", dev.AuthorizeLink(), StringComparison.Ordinal));
        await dev.OpenAsync(dev.AuthorizeLink());
        Assert.Contains("Part of this server", dev.Words(), StringComparison.Ordinal);
        await dev.PressAsync("Allow");
        Assert.Equal("/developers/try", dev.Url);
        Assert.Contains("Came back with a code.", dev.Words(), StringComparison.Ordinal);
        await dev.PressAsync("Redeem the code");

        Assert.StartsWith("POST /connect/token HTTP/1.1", dev.Sent(), StringComparison.Ordinal);
        Assert.Contains("grant_type=authorization_code", dev.Sent(), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 OK", dev.Came(), StringComparison.Ordinal);
        Assert.Contains("\"token_type\": \"Bearer\"", dev.Came(), StringComparison.Ordinal);
        Assert.Contains("Signature good fits a key of jwks_uri", dev.Checks(), StringComparison.Ordinal);
        Assert.Contains($"Audience good {AuthServer.Mail}", dev.Checks(), StringComparison.Ordinal);
        Assert.Contains("Audience good agentauth-playground", dev.Checks(), StringComparison.Ordinal);
        Assert.Contains("Nonce good the one that was sent", dev.Checks(), StringComparison.Ordinal);
        Assert.DoesNotContain("not good", dev.Checks(), StringComparison.Ordinal);
        Assert.Contains("at+jwt", dev.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_person_is_asked_each_time_and_the_grant_is_theirs()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.TriesAsync();

        await dev.PressAsync("Start over");
        await dev.BeginsARunAsync();
        await dev.OpenAsync(dev.AuthorizeLink());
        Assert.NotNull(dev.Page.QuerySelector("input[name=scope]"));

        await dev.OpenAsync("/account/agents");
        Assert.Contains("AgentAuth playground", dev.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saying_no_comes_back_as_an_error_that_is_explained()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        await dev.OpenAsync(dev.AuthorizeLink());

        await dev.PressAsync("Cancel");

        Assert.Equal("/developers/try", dev.Url);
        Assert.Contains("access_denied", dev.Words(), StringComparison.Ordinal);
        Assert.Empty(dev.Page.QuerySelectorAll("section section"));
        Assert.DoesNotContain("return;", dev.Words(), StringComparison.Ordinal);
        await dev.ReadsWhyAsync(server, dev.Page.QuerySelector("a[href*='/developers/why?id=']")!.TextContent);
        Assert.Contains("person.allowed", dev.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Userinfo_answers_with_the_token()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.TriesAsync();

        await dev.PressAsync("Ask userinfo");

        Assert.StartsWith("GET /connect/userinfo HTTP/1.1", dev.Sent(), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 OK", dev.Came(), StringComparison.Ordinal);
        var id = await server.LookAsync(db => db.Users.Where(a => a.Email == People.Developer).Select(a => a.Id).SingleAsync());
        Assert.Contains(id.ToString("D"), dev.Came(), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RFC 9700", "4.14.2")]
    public async Task An_old_refresh_token_ends_the_family()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.TriesAsync();

        await dev.PressAsync("Refresh");
        Assert.StartsWith("HTTP/1.1 200 OK", dev.Came(), StringComparison.Ordinal);
        server.PassGrace();
        await dev.PressAsync("Use the old refresh token again");
        Assert.Equal("invalid_grant", dev.Error());
        Assert.Contains("Not ended not good", dev.Checks(), StringComparison.Ordinal);
        await dev.PressAsync("Refresh");

        Assert.Equal("invalid_grant", dev.Error());
        await dev.ReadsWhyAsync(server, dev.WhyId());
        Assert.Contains("RFC", dev.Words(), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RFC 6749", "4.1.2")]
    public async Task A_code_works_once_and_its_return_ends_what_it_gave()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.TriesAsync();

        await dev.PressAsync("Redeem the code again");

        Assert.Equal("invalid_grant", dev.Error());
        Assert.Contains("Not ended not good", dev.Checks(), StringComparison.Ordinal);
    }

    /// <summary>What is told of it is what happens: a code that has run out is refused, and ends nothing any more.</summary>
    [Fact]
    public async Task A_used_code_that_has_run_out_is_only_refused()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.TriesAsync();
        Assert.Contains("Its return while it is good ends what it gave", dev.Words(), StringComparison.Ordinal);
        server.Clock.Advance(TimeSpan.FromSeconds(65));

        await dev.PressAsync("Redeem the code again");

        Assert.Equal("invalid_grant", dev.Error());
        Assert.Contains("Not ended good the grant is live", dev.Checks(), StringComparison.Ordinal);
    }

    /// <summary>Who hears the page goes from region to region by their names.</summary>
    [Fact]
    public async Task Each_region_of_the_page_has_a_name_of_its_own()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.TriesAsync();
        await dev.PressAsync("Refresh");
        await dev.PressAsync("Refresh");

        var names = dev.Page.QuerySelectorAll("[role=region]").Select(r => r.GetAttribute("aria-label")).ToList();

        Assert.True(names.Count >= 6);
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    [Spec("RFC 7009", "2.1")]
    public async Task Revoking_gives_everything_back()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.TriesAsync();

        await dev.PressAsync("Revoke");
        Assert.StartsWith("HTTP/1.1 200 OK", dev.Came(), StringComparison.Ordinal);
        Assert.Contains("Not ended not good", dev.Checks(), StringComparison.Ordinal);
        await dev.PressAsync("Ask userinfo");

        Assert.Equal("invalid_token", dev.Error());
    }

    [Fact]
    public async Task One_button_ends_what_was_allowed()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.TriesAsync();
        Assert.Contains("live grants: 1", dev.Words(), StringComparison.Ordinal);

        await dev.PressAsync("End what was allowed here");

        Assert.Contains("nothing at the moment", dev.Words(), StringComparison.Ordinal);
        Assert.Contains("Not ended not good the grant has ended: Ended in the playground.", dev.Checks(), StringComparison.Ordinal);
        await dev.PressAsync("Refresh");
        Assert.Equal("invalid_grant", dev.Error());
    }

    [Fact]
    public async Task Signing_in_needs_no_resource()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Admin);
        await dev.OpenAsync("/developers/try");
        var own = await server.LookAsync(db => db.Resources.Where(r => r.IsIdentity).Select(r => r.Id).SingleAsync());
        await dev.OpenAsync($"/developers/try?resource={own}");

        await dev.PressAsync("Begin", ("scope", "openid"), ("scope", "email"));
        Assert.DoesNotContain("resource=", dev.AuthorizeLink(), StringComparison.Ordinal);
        await dev.AllowsAsync();
        await dev.PressAsync("Redeem the code");

        Assert.Contains($"Audience good {AuthServer.Issuer}", dev.Checks(), StringComparison.Ordinal);
        Assert.Contains(People.Admin, dev.Words(), StringComparison.Ordinal);
    }

    /// <summary>A picture of the page is worth nothing; the tokens are shown when they are asked for, on one page.</summary>
    [Fact]
    public async Task Tokens_are_cut_short_until_they_are_asked_for()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.TriesAsync();
        Assert.Null(Raw(dev));

        await dev.PressAsync("Show them once");
        var token = Raw(dev);
        Assert.NotNull(token);
        Assert.Equal(HttpStatusCode.OK, (await new Agent(server.Http(), "agentauth-playground", null, "").UserInfoAsync(token)).Status);
        await dev.OpenAsync("/developers/try");

        Assert.Null(Raw(dev));
        Assert.DoesNotContain(token, dev.Text, StringComparison.Ordinal);
        var rows = await server.LookAsync(db => db.PlaygroundRuns.Select(r => r.Sealed).ToListAsync());
        Assert.All(rows, row => Assert.DoesNotContain(token[..20], row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_nodes_share_a_run()
    {
        await using var server = await AuthServer.StartAsync();
        await using var other = server.Another();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        var there = other.Browser().WithCookies(dev.Cookies);

        await there.OpenAsync("/developers/try");
        await there.AllowsAsync();
        await there.PressAsync("Redeem the code");

        Assert.StartsWith("HTTP/1.1 200 OK", there.Came(), StringComparison.Ordinal);
        await dev.OpenAsync("/developers/try");
        Assert.StartsWith("HTTP/1.1 200 OK", dev.Came(), StringComparison.Ordinal);
        Assert.Equal(1, await server.LookAsync(db => db.Clients.CountAsync(c => c.ClientId == Client.PlaygroundId)));
    }

    /// <summary>The access token, when the page shows the whole of it.</summary>
    private static string? Raw(Browser dev) =>
        dev.Page.QuerySelector(".raw-access_token")?.TextContent is { } text && !text.Contains('…', StringComparison.Ordinal)
            ? text
            : null;
}
