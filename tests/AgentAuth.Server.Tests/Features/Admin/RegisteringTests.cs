using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Who = AgentAuth.Server.Tests.Support.People;

namespace AgentAuth.Server.Tests.Features.Admin;

/// <summary>What an administrator makes in the console works at once.</summary>
public sealed class RegisteringTests
{
    [Fact]
    public async Task A_web_client_gets_a_secret_that_is_shown_once_and_works()
    {
        await using var server = await AuthServer.StartAsync();
        var admin = await server.SignedInAsync(Who.Admin);
        await admin.OpenAsync("/admin/clients/register");
        await admin.PressAsync("Register", ("Name", "Ledger"), ("Kind", "Web"), ("Redirects", "https://ledger.test/cb"),
            ("Allowed", (await ScopeAsync(server, "mail.read")).ToString("D")));
        Assert.Equal(HttpStatusCode.OK, admin.Status);
        var client = await server.LookAsync(db => db.Clients.SingleAsync(c => c.DisplayName == "Ledger"));
        var secret = await ShownAsync(server, admin, client);

        var agent = new Agent(server.Http(), client.ClientId!, secret, "https://ledger.test/cb");
        var tokens = await agent.TokensFromAsync(server.Browser(), "mail.read");
        await admin.OpenAsync(admin.Url);

        Assert.True(tokens.IsGood, tokens.Body);
        Assert.DoesNotContain(secret, admin.Page.DocumentElement.InnerHtml, StringComparison.Ordinal);
        Assert.Equal(Trust.DomainProved, client.Trust);
    }

    [Fact]
    public async Task A_new_secret_kills_the_old_one()
    {
        await using var server = await AuthServer.StartAsync();
        var admin = await server.SignedInAsync(Who.Admin);
        var client = await server.LookAsync(db => db.Clients.SingleAsync(c => c.ClientId == "demo-service"));

        await admin.OpenAsync($"/admin/clients/{client.Id:D}");
        await admin.PressAsync("Make a new secret");
        var secret = await ShownAsync(server, admin, client);

        Assert.Equal("invalid_client", (await Agent.Service(server).ForItselfAsync()).Error);
        Assert.True((await new Agent(server.Http(), "demo-service", secret, "").ForItselfAsync()).IsGood);
    }

