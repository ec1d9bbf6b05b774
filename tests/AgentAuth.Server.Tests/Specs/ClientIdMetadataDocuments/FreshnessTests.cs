using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Tests.Features.Developers.Domains;
using AgentAuth.Server.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs.ClientIdMetadataDocuments;

/// <summary>How often a document is read, and what happens when it cannot be.</summary>
public sealed class FreshnessTests
{
    [Theory]
    [InlineData("max-age=1", 4, 1)]
    [InlineData("max-age=1", 6, 2)]
    [InlineData("no-store", 4, 1)]
    [InlineData("no-store", 6, 2)]
    [InlineData("max-age=1200", 19, 1)]
    [InlineData("max-age=1200", 21, 2)]
    [InlineData(null, 59, 1)]
    [InlineData(null, 61, 2)]
    [InlineData("max-age=99999999", 1439, 1)]
    [InlineData("max-age=99999999", 1441, 2)]
    [Spec("AA-T077")]
    [Spec("CIMD", "4.4")]
    public async Task A_copy_is_good_for_as_long_as_its_host_says_within_bounds(string? cacheControl, int minutes, int readings)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(), cacheControl, tag: "\"v1\"");
        await using var server = await web.AuthServerAsync();
        await OpenAsync(server);

        server.Clock.Advance(TimeSpan.FromMinutes(minutes));
        await OpenAsync(server);
        await OpenAsync(server);

        Assert.Equal(readings, web.Asked.Count);
    }

    [Fact]
    [Spec("AA-T077")]
    public async Task Many_who_come_at_once_cause_one_reading()
    {
        await using var web = await OutsideWeb.StartAsync();
        var gate = new TaskCompletionSource();
        web.Answer(Described.App, async http =>
        {
            await gate.Task;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(Described.Document());
        });
        await using var server = await web.AuthServerAsync();

        var all = Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => OpenAsync(server))));
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        gate.SetResult();

        Assert.All(await all, Assert.True);
        Assert.Single(web.Asked);
        Assert.Equal(1, await server.LookAsync(db => db.Clients.CountAsync(c => c.ClientId == Described.App)));
    }

    [Theory]
    [InlineData("Google Drive", "https://app.test/cb", "logo", nameof(Trust.DomainProved))]
    [InlineData("The App", "https://evil.test/cb", "logo", nameof(Trust.DomainProved))]
    [InlineData("The App", "https://app.test/cb", "drive", nameof(Trust.DomainProved))]
    [InlineData("The App", "https://app.test/new", "logo", nameof(Trust.VerifiedPublisher))]
    [Spec("AA-T081")]
    public async Task What_was_verified_of_a_document_is_its_name_its_logo_and_its_hosts(
        string name, string redirect, string logo, string trust)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(changes: ("logo_uri", "https://app.test/logo.png")));
        await using var server = await web.AuthServerAsync();
        await OpenAsync(server);
        await server.ChangeAsync(async db =>
            (await db.Clients.SingleAsync(c => c.ClientId == Described.App)).DecideTrust(Trust.VerifiedPublisher));

        web.Publish(Described.App, Described.Document(
            changes: [("client_name", name), ("redirect_uris", new[] { redirect }), ("logo_uri", $"https://app.test/{logo}.png")]));
        server.Clock.Advance(TimeSpan.FromDays(2));
        await server.Browser().OpenAsync(new Agent(server.Http(), Described.App, null, redirect).AskFor());

        Assert.Equal(trust, (await server.TrustOfAsync(Described.App)).ToString());
    }

    [Fact]
    [Spec("AA-T077")]
    public async Task A_refusal_is_not_kept()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        Assert.False(await OpenAsync(server));
        Assert.False(await server.LookAsync(db => db.Clients.AnyAsync(c => c.ClientId == Described.App)));

        web.Publish(Described.App, Described.Document());

        Assert.True(await OpenAsync(server));
    }

    [Theory]
    [InlineData("down", 6, true)]
    [InlineData("down", 8, false)]
    [InlineData("500", 6, true)]
    [InlineData("html", 6, true)]
    [InlineData("404", 1, false)]
    [InlineData("other", 1, false)]
    [Spec("CIMD", "4.4")]
    public async Task A_known_good_copy_outlives_an_outage_but_not_a_withdrawal(string what, int days, bool goesOn)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();
        await Described.Agent(server).TokensFromAsync(await server.SignedInAsync());

        server.Clock.Advance(TimeSpan.FromDays(days));
        web.IsDown = what == "down";
        switch (what)
        {
            case "html":
                web.Publish(Described.App, "<html>Sorry</html>", type: "text/html");
                break;
            case "other":
                web.Publish(Described.App, Described.Document("https://app.test/other.json"));
                break;
            default:
                web.Answer(Described.App, http =>
                {
                    http.Response.StatusCode = what == "404" ? 404 : 500;
                    return Task.CompletedTask;
                });
                break;
        }

        Assert.Equal(goesOn, await OpenAsync(server));
    }

    [Fact]
    [Spec("AA-T078")]
    public async Task A_thousand_addresses_on_one_host_are_a_few_knocks_at_its_door()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();

        for (var i = 0; i < 1000; i++)
        {
            await OpenAsync(server, $"https://app.test/{i}.json", $"198.51.100.{i % 250}");
        }

        Assert.Equal(FetchLimits.PerHost, web.Asked.Count);
        server.Clock.Advance(FetchLimits.Window);
        web.Publish(Described.App, Described.Document());
        Assert.True(await OpenAsync(server));
    }

    [Fact]
    [Spec("AA-T078")]
    public async Task One_who_asks_for_a_thousand_hosts_keeps_nobody_else_out()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();

        for (var i = 0; i < 100; i++)
        {
            await OpenAsync(server, $"https://h{i}.test/a.json", "198.51.100.7");
            await OpenAsync(server, $"https://app.test/{i}.json", "198.51.100.8");
        }

        Assert.Equal(FetchLimits.PerCaller + FetchLimits.PerCallerAndHost, web.Asked.Count);
        Assert.True(await OpenAsync(server, Described.App, "198.51.100.9"));
    }

    [Fact]
    [Spec("AA-T078")]
    public async Task A_host_that_is_down_is_left_in_peace_for_a_moment()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();
        web.IsDown = true;
        Assert.False(await OpenAsync(server));
        web.IsDown = false;
        Assert.False(await OpenAsync(server));
        Assert.Single(web.ConnectedTo);

        server.Clock.Advance(FetchLimits.Pause);

        Assert.True(await OpenAsync(server));
    }

    [Fact]
    public void Each_port_of_this_computer_is_a_place_of_its_own()
    {
        var limits = new FetchLimits(TimeProvider.System);
        var (one, other) = (new Uri("http://localhost:7001/a.json"), new Uri("http://localhost:7002/a.json"));
        limits.IsDown(one);

        Assert.False(limits.TryTake(one, caller: null, isKnown: false));
        var taken = Enumerable.Range(0, FetchLimits.PerHost).Count(_ => limits.TryTake(other, IPAddress.Loopback, isKnown: false));
        Assert.Equal(FetchLimits.PerCallerAndHost, taken);
    }

    [Fact]
    [Spec("AA-T085")]
    public async Task A_document_nobody_said_yes_to_is_forgotten_and_one_somebody_did_is_not()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        web.Publish("https://app.test/idle.json", Described.Document("https://app.test/idle.json"));
        await using var server = await web.AuthServerAsync();
        await Described.Agent(server).TokensFromAsync(await server.SignedInAsync());
        Assert.True(await OpenAsync(server, "https://app.test/idle.json"));

        server.Clock.Advance(UnusedClients.Lifetime + TimeSpan.FromMinutes(1));
        await server.PruneAsync();

        var described = await server.LookAsync(
            db => db.Clients.Where(c => c.Origin == Origin.ByDocument).Select(c => c.ClientId).ToListAsync());
        Assert.Equal([Described.App], described);
    }

    [Fact]
    public void Bounds_hold_whatever_is_said()
    {
        Assert.Equal(Freshness.Floor, Freshness.Of(TimeSpan.FromSeconds(-5)));
        Assert.Equal(Freshness.Ceiling, Freshness.Of(TimeSpan.MaxValue));
        Assert.Equal(Freshness.Unsaid, Freshness.Of(null));
        Assert.Equal(TimeSpan.FromMinutes(10), Freshness.Of(TimeSpan.FromMinutes(10)));
    }

    /// <summary>Whether somebody who is not signed in gets as far as the sign-in page.</summary>
    private static async Task<bool> OpenAsync(AuthServer server, string clientId = Described.App, string? address = null)
    {
        var browser = server.Browser(address);
        await browser.OpenAsync(Described.Agent(server, clientId).AskFor());
        return browser.Status == HttpStatusCode.OK && browser.Page.QuerySelector("input[name=Password]") is not null;
    }
}
