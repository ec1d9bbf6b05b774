using System.Net;
using AgentAuth.Server.Features.FirstAdministrator;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Features;

public sealed class FirstAdministratorTests
{
    private const string Root = "root@example.test";
    private const string Password = "velvet tractor sings at noon";

    [Fact]
    [Spec("AA-T115")]
    public async Task Whoever_has_the_printed_link_becomes_the_administrator_once()
    {
        await using var server = await AuthServer.StartEmptyAsync();
        Assert.Equal(0, await server.LookAsync(db => db.Users.CountAsync()));
        var link = Link(server);
        var root = server.Browser();

        await root.OpenAsync(link);
        await root.PressAsync("Make administrator", ("Email", Root), ("Password", Password), ("Again", Password));
        await root.SignInAsync(Root, Password);
        await root.OpenAsync("/admin");
        Assert.Equal(HttpStatusCode.OK, root.Status);
        await root.OpenAsync(link);
        Assert.Equal(HttpStatusCode.NotFound, root.Status);
        await root.OpenAsync(Link(server)); // even a new link leads nowhere

        Assert.Equal(HttpStatusCode.NotFound, root.Status);
    }

    [Fact]
    [Spec("AA-T115")]
    public async Task Two_at_the_same_time_make_one_administrator()
    {
        await using var server = await AuthServer.StartEmptyAsync();
        var link = Link(server);
        var all = Enumerable.Range(0, 6).Select(_ => server.Browser()).ToList();
        foreach (var one in all)
        {
            await one.OpenAsync(link);
        }

        await Task.WhenAll(all.Select((one, i) =>
            one.SubmitAsync(
                one.Page.Forms.Single(f => f.QuerySelector("[name=Again]") is not null), null, ("Email", $"root{i}@example.test"),
                    ("Password", Password), ("Again", Password))));

        Assert.Equal(1, await server.LookAsync(db => db.Users.CountAsync()));
        Assert.Equal(
            1, await server.LookAsync(
                db => db.UserRoles.CountAsync(r => db.Roles.Any(x => x.Id == r.RoleId && x.Name == Role.Administrator))));
        Assert.Equal(5, all.Count(one => one.Status == HttpStatusCode.NotFound));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?token=")]
    [InlineData("?token=guess")]
    [InlineData("?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [Spec("AA-T115")]
    public async Task Without_the_link_there_is_no_such_page(string query)
    {
        await using var server = await AuthServer.StartEmptyAsync();
        var link = Link(server);
        var somebody = server.Browser();

        await somebody.OpenAsync("/set-up" + query);
        Assert.Equal(HttpStatusCode.NotFound, somebody.Status);
        await somebody.OpenAsync(link);
        await somebody.PressAsync("Make administrator", ("Email", Root), ("Password", Password), ("Again", Password), ("token", "guess"));

        Assert.Equal(0, await server.LookAsync(db => db.Users.CountAsync()));
    }

    [Fact]
    [Spec("AA-T115")]
    public async Task The_link_lasts_a_day()
    {
        await using var server = await AuthServer.StartEmptyAsync();
        var link = Link(server);
        var somebody = server.Browser();

        server.Clock.Advance(TimeSpan.FromHours(23.9));
        await somebody.OpenAsync(link);
        Assert.Equal(HttpStatusCode.OK, somebody.Status);
        server.Clock.Advance(TimeSpan.FromHours(0.2));
        await somebody.PressAsync("Make administrator", ("Email", Root), ("Password", Password), ("Again", Password));

        Assert.Equal(HttpStatusCode.NotFound, somebody.Status);
        Assert.Equal(0, await server.LookAsync(db => db.Users.CountAsync()));
    }

    [Fact]
    [Spec("AA-T115")]
    public async Task Where_somebody_administers_the_page_is_dead_from_the_start()
    {
        await using var server = await AuthServer.StartAsync();
        var somebody = server.Browser();

        await somebody.OpenAsync(Link(server));

        Assert.Equal(HttpStatusCode.NotFound, somebody.Status);
    }

    [Theory]
    [InlineData("short", "short")]
    [InlineData("passwordpassword", "passwordpassword")]
    [InlineData("velvet tractor sings at noon", "velvet tractor sings at night")]
    [Spec("AA-T115")]
    public async Task A_weak_or_mistyped_password_is_sent_back_and_the_link_stays_good(string password, string again)
    {
        await using var server = await AuthServer.StartEmptyAsync();
        var root = server.Browser();

        await root.OpenAsync(Link(server));
        await root.PressAsync("Make administrator", ("Email", Root), ("Password", password), ("Again", again));
        Assert.Equal(HttpStatusCode.BadRequest, root.Status);
        await root.PressAsync("Make administrator", ("Email", Root), ("Password", Password), ("Again", Password));

        Assert.Equal(1, await server.LookAsync(db => db.Users.CountAsync()));
    }

    /// <summary>As an operator reads it on the console.</summary>
    private static string Link(AuthServer server) => "/set-up?token=" + server.Services.GetRequiredService<SetUpLink>().Offer();
}
