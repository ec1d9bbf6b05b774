using System.Net;
using System.Text.Json;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs.ClientIdMetadataDocuments;

/// <summary>A client nobody registered, whose identifier is the address of a document about it.</summary>
public sealed class DocumentTests
{
    private const string Supported = "client_id_metadata_document_supported";

    [Fact]
    [Spec("CIMD", "4")]
    public async Task It_connects_with_nothing_set_up_and_its_host_is_its_name()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();
        var (app, alice) = (Described.Agent(server), await server.SignedInAsync());

        await alice.OpenAsync(app.AskFor());
        var (text, asker) = (alice.Text, alice.Page.QuerySelector(".asker")!.TextContent);
        await alice.PressAsync("Allow");
        var tokens = await app.RedeemAsync(alice.Answer["code"]);

        Assert.True(tokens.IsGood, tokens.Body);
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsGood);
        Assert.Equal("app.test", asker);
        Assert.Contains("Domain proved", text, StringComparison.Ordinal);
        Assert.Contains("The App", text, StringComparison.Ordinal);
        Assert.Equal([Described.App], web.Asked);
        var row = await server.LookAsync(db => db.Clients.SingleAsync(c => c.ClientId == Described.App));
        Assert.Equal((Origin.ByDocument, Trust.DomainProved), (row.Origin, row.Trust));
    }

    [Fact]
    public async Task It_is_one_of_the_clients_an_administrator_sees_and_blocks()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();
        var (app, alice, admin) = (Described.Agent(server), await server.SignedInAsync(), await server.SignedInAsync(People.Admin));
        var tokens = await app.TokensFromAsync(alice);

        await admin.OpenAsync("/admin/clients?q=app.test");
        Assert.Contains("The App", admin.Text, StringComparison.Ordinal);
        await server.ChangeAsync(async db => (await db.Clients.SingleAsync(c => c.ClientId == Described.App)).Block(server.Clock));
        await alice.OpenAsync(app.AskFor());

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Equal("invalid_client", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Single(web.Asked);
    }

    [Fact]
    [Spec("CIMD", "6.5")]
    [Spec("AA-T080")]
    public async Task A_program_that_shows_somebody_elses_description_is_any_program()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.ClaudeCode, Described.Document(
            Described.ClaudeCode, ("client_name", "Claude Code"),
            ("redirect_uris", new[] { "http://localhost/callback", "http://127.0.0.1/callback" })));
        await using var server = await web.AuthServerAsync();
        var agent = Described.Agent(server, Described.ClaudeCode, "http://localhost:51999/callback");
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor("mail.read"));
        Assert.Contains("any program could use this name", alice.Text, StringComparison.Ordinal);
        Assert.Contains("claude.ai", alice.Text, StringComparison.Ordinal);
        Assert.Contains("localhost", alice.Text, StringComparison.Ordinal);
        Assert.Contains("Runs on your computer", alice.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Claude Code", alice.Page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        await alice.PressAsync("Allow");
        Assert.Contains("code", alice.Answer.Keys);
        await alice.OpenAsync(agent.AskFor("mail.read"));

        Assert.Null(alice.Left);
    }

    [Fact]
    [Spec("AA-T008")]
    [Spec("AA-T131")]
    public async Task Nobody_is_sent_to_an_address_from_a_document_without_having_been_asked()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Described.Agent(server).AskFor("no.such.scope"));
        Assert.Equal((HttpStatusCode.BadRequest, null), (alice.Status, alice.Left));
        await alice.OpenAsync(Described.Agent(server).AskFor("mail.read", ("prompt", "none")));

        Assert.Null(alice.Left);
    }

    [Fact]
    [Spec("AA-T081")]
    public async Task An_answer_that_goes_to_another_host_is_said_to()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(changes: ("redirect_uris", new[] { "https://other.test/cb" })));
        await using var server = await web.AuthServerAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Described.Agent(server, redirect: "https://other.test/cb").AskFor());

        Assert.Equal("app.test", alice.Page.QuerySelector(".asker")!.TextContent);
        Assert.Contains("the answer goes to another place: other.test", alice.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://app.test/cb/")]
    [InlineData("https://app.test/CB")]
    [InlineData("https://app.test:443/cb")]
    [InlineData("https://app.test.e.test/cb")]
    [InlineData("javascript:alert(1)")]
    [Spec("AA-T002")]
    [Spec("CIMD", "4.2")]
    public async Task Only_the_addresses_of_the_document_are_answered(string redirect)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Described.Agent(server).AskFor(changes: ("redirect_uri", redirect)));

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Null(alice.Response.Headers.Location);
    }

    [Fact]
    [Spec("AA-T083")]
    public async Task An_address_an_administrator_registered_is_never_asked()
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document(changes: ("redirect_uris", new[] { "https://e.test/cb" })));
        await using var server = await web.AuthServerAsync();
        var app = await server.RegisterAsync(Described.App, Described.AppCallback);

        Assert.True((await app.TokensFromAsync(await server.SignedInAsync())).IsGood);
        Assert.Empty(web.LookedUp);
    }

    [Theory]
    [InlineData("AgentAuth:Documents:Enabled", "false", false)]
    [InlineData("AgentAuth:Documents:DeniedHosts:0", "app.test", false)]
    [InlineData("AgentAuth:Documents:DeniedHosts:0", "*.test", false)]
    [InlineData("AgentAuth:Documents:AllowedHosts:0", "other.test", false)]
    [InlineData("AgentAuth:Documents:AllowedHosts:0", "pp.test", false)]
    [InlineData("AgentAuth:Documents:AllowedHosts:0", "*.app.test", false)]
    [InlineData("AgentAuth:Documents:AllowedHosts:0", "appXtest", false)]
    [InlineData("AgentAuth:Documents:AllowedHosts:0", "app.test", true)]
    [InlineData("AgentAuth:Documents:AllowedHosts:0", "*.test", true)]
    [Spec("AA-T084")]
    [Spec("AA-T094")]
    public async Task The_operator_says_whose_documents_are_read(string setting, string value, bool isRead)
    {
        await using var web = await OutsideWeb.StartAsync();
        web.Publish(Described.App, Described.Document());
        await using var server = await web.AuthServerAsync(host => host.UseSetting(setting, value));
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Described.Agent(server).AskFor());

        Assert.Equal(isRead, alice.Status == HttpStatusCode.OK);
        Assert.Equal(isRead, !web.LookedUp.IsEmpty);
        var metadata = await server.Http().GetStringAsync("/.well-known/oauth-authorization-server");
        Assert.Equal(value != "false", JsonSerializer.Deserialize<JsonElement>(metadata).GetProperty(Supported).GetBoolean());
    }
}
