using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Who = AgentAuth.Server.Tests.Support.People;

namespace AgentAuth.Server.Tests.Features.Admin;

/// <summary>Who may enter the console, and what it shows.</summary>
public sealed class ConsoleTests
{
    /// <summary>With one character more than 16 bits behind it, the limit of a search falls between that one's halves.</summary>
    private const string AlmostTooLong =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    public static TheoryData<string> Pages { get; } = new(
        "/admin", "/admin/grants", "/admin/grants/{grant}", "/admin/people", "/admin/people/{person}", "/admin/people/add",
        "/admin/clients", "/admin/clients/{client}", "/admin/clients/register", "/admin/resources", "/admin/resources/{resource}",
        "/admin/resources/add", "/admin/resources/scopes/{scope}", "/admin/audit", "/admin/end/grant/{grant}",
        "/admin/end/person/{person}", "/admin/end/sessions/{person}", "/admin/end/disable/{person}", "/admin/end/client/{client}",
        "/admin/end/block/{client}", "/admin/end/resource/{resource}", "/admin/end/scope/{scope}");

    [Theory]
    [MemberData(nameof(Pages))]
    [Spec("AA-T059")]
    public async Task Administrators_enter_others_do_not(string page)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await Agent.Web(server).TokensFromAsync(alice);
        var url = await FilledAsync(server, page);
        var (nobody, developer) = (server.Browser(), await server.SignedInAsync(Who.Developer));
        var admin = await server.SignedInAsync(Who.Admin);

        await nobody.OpenAsync(url);
        Assert.StartsWith("/sign-in", nobody.Url, StringComparison.Ordinal);
        foreach (var person in new[] { alice, developer })
        {
            await person.OpenAsync(url);
            Assert.Equal(HttpStatusCode.Forbidden, person.Status);
            Assert.DoesNotContain("client.demo.test", person.Text, StringComparison.Ordinal);
            await person.SendAsync(HttpMethod.Post, url, [new("Reason", "Because."), new("Shown", "9")]);
            Assert.True(person.Status is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest, $"{person.Status}");
        }
        Assert.Equal(0, await server.LookAsync(db => db.Revocations.CountAsync()));

        await admin.OpenAsync(url);
        Assert.Equal(HttpStatusCode.OK, admin.Status);
        Assert.Contains("no-store", admin.Response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        await admin.SendAsync(HttpMethod.Post, url, [new("Reason", "Because."), new("Shown", "9")]);
        Assert.Equal(HttpStatusCode.BadRequest, admin.Status); // no antiforgery token
        Assert.Equal(0, await server.LookAsync(db => db.Revocations.CountAsync()));
    }

    [Theory]
    [InlineData("/admin")]
    [InlineData("/admin/grants?view=all")]
    [InlineData("/admin/people")]
    [InlineData("/admin/clients")]
    [InlineData("/admin/audit")]
    public async Task Many_grants_cost_no_more_statements_than_one(string page)
    {
        using var statements = new Statements();
        await using var server = await AuthServer.StartAsync(statements.Attach);
        var (alice, admin) = (server.Browser(), await server.SignedInAsync(Who.Admin));
        await Agent.Web(server).TokensFromAsync(alice);
        await admin.OpenAsync(page);
        var few = await statements.OfAsync(() => admin.OpenAsync(page));

        for (var i = 0; i < 8; i++)
        {
            await (await server.RegisterAsync($"client-{i}", $"https://c{i}.test/cb")).CodeFromAsync(alice, "mail.read");
        }
        var many = await statements.OfAsync(() => admin.OpenAsync(page));

        Assert.InRange(few, 1, 10);
        Assert.Equal(few, many);
    }

    [Theory]
    [InlineData("alice", 1)]
    [InlineData("CLIENT.DEMO.TEST", 1)]
    [InlineData("demo-web", 1)]
    [InlineData("Demo Mail", 1)]
    [InlineData("bob", 0)]
    [InlineData("%", 0)]
    [InlineData("' or 1=1 --", 0)]
    public async Task The_box_finds_by_person_host_agent_and_resource(string words, int found)
    {
        await using var server = await AuthServer.StartAsync();
        await Agent.Web(server).TokensFromAsync(server.Browser());
        var admin = await server.SignedInAsync(Who.Admin);

        await admin.OpenAsync($"/admin/grants?view=all&q={Uri.EscapeDataString(words)}");

        Assert.Equal(HttpStatusCode.OK, admin.Status);
        Assert.Equal(found, admin.Page.QuerySelectorAll("main a[href^='/admin/grants/']").Length);
    }

    [Theory]
    [InlineData("/admin/grants?view=nonsense")]
    [InlineData("/admin/grants?page=-1")]
    [InlineData("/admin/grants?page=99999999999999")]
    [InlineData("/admin/audit?page=x")]
    [InlineData("/admin/people?page=2147483647")]
    [InlineData("/admin/grants?q=%00")]
    [InlineData("/admin/grants?q=" + AlmostTooLong + "%F0%9F%90%9D")]
    [Spec("AA-T120")]
    public async Task Odd_questions_get_a_page_not_a_failure(string url)
    {
        await using var server = await AuthServer.StartAsync();
        var admin = await server.SignedInAsync(Who.Admin);

        await admin.OpenAsync(url);

        Assert.True(admin.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{admin.Status}");
    }

    internal static async Task<string> FilledAsync(AuthServer server, string page)
    {
        var (grant, person, client, resource, scope) = await server.LookAsync(async db => (
            (await db.Grants.SingleAsync()).Id,
            (await db.Users.SingleAsync(u => u.Email == Who.Alice)).Id,
            (await db.Clients.SingleAsync(c => c.ClientId == "demo-web")).Id,
            (await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Mail)).Id,
            (await db.Scopes.SingleAsync(s => s.Name == "mail.read")).Id));
        return page.Replace("{grant}", grant.ToString("D"), StringComparison.Ordinal)
            .Replace("{person}", person.ToString("D"), StringComparison.Ordinal)
            .Replace("{client}", client.ToString("D"), StringComparison.Ordinal)
            .Replace("{resource}", resource.ToString("D"), StringComparison.Ordinal)
            .Replace("{scope}", scope.ToString("D"), StringComparison.Ordinal);
    }
}
