using System.Net;
using System.Web;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace AgentAuth.Server.Tests.Features.Developers;

/// <summary>A run asks the one who began it, and gets nobody else's tokens.</summary>
public sealed class TryItOwnerTests
{
    private const string OnlyTheOwner = "asks only who began the run";

    /// <summary>A developer hands the address of a run to somebody, to have the tokens of what they allow.</summary>
    [Fact]
    public async Task Nobody_else_ever_sees_the_question()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        var other = await server.SignedInAsync(People.Admin);
        await other.BeginsARunAsync();
        var laptop = await server.SignedInAsync(People.Developer);

        foreach (var lured in new[] { await server.SignedInAsync(), other, laptop, server.Browser() })
        {
            await lured.OpenAsync(dev.AuthorizeLink());
            if (lured.Page.QuerySelector("input[name=Password]") is not null)
            {
                await lured.SignInAsync(People.Bob);
            }
            Assert.Equal(HttpStatusCode.BadRequest, lured.Status);
            Assert.Contains(OnlyTheOwner, lured.Words(), StringComparison.Ordinal);
            Assert.Null(lured.Left);
            Assert.StartsWith("/connect/authorize", lured.Url, StringComparison.Ordinal);
        }
        Assert.False(await server.LookAsync(db => db.Interactions.AnyAsync()));
        await dev.AllowsAsync();
        Assert.Contains("Came back with a code.", dev.Words(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("another")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_request_that_is_not_the_run_s_is_not_asked_about(string? state)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();

        await dev.OpenAsync(With(dev.AuthorizeLink(), ("state", state)));

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Contains(OnlyTheOwner, dev.Words(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_over_or_has_its_answer_asks_no_more()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        var link = dev.AuthorizeLink();
        await dev.AllowsAsync();

        await dev.OpenAsync(link);
        Assert.Contains(OnlyTheOwner, dev.Words(), StringComparison.Ordinal);
        await dev.OpenAsync("/developers/try");
        await dev.PressAsync("Start over");
        await dev.BeginsARunAsync();
        link = dev.AuthorizeLink();
        server.Clock.Advance(PlaygroundRun.Lifetime);
        await dev.OpenAsync(link);

        Assert.Contains(OnlyTheOwner, dev.Words(), StringComparison.Ordinal);
        await dev.ReadsWhyAsync(server, dev.ErrorId());
        Assert.Contains("playground.owner", dev.Words(), StringComparison.Ordinal);
    }

    /// <summary>Whoever gets somebody to put a run's challenge into a request of their own still has nothing of it.</summary>
    [Fact]
    public async Task Tokens_of_somebody_else_are_not_kept_and_what_they_came_of_ends()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.BeginsARunAsync();
        var own = HttpUtility.ParseQueryString(dev.AuthorizeLink().Split('?')[1]);
        var other = await server.SignedInAsync(People.Admin);
        await other.BeginsARunAsync();
        await other.OpenAsync(With(other.AuthorizeLink(), ("code_challenge", own["code_challenge"])));
        var answer = await other.AnswerAsync();

        await dev.OpenAsync(With(answer, ("state", own["state"])));
        await dev.PressAsync("Redeem the code");

        Assert.Contains("somebody else", dev.Came(), StringComparison.Ordinal);
        Assert.Empty(dev.Checks());
        Assert.DoesNotContain("Show them once", dev.Text, StringComparison.Ordinal);
        var grant = await server.LookAsync(db => db.Grants.SingleAsync());
        Assert.NotEqual(OpenIddictConstants.Statuses.Valid, grant.Status);
        await dev.PressAsync("Redeem the code again");
        Assert.Equal("invalid_grant", dev.Error());
    }

    private static string With(string address, (string Name, string? Value) change)
    {
        var query = HttpUtility.ParseQueryString(address.Split('?')[1]);
        query.Remove(change.Name);
        if (change.Value is not null)
        {
            query[change.Name] = change.Value;
        }
        return $"{address.Split('?')[0]}?{query}";
    }
}
