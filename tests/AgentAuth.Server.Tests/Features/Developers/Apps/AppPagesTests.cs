using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Tests.Features.Developers.Domains;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Who = AgentAuth.Server.Tests.Support.People;

namespace AgentAuth.Server.Tests.Features.Developers.Apps;

/// <summary>The pages a developer publishes about an app: its website, its privacy policy, its terms.</summary>
public sealed class AppPagesTests
{
    private static readonly (string Name, string Value)[] OnItsDomain =
    [
        ("ClientUri", "https://app.test/"), ("PolicyUri", "https://legal.app.test/privacy"), ("TermsUri", "https://app.test/terms"),
    ];

    [Fact]
    [Spec("AA-T087")]
    public async Task People_see_links_to_them_once_the_domain_is_proved()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync(proof: "None", redirects: "https://app.test/cb", more: OnItsDomain);
        var agent = new Agent(server.Http(), id, null, "https://app.test/cb");
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(agent.AskFor());
        Assert.Empty(Links(alice));

        await DomainTests.ProvedAsync(web, server);
        await alice.OpenAsync(agent.AskFor());

        Assert.Equal(OnItsDomain.Select(p => p.Value), Links(alice));
        Assert.All(
            alice.Page.QuerySelectorAll("a[href^='https://']"),
            a => Assert.Equal("noopener noreferrer nofollow", a.GetAttribute("rel")));
        Assert.Contains("legal.app.test", alice.Text, StringComparison.Ordinal);
    }

    /// <summary>Whoever links to another's terms would be taken for that other.</summary>
    [Theory]
    [InlineData("https://claude.ai/terms")]
    [InlineData("https://app.test.e.test/")]
    [InlineData("https://notapp.test/")]
    [InlineData("https://test/")]
    [Spec("AA-T087")]
    [Spec("AA-T132")]
    public async Task Of_another_domain_nobody_sees_a_link(string address)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, _) = await dev.RegistersAsync(proof: "None", redirects: "https://app.test/cb", more: ("TermsUri", address));
        foreach (var trust in new[] { Trust.DomainProved, Trust.VerifiedPublisher })
        {
            await server.ChangeAsync(db => db.Clients.Where(c => c.ClientId == id)
                .ExecuteUpdateAsync(c => c.SetProperty(x => x.Trust, trust)));
            var alice = await server.SignedInAsync();

            await alice.OpenAsync(new Agent(server.Http(), id, null, "https://app.test/cb").AskFor());

            Assert.Equal(HttpStatusCode.OK, alice.Status);
            Assert.Empty(Links(alice));
        }
    }

    [Fact]
    public async Task They_are_changed_and_taken_away_without_asking_people_again()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        var (id, secret) = await dev.RegistersAsync(more: OnItsDomain);
        await new Agent(server.Http(), id, secret, Portal.Callback).TokensFromAsync(server.Browser(), "mail.read");

        await dev.OpenAsync($"/developers/apps/{id}/edit");
        Assert.All(OnItsDomain, p => Assert.Equal(p.Value, dev.Page.QuerySelector($"[name={p.Name}]")!.GetAttribute("value")));
        await dev.PressAsync("Save", ("Redirects", Portal.Callback), ("PolicyUri", ""), ("TermsUri", "https://app.test/new"));

        Assert.Equal($"/developers/apps/{id}", dev.Url);
        var kept = ClientMetadata.Of((await server.AppAsync(id)).Metadata)!;
        Assert.Equal(("https://app.test/", null, "https://app.test/new"), (kept.ClientUri, kept.PolicyUri, kept.TermsUri));
    }

    [Theory]
    [InlineData("ClientUri", "http://app.test/")]
    [InlineData("PolicyUri", "javascript:alert(1)")]
    [InlineData("TermsUri", "https://app.test@e.test/")]
    [Spec("AA-T087")]
    public async Task What_is_no_https_address_is_refused_beside_its_field(string field, string address)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        await dev.OpenAsync("/developers/register");

        await dev.PressAsync("Register", ("Name", "Ledger"), ("Redirects", Portal.Callback), (field, address));

        Assert.Equal(HttpStatusCode.BadRequest, dev.Status);
        Assert.Equal("true", dev.Page.QuerySelector($"[name={field}]")!.GetAttribute("aria-invalid"));
    }

    private static IEnumerable<string> Links(Browser person) =>
        person.Page.QuerySelectorAll("a[href^='http']").Select(a => a.GetAttribute("href")!);
}
