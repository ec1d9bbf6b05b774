using System.Net;
using AgentAuth.Server.Chores;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.DomainProofs;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentAuth.Server.Tests.Features.Developers.Domains;

/// <summary>A developer proves a domain, and what that is good for.</summary>
public sealed class DomainTests
{
    /// <summary>A name as DNS has them, but the record below it would be none.</summary>
    private const string TooLong = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
        + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
        + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Spec("AA-T081")]
    public async Task A_proved_domain_raises_the_apps_whose_answers_all_go_there(bool byFile)
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var good = await server.OwnAppAsync("https://app.test/cb");
        var partly = await server.OwnAppAsync("https://app.test/cb\", \"https://other.test/cb");
        var here = await server.OwnAppAsync("https://app.test/cb\", \"http://localhost/cb");
        var others = await server.OwnAppAsync("https://app.test/cb", People.Admin);
        var dev = await server.SignedInAsync(People.Developer);

        var token = await NamedAsync(server, dev, "App.TEST");
        await dev.PressAsync("Look for it now");
        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Contains("app.test is not proved. The file: The host answered 404", dev.Text, StringComparison.Ordinal);
        web.Prove(byFile, token);
        await dev.PressAsync("Look for it now");

        Assert.Contains("app.test is proved", dev.Text, StringComparison.Ordinal);
        Assert.Equal(Trust.DomainProved, await server.TrustOfAsync(good));
        Assert.Equal(Trust.SelfDeclared, await server.TrustOfAsync(partly));
        Assert.Equal(Trust.SelfDeclared, await server.TrustOfAsync(here));
        Assert.Equal(Trust.SelfDeclared, await server.TrustOfAsync(others));
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(new Agent(server.Http(), good, null, "https://app.test/cb").AskFor());
        Assert.Contains("Domain proved", alice.Text, StringComparison.Ordinal);
        Assert.Contains("app.test", alice.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("The App", alice.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_gone_for_three_days_is_no_proof_any_more()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var app = await server.OwnAppAsync("https://app.test/cb");
        await ProvedAsync(web, server);
        Assert.Equal(Trust.DomainProved, await server.TrustOfAsync(app));
        web.Texts.Clear();

        for (var day = 1; day < DomainTrust.MostMisses; day++)
        {
            await CheckAsync(server);
            Assert.Equal(Trust.DomainProved, await server.TrustOfAsync(app));
        }
        await CheckAsync(server);

        Assert.Equal(Trust.SelfDeclared, await server.TrustOfAsync(app));
        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(a => a.Act == "client.domain-lost")));
        Assert.Null((await server.LookAsync(db => db.ClaimedDomains.SingleAsync())).ProvedAt);
    }

    [Fact]
    public async Task One_host_that_breaks_the_look_does_not_keep_the_others_from_it()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var app = await server.OwnAppAsync("https://app.test/cb");
        await ProvedAsync(web, server);
        await server.ChangeAsync(async db =>
        {
            var odd = new ClaimedDomain { OwnerId = (await db.ClaimedDomains.SingleAsync()).OwnerId, Host = "odd.test", Token = "t" };
            odd.Found(DomainProof.Dns, server.Clock.GetUtcNow() - TimeSpan.FromDays(9)); // the first to be looked at
            db.Add(odd);
        });
        web.BreaksTexts = DomainLook.RecordAt("odd.test");
        web.Texts.Clear();

        for (var day = 0; day < DomainTrust.MostMisses; day++)
        {
            await CheckAsync(server);
        }

        Assert.Equal(Trust.SelfDeclared, await server.TrustOfAsync(app));
    }

    [Fact]
    public async Task A_host_down_for_a_day_changes_nothing()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var app = await server.OwnAppAsync("https://app.test/cb");
        await ProvedAsync(web, server);
        var record = web.Texts.Single();
        web.Texts.Clear();
        await CheckAsync(server);
        web.Texts[record.Key] = record.Value;
        await CheckAsync(server);

        Assert.Equal(Trust.DomainProved, await server.TrustOfAsync(app));
        Assert.Equal(0, (await server.LookAsync(db => db.ClaimedDomains.SingleAsync())).Misses);
    }

    [Fact]
    public async Task A_host_that_is_taken_back_vouches_for_nothing()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var app = await server.OwnAppAsync("https://app.test/cb");
        var dev = await ProvedAsync(web, server);

        await dev.PressAsync("Remove");

        Assert.Equal(Trust.SelfDeclared, await server.TrustOfAsync(app));
        Assert.Equal(0, await server.LookAsync(db => db.ClaimedDomains.CountAsync()));
    }

    [Fact]
    public async Task An_app_on_a_proved_host_says_so_as_soon_as_it_is_registered_or_changed()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var dev = await ProvedAsync(web, server);

        var (id, _) = await dev.RegistersAsync(redirects: "https://app.test/cb");
        Assert.Equal(Trust.DomainProved, await server.TrustOfAsync(id));
        (string, Trust)[] changes = [("https://other.test/cb", Trust.SelfDeclared), ("https://app.test/new", Trust.DomainProved)];
        foreach (var (redirect, trust) in changes)
        {
            await dev.OpenAsync($"/developers/apps/{id}/edit");
            await dev.PressAsync("Save", ("Redirects", redirect));
            if (dev.Page.QuerySelector("[name=IsConfirmed]") is not null)
            {
                await dev.PressAsync("Save, and ask people again", ("Redirects", redirect));
            }
            Assert.Equal(trust, await server.TrustOfAsync(id));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("db.internal")]
    [InlineData("intranet")]
    [InlineData("https://app.test")]
    [InlineData("app.test/path")]
    [InlineData("app.test:8443")]
    [InlineData("user@app.test")]
    [InlineData("a b.test")]
    [InlineData("app..test")]
    [InlineData("*.app.test")]
    [InlineData(TooLong)]
    [Spec("AA-T071")]
    public async Task What_is_no_public_host_is_refused_unasked(string host)
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync("/developers/domains");

        await dev.PressAsync("Add", ("Host", host));

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.NotNull(dev.Page.QuerySelector("#Host-error"));
        Assert.Empty(web.LookedUp);
    }

    [Fact]
    [Spec("AA-T071")]
    [Spec("AA-T072")]
    public async Task A_host_that_leads_inside_is_not_connected_to()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Names["app.test"] = new([[IPAddress.Parse("10.0.0.1")]]);
        await using var server = await web.AuthServerAsync();
        var dev = await server.SignedInAsync(People.Developer);
        await NamedAsync(server, dev, "app.test");

        await dev.PressAsync("Look for it now");

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Empty(web.ConnectedTo);
    }

    [Fact]
    public async Task Others_domains_are_nobodys_to_touch()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var (dev, admin) = (await ProvedAsync(web, server), await server.SignedInAsync(People.Admin));
        var id = await server.LookAsync(db => db.ClaimedDomains.Select(d => d.Id).SingleAsync());
        await admin.OpenAsync("/developers/domains");
        Assert.DoesNotContain(
            "app.test",
            admin.Page.QuerySelector("main")!.TextContent.Replace("app.example.com", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        var form = Browser.Filled(admin.Page.QuerySelectorAll("form").OfType<AngleSharp.Html.Dom.IHtmlFormElement>().Last(), null);

        await admin.SendAsync(HttpMethod.Post, "/developers/domains?handler=Remove", form.Append(new("id", id.ToString("D"))));
        Assert.Equal(HttpStatusCode.NotFound, admin.Status);
        var alice = await server.SignedInAsync();
        await alice.OpenAsync("/developers/domains");

        Assert.Equal(HttpStatusCode.Forbidden, alice.Status);
        Assert.Equal(1, await server.LookAsync(db => db.ClaimedDomains.CountAsync()));
        Assert.NotNull(dev);
    }

    private static async Task<string> NamedAsync(AuthServer server, Browser dev, string host)
    {
        await dev.OpenAsync("/developers/domains");
        await dev.PressAsync("Add", ("Host", host));
        return await server.LookAsync(db => db.ClaimedDomains.Select(d => d.Token).SingleAsync());
    }

    internal static async Task<Browser> ProvedAsync(OutsideWeb web, AuthServer server)
    {
        var dev = await server.SignedInAsync(People.Developer);
        web.Prove(byFile: false, await NamedAsync(server, dev, "app.test"));
        return await dev.PressAsync("Look for it now");
    }

    private static Task CheckAsync(AuthServer server) =>
        server.Services.GetServices<IHostedService>().OfType<CheckDomains>().Single().RunAsync(CancellationToken.None);
}
