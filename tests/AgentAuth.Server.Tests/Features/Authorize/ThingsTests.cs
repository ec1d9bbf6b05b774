using System.Net;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>Which things: the resource lists them while the page is made, and again when the answer comes.</summary>
public sealed class ThingsTests
{
    private const string Url = "https://app.test/objects";

    [Fact]
    public async Task What_is_ticked_is_what_is_allowed()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await ListingAsync(web, "a", "b", "c");
        var alice = await AskedAsync(server);
        Assert.Contains("If you change a tick below, your ticks decide.", alice.Text, StringComparison.Ordinal);

        Pick(alice, "a", "c");
        await alice.PressAsync("Allow", ("things", "all")); // the radio was left alone, as happens without script

        Assert.Equal(["a", "c"], (await GrantAsync(server)).PickedObjects);
    }

    [Fact]
    public async Task A_list_that_is_gone_when_the_answer_comes_gives_nothing_and_keeps_what_was_picked()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await ListingAsync(web, "a", "b", "c");
        var alice = await AskedAsync(server);
        Pick(alice, "a", "c");
        web.IsDown = true;

        await alice.PressAsync("Allow", ("things", "some"));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Contains("What you picked could not be checked, so nothing was allowed.", alice.Text, StringComparison.Ordinal);
        Assert.NotNull(alice.Page.QuerySelector("#things"));
        Assert.Equal(0, await server.LookAsync(db => db.Grants.CountAsync()));
        await alice.PressAsync("Allow"); // still away
        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        web.IsDown = false;
        await alice.PressAsync("Allow");
        Assert.Equal(["a", "c"], (await GrantAsync(server)).PickedObjects);
    }

    [Fact]
    public async Task A_list_that_is_not_to_be_had_is_said_not_to_be()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await ListingAsync(web, "a");
        web.IsDown = true;
        var alice = await AskedAsync(server);

        Assert.Contains("Which things there are cannot be found out just now.", alice.Text, StringComparison.Ordinal);
        Assert.Contains("allowed for all of them", alice.Text, StringComparison.Ordinal);
        await alice.PressAsync("Allow");

        Assert.Null((await GrantAsync(server)).PickedObjects);
    }

    [Fact]
    public async Task The_page_can_be_loaded_anew_to_decide_without_picking()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await ListingAsync(web, "a", "b");
        var alice = await AskedAsync(server);
        Pick(alice, "a");
        web.IsDown = true;
        await alice.PressAsync("Allow", ("things", "some"));

        await alice.OpenAsync(alice.Page.QuerySelector("#things a")!.GetAttribute("href")!);

        Assert.Equal(HttpStatusCode.OK, alice.Status);
        Assert.Empty(alice.Page.QuerySelectorAll("input[name=object]"));
    }

    [Fact]
    public async Task What_would_not_fit_into_tokens_is_refused_at_its_field()
    {
        await using var web = await OutsideWeb.StartAsync();
        string[] names = [.. Enumerable.Range(0, 100).Select(i => $"{i:D3}-{new string('x', 60)}")];
        await using var server = await ListingAsync(web, names);
        var alice = await AskedAsync(server);
        Pick(alice, names);

        await alice.PressAsync("Allow", ("things", "some"));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Contains("So many cannot be picked one by one", alice.Page.QuerySelector("[role=alert] a[href='#things']")!.TextContent,
            StringComparison.Ordinal);
        Assert.Equal(0, await server.LookAsync(db => db.Grants.CountAsync()));
    }

    private static async Task<AuthServer> ListingAsync(OutsideWeb web, params string[] things)
    {
        var server = await web.AuthServerAsync();
        await server.ChangeAsync(async db => (await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Mail)).ObjectsUrl = Url);
        web.Publish(Url, JsonSerializer.Serialize(new { objects = things.Select(id => new { id, name = $"Folder {id}" }) }));
        return server;
    }

    private static async Task<Browser> AskedAsync(AuthServer server)
    {
        var alice = await server.SignedInAsync();
        return await alice.OpenAsync(Agent.Native(server).AskFor("mail.read mail.send"));
    }

    private static void Pick(Browser person, params string[] things)
    {
        foreach (var box in person.Page.QuerySelectorAll("input[name=object]").OfType<IHtmlInputElement>())
        {
            box.IsChecked = things.Contains(box.Value, StringComparer.Ordinal);
        }
    }

    private static Task<Grant> GrantAsync(AuthServer server) => server.LookAsync(db => db.Grants.SingleAsync());
}
