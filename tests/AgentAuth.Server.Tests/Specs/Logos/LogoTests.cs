using System.Net;
using AgentAuth.Server.Specs.ClientIdMetadataDocuments;
using AgentAuth.Server.Specs.Logos;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Specs.Logos;

/// <summary>A client's picture, as people see it.</summary>
public sealed class LogoTests
{
    private const string Logo = "https://app.test/logo.png";
    private const string Elsewhere = "https://other.test/logo.png";

    [Fact]
    [Spec("AA-T082")]
    public async Task Is_fetched_once_and_shown_from_this_server()
    {
        await using var web = await OutsideWeb.StartAsync();
        Publish(web, Drawn.Png(200, 200));
        await using var server = await web.AuthServerAsync();
        var alice = await SeenAsync(server);

        await alice.OpenAsync(Described.Agent(server).AskFor());
        var address = alice.Page.QuerySelector("img.tile")!.GetAttribute("src")!;
        await alice.PressAsync("Allow");
        await alice.OpenAsync("/account/agents");
        Assert.Equal(address, alice.Page.QuerySelector("img.tile")!.GetAttribute("src"));
        await server.Browser().OpenAsync(Described.Agent(server).AskFor());
        using var answer = await server.Http().GetAsync(address);

        Assert.StartsWith("/logos/", address, StringComparison.Ordinal);
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(128, PngReader.Read(await answer.Content.ReadAsByteArrayAsync()).Picture!.Width);
        Assert.Single(web.Asked, Logo);
    }

    [Theory]
    [InlineData("svg")]
    [InlineData("html called png")]
    [InlineData("redirect")]
    [InlineData("too large")]
    [InlineData("20k")]
    [Spec("AA-T082")]
    public async Task What_is_no_picture_is_a_letter(string what)
    {
        await using var web = await OutsideWeb.StartAsync();
        Publish(web, Drawn.Png(200, 200));
        web.Answer(Logo, async http =>
        {
            http.Response.StatusCode = what == "redirect" ? 302 : 200;
            http.Response.Headers.Location = what == "redirect" ? "https://other.test/logo.png" : default;
            http.Response.ContentType = what == "svg" ? "image/svg+xml" : "image/png";
            await http.Response.Body.WriteAsync(what switch
            {
                "too large" => new byte[LogoShelf.MaxFetched + 1],
                "20k" => Drawn.Png(20_000, 20_000, rows: [0]),
                _ => "<svg/>"u8.ToArray(),
            });
        });
        await using var server = await web.AuthServerAsync();
        var alice = await SeenAsync(server);

        await alice.OpenAsync(Described.Agent(server).AskFor());

        Assert.Null(alice.Page.QuerySelector("img"));
        Assert.NotNull(alice.Page.QuerySelector("span.tile"));
        Assert.Single(web.Asked, Logo);
        Assert.DoesNotContain("other.test", web.LookedUp);
        Assert.NotNull(await server.LookAsync(db => db.Logos.Select(l => l.Problem).SingleAsync()));
    }

    [Fact]
    [Spec("AA-T082")]
    [Spec("AA-T071")]
    public async Task Nobody_is_asked_inside_a_network()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(changes: ("logo_uri", "https://other.test/logo.png")));
        web.Names["other.test"] = new([[IPAddress.Parse("10.0.0.1")]]);
        await using var server = await web.AuthServerAsync();
        await SeenAsync(server);

        Assert.Contains("other.test", web.LookedUp);
        Assert.DoesNotContain(web.ConnectedTo, p => p.Address.Equals(IPAddress.Parse("10.0.0.1")));
        Assert.DoesNotContain("https://other.test/logo.png", web.Asked);
    }

    [Fact]
    [Spec("AA-T082")]
    public async Task Who_proved_nothing_has_none()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var registered = await server.SelfRegisterAsync(Registering.Plain.Replace(
            "{\"client_name\"", "{\"logo_uri\": \"https://app.test/logo.png\", \"client_name\"", StringComparison.Ordinal));
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(new Agent(server.Http(), registered.Id, null, Described.AppCallback).AskFor());
        var id = await server.LookAsync(db => db.Clients.Where(c => c.ClientId == registered.Id).Select(c => c.Id).SingleAsync());

        Assert.False(await Shelf(server).FetchAsync(id, CancellationToken.None));
        Assert.Null(alice.Page.QuerySelector("img"));
        Assert.Empty(web.LookedUp);
    }

    [Fact]
    [Spec("AA-T082")]
    public async Task A_host_that_rests_is_asked_later_and_not_given_up_for_a_day()
    {
        await using var web = await OutsideWeb.StartAsync();
        Publish(web, Drawn.Png(200, 200), Elsewhere);
        await using var server = await web.AuthServerAsync();
        var limits = server.Services.GetRequiredService<FetchLimits>();
        limits.IsDown(new(Elsewhere));
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(Described.Agent(server).AskFor());
        var id = await server.LookAsync(db => db.Clients.Where(c => c.ClientId == Described.App).Select(c => c.Id).SingleAsync());

        Assert.False(await Shelf(server).FetchAsync(id, CancellationToken.None));
        Assert.False(await server.LookAsync(db => db.Logos.AnyAsync()));
        Assert.False(Shelf(server).Want(id)); // however often its page is seen
        server.Clock.Advance(FetchLimits.Pause);
        await alice.OpenAsync(Described.Agent(server).AskFor());
        await FetchedAsync(server);
        await alice.OpenAsync(Described.Agent(server).AskFor());

        Assert.NotNull(alice.Page.QuerySelector("img.tile"));
    }

    [Fact]
    [Spec("AA-T082")]
    public async Task Pictures_of_others_take_no_place_from_one()
    {
        await using var web = await OutsideWeb.StartAsync();
        Publish(web, Drawn.Png(200, 200), Elsewhere);
        await using var server = await web.AuthServerAsync();
        var limits = server.Services.GetRequiredService<FetchLimits>();
        for (var others = 0; others <= FetchLimits.PerCaller; others++)
        {
            var other = new Uri($"https://other{others}.test/logo.png");
            Assert.True(limits.TryTakeUnhurried(other));
            limits.TryTake(other, caller: null, isKnown: false);
        }
        await SeenAsync(server);

        Assert.NotNull(await server.LookAsync(db => db.Logos.Select(l => l.Png).SingleAsync()));
        Assert.Equal(
            FetchLimits.PerCallerAndHost - 1, Enumerable.Range(0, 100).Count(_ => limits.TryTakeUnhurried(new(Elsewhere))));
    }

    private static void Publish(OutsideWeb web, byte[] png, string address = Logo)
    {
        web.Publish(Described.App, Described.Document(changes: ("logo_uri", address)));
        web.Answer(address, async http =>
        {
            http.Response.ContentType = "image/png";
            await http.Response.Body.WriteAsync(png);
        });
    }

    /// <summary>Somebody was asked before, and the picture was looked for since.</summary>
    private static async Task<Browser> SeenAsync(AuthServer server)
    {
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(Described.Agent(server).AskFor());
        await FetchedAsync(server);
        return alice;
    }

    internal static async Task FetchedAsync(AuthServer server)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var glance = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await server.LookAsync(db => db.Logos.AnyAsync()))
        {
            await glance.WaitForNextTickAsync(patience.Token);
        }
    }

    private static LogoShelf Shelf(AuthServer server) => server.Services.GetRequiredService<LogoShelf>();
}
