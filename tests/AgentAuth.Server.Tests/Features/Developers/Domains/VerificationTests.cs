using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Developers.Domains;

/// <summary>A developer asks to be vouched for, and an administrator decides.</summary>
public sealed class VerificationTests
{
    [Fact]
    [Spec("AA-T081")]
    public async Task Who_is_approved_is_named_in_the_question()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var app = await server.OwnAppAsync("https://app.test/cb");
        var dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync($"/developers/verification?client_id={app}");
        Assert.Contains("First prove every host", dev.Text, StringComparison.Ordinal);
        dev = await DomainTests.ProvedAsync(web, server);

        await dev.OpenAsync($"/developers/verification?client_id={app}");
        await dev.PressAsync("Ask", ("Text", "We are\nthe App people <b>truly</b>."));
        Assert.Contains("waits for an administrator", dev.Text, StringComparison.Ordinal);
        var admin = await server.SignedInAsync(People.Admin);
        await admin.OpenAsync("/admin/verifications");
        Assert.Contains("<b>truly</b>", admin.Text, StringComparison.Ordinal);
        await admin.PressAsync("Approve");
        Assert.Equal(HttpStatusCode.BadRequest, admin.Status);
        await admin.PressAsync("Approve", ("reason", "Called them."));

        Assert.Contains("Nobody waits", admin.Text, StringComparison.Ordinal);
        Assert.Equal(Trust.VerifiedPublisher, await server.TrustOfAsync(app));
        Assert.Equal("Called them.", await server.LookAsync(
            db => db.AuditEntries.Where(a => a.Act == "client.verify").Select(a => a.Reason).SingleAsync()));
        await dev.OpenAsync($"/developers/verification?client_id={app}");
        Assert.Contains("Called them.", dev.Text, StringComparison.Ordinal);
        Assert.Null(dev.Page.QuerySelector(".notice a"));
        await dev.OpenAsync($"/developers/apps/{app}");
        Assert.Null(dev.Page.QuerySelector("a[href*='/developers/verification']")); // there is nothing above it
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(new Agent(server.Http(), app, null, "https://app.test/cb").AskFor());
        Assert.Contains("The App", alice.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1/cb")]
    [InlineData("https://app.test/cb\",\"http://localhost/cb")]
    public async Task An_app_that_answers_to_this_computer_is_not_sent_to_prove_a_domain(string redirects)
    {
        await using var server = await AuthServer.StartAsync();
        var app = await server.OwnAppAsync(redirects);
        var dev = await server.SignedInAsync(People.Developer);

        await dev.OpenAsync($"/developers/verification?client_id={app}");

        Assert.Contains("where any program can wait for the answer", dev.Text, StringComparison.Ordinal);
        Assert.Null(dev.Page.QuerySelector(".notice a"));
        Assert.Null(dev.Page.QuerySelector("textarea"));
    }

    [Fact]
    public async Task Who_is_refused_reads_why_and_waits_a_week()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var app = await server.OwnAppAsync("https://app.test/cb");
        var dev = await AskedAsync(web, server, app);
        var admin = await server.SignedInAsync(People.Admin);
        await admin.OpenAsync("/admin/verifications");

        await admin.PressAsync("Refuse", ("reason", "Nobody answers there."));
        await dev.OpenAsync($"/developers/verification?client_id={app}");
        Assert.Contains("Nobody answers there.", dev.Text, StringComparison.Ordinal);
        Assert.Null(dev.Page.QuerySelector("textarea"));
        server.Clock.Advance(TimeSpan.FromDays(8));
        dev = await server.SignedInAsync(People.Developer);
        await dev.OpenAsync($"/developers/verification?client_id={app}");

        Assert.NotNull(dev.Page.QuerySelector("textarea"));
        Assert.Equal(Trust.DomainProved, await server.TrustOfAsync(app));
    }

    [Fact]
    public async Task Whose_proof_is_gone_meanwhile_is_not_approved()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var app = await server.OwnAppAsync("https://app.test/cb");
        var dev = await AskedAsync(web, server, app);
        var admin = await server.SignedInAsync(People.Admin);
        await admin.OpenAsync("/admin/verifications");
        await dev.OpenAsync("/developers/domains");
        await dev.PressAsync("Remove");

        await admin.PressAsync("Approve", ("reason", "Fine."));

