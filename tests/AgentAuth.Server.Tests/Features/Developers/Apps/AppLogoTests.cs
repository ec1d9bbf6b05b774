using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Tests.Features.Developers.Domains;
using AgentAuth.Server.Tests.Specs.Logos;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Who = AgentAuth.Server.Tests.Support.People;

namespace AgentAuth.Server.Tests.Features.Developers.Apps;

/// <summary>The picture a developer gives an app.</summary>
public sealed class AppLogoTests
{
    private const string Logo = "https://app.test/logo.png";

    [Fact]
    [Spec("AA-T082")]
    public async Task People_see_it_once_the_domain_is_proved()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        web.Answer(Logo, async http =>
        {
            http.Response.ContentType = "image/png";
            await http.Response.Body.WriteAsync(Drawn.Png(64, 64));
        });
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync(proof: "None", redirects: "https://app.test/cb", more: ("LogoUri", Logo));
        var agent = new Agent(server.Http(), id, null, "https://app.test/cb");
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(agent.AskFor());
        Assert.Null(alice.Page.QuerySelector("img"));
        Assert.DoesNotContain(Logo, web.Asked);

        await DomainTests.ProvedAsync(web, server);
        await alice.OpenAsync(agent.AskFor());
        await LogoTests.FetchedAsync(server);
        await alice.OpenAsync(agent.AskFor());

        Assert.StartsWith("/logos/", alice.Page.QuerySelector("img.tile")!.GetAttribute("src"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_changed_and_taken_away_without_asking_people_again()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, secret) = await dev.RegistersAsync(more: ("LogoUri", Logo));
        await new Agent(server.Http(), id, secret, Portal.Callback).TokensFromAsync(server.Browser(), "mail.read");

        foreach (var address in new[] { "https://app.test/new.png", "" })
        {
            await dev.OpenAsync($"/developers/apps/{id}/edit");
            await dev.PressAsync("Save", ("Redirects", Portal.Callback), ("LogoUri", address));
            Assert.Equal($"/developers/apps/{id}", dev.Url);
            var kept = ClientMetadata.Of((await server.AppAsync(id)).Metadata)!.LogoUri;
            Assert.Equal(address.Length == 0 ? null : address, kept);
        }
    }

    [Fact]
    [Spec("AA-T081")]
    public async Task Another_one_ends_the_approval_of_the_app_and_the_developer_is_told_before()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync(more: ("LogoUri", Logo));
        await server.ChangeAsync(db => db.Clients.Where(c => c.ClientId == id)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.Trust, Trust.VerifiedPublisher)));
        (string, string)[] changed = [("Redirects", Portal.Callback), ("LogoUri", "https://app.test/drive.png")];

        await dev.OpenAsync($"/developers/apps/{id}/edit");
        await dev.PressAsync("Save", changed);
        Assert.Contains("What was proved or approved about the app before must be proved again.", dev.Text, StringComparison.Ordinal);
        Assert.Equal(Trust.VerifiedPublisher, (await server.AppAsync(id)).Trust);
        await dev.PressAsync("Save, and ask people again", changed);

        var app = await server.AppAsync(id);
        Assert.Equal((Trust.SelfDeclared, true), (app.Trust, app.AskAnewSince is not null));
    }

    [Theory]
    [InlineData("http://app.test/logo.png")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:image/png;base64,AAAA")]
    [Spec("AA-T082")]
    public async Task What_is_no_https_address_is_refused_beside_its_field(string address)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        await dev.OpenAsync("/developers/register");

        await dev.PressAsync("Register", ("Name", "Ledger"), ("Redirects", Portal.Callback), ("LogoUri", address));

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Equal("true", dev.Page.QuerySelector("[name=LogoUri]")!.GetAttribute("aria-invalid"));
        Assert.Contains("must be an https address", dev.Text, StringComparison.Ordinal);
    }
}