    [Theory]
    [InlineData("", "Web", "https://ledger.test/cb", "Write a name")]
    [InlineData("Ledger", "Web", "", "redirect addresses")]
    [InlineData("Ledger", "Web", "http://ledger.test/cb", "Plain http")]
    [InlineData("Ledger", "Web", "https://*.ledger.test/cb", "without wildcards")]
    [InlineData("Ledger", "Web", "https://ledger.test/a/../cb", "no . or ..")]
    [InlineData("Ledger", "Web", "https://ledger.test/%2E%2e/cb", "no . or ..")]
    [InlineData("Ledger", "Native", "ledger:/cb", "a domain turned around")]
    [InlineData("Ledger", "Native", "javascript:alert(1)", "redirect address")]
    public async Task What_is_wrong_is_said_and_what_was_typed_stays(string name, string kind, string redirects, string complaint)
    {
        await using var server = await AuthServer.StartAsync();
        var admin = await server.SignedInAsync(Who.Admin);
        var before = await server.LookAsync(db => db.Clients.CountAsync());

        await admin.OpenAsync("/admin/clients/register");
        await admin.PressAsync("Register", ("Name", name), ("Kind", kind), ("Redirects", redirects));

        Assert.Equal(HttpStatusCode.BadRequest, admin.Status);
        Assert.Contains(complaint, admin.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(redirects, admin.Page.QuerySelector("textarea")!.TextContent.Trim());
        Assert.Equal(name, admin.Page.QuerySelector("input[name=Name]")!.GetAttribute("value") ?? "");
        Assert.Equal(before, await server.LookAsync(db => db.Clients.CountAsync()));
    }

    [Fact]
    public async Task A_new_resource_with_its_scope_and_account_is_protected_at_once()
    {
        const string Calendar = "https://calendar.test/mcp";
        await using var server = await AuthServer.StartAsync();
        var admin = await server.SignedInAsync(Who.Admin);
        await admin.OpenAsync("/admin/resources/add");
        await admin.PressAsync("Add", ("Identifier", Calendar + "/"), ("Name", "Calendar"));
        await admin.PressAsync("Add", ("Scope.Name", "calendar.read"), ("Scope.Sentence", "Read your calendar"));
        await admin.PressAsync("Make an account");
        var resource = await server.LookAsync(db => db.Resources.SingleAsync(r => r.Identifier == Calendar));
        var account = await server.LookAsync(db => db.Clients.SingleAsync(c => c.ClientId == resource.AccountClientId));
        var secret = await ShownAsync(server, admin, account);
        await admin.OpenAsync("/admin/clients/register");
        await admin.PressAsync("Register", ("Name", "Planner"), ("Kind", "Native"), ("Redirects", "http://127.0.0.1/cb"),
            ("Allowed", (await ScopeAsync(server, "calendar.read")).ToString("D")));
        var client = await server.LookAsync(db => db.Clients.SingleAsync(c => c.DisplayName == "Planner"));

        var agent = new Agent(server.Http(), client.ClientId!, null, "http://127.0.0.1:7000/cb");
        var alice = server.Browser();
        var code = await agent.CodeFromAsync(alice, "calendar.read", ("resource", Calendar));
        var tokens = await agent.RedeemAsync(code);

        Assert.Equal("calendar.read", tokens.Text("scope"));
        Assert.True(await new Agent(server.Http(), account.ClientId!, secret, "").SeesAsync(tokens.AccessToken));
        Assert.False(await Agent.MailServer(server).SeesAsync(tokens.AccessToken));
        await alice.OpenAsync("/account/agents");
        Assert.Contains("Read your calendar", alice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_added_signs_in_with_the_password_shown_once()
    {
        await using var server = await AuthServer.StartAsync();
        var admin = await server.SignedInAsync(Who.Admin);
        await admin.OpenAsync("/admin/people/add");
        await admin.PressAsync("Add", ("Email", "carol@demo.test"));
        var password = Shown(admin);
        await admin.OpenAsync(admin.Url);
        Assert.DoesNotContain(password, admin.Page.DocumentElement.InnerHtml, StringComparison.Ordinal);

        var carol = server.Browser();
        await carol.SignInAsync("carol@demo.test", password);
        await carol.OpenAsync("/account/agents");
        await admin.OpenAsync("/admin/people/add");
        await admin.PressAsync("Add", ("Email", "CAROL@demo.test"));

        Assert.Equal("/account/agents", carol.Url);
        Assert.Contains("There is an account with this address.", admin.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_counts_from_the_next_request_and_no_longer_than_it_is_held()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, admin) = (await server.SignedInAsync(), await server.SignedInAsync(Who.Admin));
        var id = (await server.LookAsync(db => db.Users.SingleAsync(u => u.Email == Who.Alice))).Id;

        await admin.OpenAsync($"/admin/people/{id:D}");
        await GiveOrTakeAsync(admin, "GiveRole");
        await alice.OpenAsync("/admin");
        Assert.Equal(HttpStatusCode.OK, alice.Status);
        await GiveOrTakeAsync(admin, "TakeRole");
        await alice.OpenAsync("/admin");

        Assert.Equal(HttpStatusCode.Forbidden, alice.Status);
        Assert.Equal(
            ["account.make-administrator", "account.unmake-administrator"],
            await server.LookAsync(db => db.AuditEntries.OrderBy(e => e.Id).Select(e => e.Act).ToListAsync()));
    }

    [Fact]
    public async Task The_words_and_the_trust_people_see_are_those_set_here()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, admin) = (await server.SignedInAsync(), await server.SignedInAsync(Who.Admin));
        var client = await server.LookAsync(db => db.Clients.SingleAsync(c => c.ClientId == "demo-web"));

        await admin.OpenAsync($"/admin/resources/scopes/{await ScopeAsync(server, "mail.read"):D}");
        await admin.PressAsync("Save", ("Form.Sentence", "Read every letter you get"));
        await admin.OpenAsync($"/admin/clients/{client.Id:D}");
        await admin.PressAsync("Set", ("trust", "SelfDeclared"));
        await alice.OpenAsync(Agent.Web(server).AskFor());

        Assert.Contains("Read every letter you get", alice.Text, StringComparison.Ordinal);
        Assert.Equal(Trust.SelfDeclared, (await server.LookAsync(db => db.Clients.SingleAsync(c => c.Id == client.Id))).Trust);
    }

    private static Task GiveOrTakeAsync(Browser admin, string handler) => admin.SubmitAsync(
        admin.Page.QuerySelectorAll($"form[action*={handler}]").OfType<AngleSharp.Html.Dom.IHtmlFormElement>()
            .Single(f => f.InnerHtml.Contains(Role.Administrator, StringComparison.Ordinal)),
        pressed: null);

    private static async Task<Guid> ScopeAsync(AuthServer server, string name) =>
        (await server.LookAsync(db => db.Scopes.SingleAsync(s => s.Name == name))).Id;

    private static string Shown(Browser admin) => admin.Page.QuerySelector("[role=status] code, .notice code")!.TextContent.Trim();

    /// <summary>The secret on the page; and it is nowhere in the database.</summary>
    private static async Task<string> ShownAsync(AuthServer server, Browser admin, Client client)
    {
        var secret = Shown(admin);
        Assert.True(secret.Length >= 40, secret);
        var kept = await server.LookAsync(db => db.Clients.Where(c => c.Id == client.Id).Select(c => c.ClientSecret).SingleAsync());
        Assert.DoesNotContain(secret, kept, StringComparison.Ordinal);
        return secret;
    }
}
