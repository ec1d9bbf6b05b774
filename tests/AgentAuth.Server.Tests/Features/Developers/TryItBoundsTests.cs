using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Developers;

/// <summary>Whose run it is, how long it lasts, and what becomes of answers that do not belong to it.</summary>
public sealed class TryItBoundsTests
{
    private const string Callback = "/developers/try/callback";
    private const string Iss = "&iss=http%3A%2F%2Flocalhost%3A5100";

    [Fact]
    public async Task It_is_for_developers()
    {
        await using var server = await AuthServer.StartAsync();

        Assert.NotNull((await server.Browser().OpenAsync("/developers/try")).Page.QuerySelector("input[name=Password]"));
        Assert.Equal(HttpStatusCode.Forbidden, (await (await server.SignedInAsync()).OpenAsync("/developers/try")).Status);
        Assert.Equal(HttpStatusCode.OK, (await (await server.SignedInAsync(People.Developer)).OpenAsync("/developers/try")).Status);
        Assert.Equal(HttpStatusCode.OK, (await (await server.SignedInAsync(People.Admin)).OpenAsync("/developers/try")).Status);
    }

    [Fact]
    public async Task Another_developer_does_not_see_a_run()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.TriesAsync();
        var other = await server.SignedInAsync(People.Admin);

        await other.OpenAsync("/developers/try");
        Assert.Contains("Choose what to ask for", other.Words(), StringComparison.Ordinal);
        Assert.Null(other.Page.QuerySelector(".wire"));
        await dev.OpenAsync("/developers/try");
        Assert.StartsWith("HTTP/1.1 200 OK", dev.Came(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_browser_of_the_same_person_sees_only_that_there_is_one()
    {
        await using var server = await AuthServer.StartAsync();
        await server.TriesAsync();
        var laptop = await server.SignedInAsync(People.Developer);

        await laptop.OpenAsync("/developers/try");

        Assert.Contains("A run is open in another browser of yours", laptop.Words(), StringComparison.Ordinal);
        Assert.Null(laptop.Page.QuerySelector(".wire"));
        await laptop.OpenAsync($"{Callback}?code=x&state=y{Iss}");
        Assert.Contains("begun in another browser", laptop.Words(), StringComparison.Ordinal);
    }

    /// <summary>An answer for the first person must not become the second one's on the same machine.</summary>
    [Fact]
    public async Task An_answer_that_comes_to_another_session_is_not_taken()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        await dev.OpenAsync(dev.AuthorizeLink());
        var other = await server.SignedInAsync(People.Admin);
        await other.BeginsARunAsync();
        var answer = await dev.AnswerAsync();

        await other.OpenAsync(answer);

        Assert.Equal(HttpStatusCode.BadRequest, other.Status);
        Assert.Contains("The state is not the one that was sent", other.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_forgotten_after_half_an_hour()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        await dev.OpenAsync(dev.AuthorizeLink());
        var answer = await dev.AnswerAsync();
        server.Clock.Advance(PlaygroundRun.Lifetime);

        await dev.OpenAsync("/developers/try");
        Assert.Contains("Your last run is over", dev.Words(), StringComparison.Ordinal);
        await dev.OpenAsync(answer);

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Contains("begun more than half an hour ago", dev.Words(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The state is not the one that was sent")]
    [InlineData("?code=x", "The state is not the one that was sent")]
    [InlineData("?code=x&state=forged" + Iss, "The state is not the one that was sent")]
    [InlineData("?code=x&state=STATE", "does not name this server in iss")]
    [InlineData("?code=x&state=STATE&iss=https%3A%2F%2Felsewhere.example", "does not name this server in iss")]
    [InlineData("?code=x&state=STATE&state=STATE" + Iss, "The state is not the one that was sent")]
    [InlineData("?state=STATE" + Iss, "neither a code nor an error")]
    [InlineData("?code=x&error=y&state=STATE" + Iss, "neither a code nor an error, or both")]
    public async Task What_is_mixed_up_gets_clear_words_and_changes_nothing(string query, string words)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        var state = System.Web.HttpUtility.ParseQueryString(dev.AuthorizeLink().Split('?')[1])["state"]!;

        await dev.OpenAsync(Callback + query.Replace("STATE", state, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Contains(words, dev.Words(), StringComparison.Ordinal);
        Assert.DoesNotContain("code=", dev.Url, StringComparison.Ordinal);
        Assert.DoesNotContain("state=", dev.Url, StringComparison.Ordinal);
        await dev.OpenAsync("/developers/try");
        await dev.AllowsAsync();
        Assert.Contains("Came back with a code.", dev.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_answer_is_taken_once()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        await dev.OpenAsync(dev.AuthorizeLink());
        var answer = await dev.AnswerAsync();
        await dev.OpenAsync(answer);

        await dev.OpenAsync(answer);

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Contains("This run has had its answer", dev.Words(), StringComparison.Ordinal);
    }

    /// <summary>A sign-in page would carry the code in its address.</summary>
    [Fact]
    public async Task Without_a_run_or_a_person_an_answer_gets_words()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync($"{Callback}?code=x&state=y{Iss}");
        Assert.Contains("No run waits for an answer here", dev.Words(), StringComparison.Ordinal);

        foreach (var nobody in new[] { server.Browser(), await server.SignedInAsync() })
        {
            await nobody.OpenAsync($"{Callback}?code=x&state=y{Iss}");
            Assert.Equal(HttpStatusCode.BadRequest, nobody.Status);
            Assert.Contains("for a developer who is signed in", nobody.Words(), StringComparison.Ordinal);
            Assert.DoesNotContain("code=", nobody.Url, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("redeem")]
    [InlineData("no-such-step")]
    [InlineData(null)]
    public async Task A_step_without_its_run_is_told_so(string? step)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/try");
        var form = (AngleSharp.Html.Dom.IHtmlFormElement)dev.Page.QuerySelector("form[method=post][action*='handler=Begin']")!;
        var fields = Browser.Filled(form, pressed: null).Where(f => f.Key == "__RequestVerificationToken")
            .Concat(step is null ? [] : [KeyValuePair.Create("step", step)]);

        await dev.SendAsync(HttpMethod.Post, "/developers/try?handler=Step", fields);
        await dev.FollowAsync();

        Assert.Equal(HttpStatusCode.OK, dev.Status);
        Assert.Contains("There is no run that this step belongs to", dev.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_ticked_is_told_and_begins_nothing()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);

        await dev.BeginsARunAsync("no.such.scope");

        Assert.Contains("Tick at least one scope", dev.Words(), StringComparison.Ordinal);
        Assert.False(await server.LookAsync(db => db.PlaygroundRuns.AnyAsync()));
    }

    [Fact]
    public async Task An_administrator_can_block_it()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.TriesAsync();
        await server.ChangeAsync(async db => (await db.Clients.SingleAsync(c => c.ClientId == Client.PlaygroundId)).Block(server.Clock));

        await dev.PressAsync("Start over");
        await dev.BeginsARunAsync();

        Assert.Contains("An administrator has blocked the playground's client", dev.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_it_is_off_there_is_no_page_and_its_client_may_do_nothing()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        var link = dev.AuthorizeLink();
        await using var off = server.Another(host => host.UseSetting("AgentAuth:Playground:Enabled", "false"));
        var there = off.Browser().WithCookies(dev.Cookies);

        Assert.Equal(HttpStatusCode.NotFound, (await there.OpenAsync("/developers/try")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await there.OpenAsync($"{Callback}?code=x&state=y")).Status);
        Assert.DoesNotContain("Try it", (await there.OpenAsync("/developers/why")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await there.OpenAsync(link)).Status);
    }

    /// <summary>A server that got another name answers to its new address, and not to the old one.</summary>
    [Fact]
    public async Task Its_address_goes_with_the_issuer()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        await server.ChangeAsync(async db =>
        {
            var client = await db.Clients.SingleAsync(c => c.ClientId == Client.PlaygroundId);
            client.RedirectUris = "[\"https://old.example/developers/try/callback\"]";
        });

        await dev.PressAsync("Start over");
        await dev.BeginsARunAsync();
        await dev.AllowsAsync();

        Assert.Contains("Came back with a code.", dev.Words(), StringComparison.Ordinal);
    }
}