        Assert.Equal(HttpStatusCode.BadRequest, admin.Status);
        Assert.Equal(Trust.SelfDeclared, await server.TrustOfAsync(app));
    }

    [Fact]
    [Spec("AA-T081")]
    public async Task What_is_approved_is_what_was_seen()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var dev = await DomainTests.ProvedAsync(web, server);
        var (app, _) = await dev.RegistersAsync("Acme Notes", redirects: "https://app.test/cb");
        await dev.OpenAsync($"/developers/verification?client_id={app}");
        await dev.PressAsync("Ask", ("Text", "We are Acme."));
        var admin = await server.SignedInAsync(People.Admin);
        await admin.OpenAsync("/admin/verifications");
        await dev.RenamesAsync(app, "Google Drive");

        await admin.PressAsync("Approve", ("reason", "Fine."));

        Assert.Equal(HttpStatusCode.BadRequest, admin.Status);
        Assert.Contains("changed meanwhile", admin.Text, StringComparison.Ordinal);
        Assert.Contains("Google Drive", admin.Text, StringComparison.Ordinal);
        Assert.Equal(Trust.DomainProved, await server.TrustOfAsync(app));
    }

    [Fact]
    public async Task One_request_waits_however_often_it_is_sent()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var app = await server.OwnAppAsync("https://app.test/cb");
        await DomainTests.ProvedAsync(web, server);
        var windows = new List<Browser>();
        for (var i = 0; i < 4; i++)
        {
            windows.Add(await (await server.SignedInAsync(People.Developer)).OpenAsync($"/developers/verification?client_id={app}"));
        }

        await Task.WhenAll(windows.Select(w => w.PressAsync("Ask", ("Text", "We are the App people."))));

        Assert.All(windows, w => Assert.NotEqual(HttpStatusCode.InternalServerError, w.Status));
        Assert.Equal(1, await server.LookAsync(db => db.VerificationRequests.CountAsync()));
    }

    [Fact]
    [Spec("AA-T081")]
    public async Task What_an_administrator_took_no_proof_gives_back()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var dev = await DomainTests.ProvedAsync(web, server);
        var (app, _) = await dev.RegistersAsync("Acme Notes", redirects: "https://app.test/cb");
        var admin = await server.SignedInAsync(People.Admin);
        await admin.OpenAsync($"/admin/clients/{(await server.AppAsync(app)).Id}");
        await admin.PressAsync("Set", ("trust", nameof(Trust.SelfDeclared)));
        Assert.Equal(Trust.SelfDeclared, await server.TrustOfAsync(app));

        await dev.RenamesAsync(app, "Acme Notes 2");
        await dev.OpenAsync("/developers/domains");
        await dev.PressAsync("Look for it now");

        Assert.Equal(Trust.SelfDeclared, await server.TrustOfAsync(app));
    }

    [Fact]
    public async Task A_trust_level_is_set_for_the_client_that_was_on_the_page()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        var (app, _) = await dev.RegistersAsync("Acme Notes", redirects: "https://app.test/cb");
        var admin = await server.SignedInAsync(People.Admin);
        await admin.OpenAsync($"/admin/clients/{(await server.AppAsync(app)).Id}");
        await dev.RenamesAsync(app, "Google Drive");

        await admin.PressAsync("Set", ("trust", nameof(Trust.VerifiedPublisher)));

        Assert.Equal(HttpStatusCode.Conflict, admin.Status);
        Assert.Equal(Trust.SelfDeclared, await server.TrustOfAsync(app));
    }

    [Fact]
    public async Task Anothers_app_is_not_told_from_none()
    {
        await using var server = await AuthServer.StartAsync();
        var app = await server.OwnAppAsync("https://app.test/cb", People.Admin);
        var (dev, alice) = (await server.SignedInAsync(People.Developer), await server.SignedInAsync());

        foreach (var id in new[] { app, "nobody", "" })
        {
            await dev.OpenAsync($"/developers/verification?client_id={id}");
            Assert.Equal(HttpStatusCode.NotFound, dev.Status);
        }
        await alice.OpenAsync("/admin/verifications");

        Assert.Equal(HttpStatusCode.Forbidden, alice.Status);
    }

    private static async Task<Browser> AskedAsync(OutsideWeb web, AuthServer server, string app)
    {
        var dev = await DomainTests.ProvedAsync(web, server);
        await dev.OpenAsync($"/developers/verification?client_id={app}");
        return await dev.PressAsync("Ask", ("Text", "We are the App people."));
    }
}
