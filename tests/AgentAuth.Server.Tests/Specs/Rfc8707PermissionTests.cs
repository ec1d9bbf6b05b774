using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>Two resources may use one scope name for different things; a client has it where it was given, and nowhere else.</summary>
public sealed class Rfc8707PermissionTests
{
    private const string Bank = "https://bank.test/api";
    private const string Notes = "https://notes.test/api";

    [Fact]
    [Spec("RFC 8707", "2")]
    public async Task A_scope_given_at_one_resource_is_not_given_at_another()
    {
        await using var server = await AuthServer.StartAsync();
        var (read, _) = await AddAsync(server, Bank);
        var (_, pay) = await AddAsync(server, Notes);
        var agent = await RegisteredAsync(server, "Service", read, pay);

        var leaked = await agent.ForItselfAsync(("resource", Bank), ("scope", "pay"));
        var bank = await agent.ForItselfAsync(("resource", Bank));
        var notes = await agent.ForItselfAsync(("resource", Notes), ("scope", "pay"));

        Assert.Equal("invalid_scope", leaked.Error);
        Assert.Equal("read", bank.Claims.GetProperty("scope").GetString());
        Assert.Equal("pay", notes.Claims.GetProperty("scope").GetString());
        Assert.Equal("invalid_scope", (await agent.ForItselfAsync(("resource", Notes), ("scope", "read"))).Error);
        Assert.Equal("invalid_target", (await agent.ForItselfAsync(("resource", AuthServer.Mail))).Error);
    }

    [Fact]
    [Spec("RFC 8707", "2")]
    public async Task Without_a_resource_parameter_a_scope_names_the_one_it_was_given_at()
    {
        await using var server = await AuthServer.StartAsync();
        var (read, _) = await AddAsync(server, Bank);
        var (_, pay) = await AddAsync(server, Notes);
        var agent = await RegisteredAsync(server, "Service", read, pay);

        var token = await agent.ForItselfAsync(("resource", null), ("scope", "pay"));

        Assert.Equal(Notes, token.Claims.GetProperty("aud").GetString());
    }

    [Fact]
    [Spec("AA-T054")]
    public async Task A_permission_removed_and_written_again_is_nobodys_until_given_again()
    {
        await using var server = await AuthServer.StartAsync();
        var (read, pay) = await AddAsync(server, Bank);
        var agent = await RegisteredAsync(server, "Service", read, pay);
        var admin = await server.SignedInAsync(People.Admin);
        Assert.True((await agent.ForItselfAsync(("resource", Bank), ("scope", "pay"))).IsGood);

        await admin.OpenAsync($"/admin/end/scope/{pay:D}");
        Assert.Contains("1 service", admin.Text, StringComparison.Ordinal);
        await admin.PressAsync("Remove this permission", ("Reason", "Too dangerous."));
        await admin.PressAsync("Add", ("Scope.Name", "pay"), ("Scope.Sentence", "Pay with your money"));
        server.Clock.Advance(Client.LateTokens + TimeSpan.FromSeconds(1));

        Assert.Equal("invalid_scope", (await agent.ForItselfAsync(("resource", Bank), ("scope", "pay"))).Error);
        Assert.True((await agent.ForItselfAsync(("resource", Bank), ("scope", "read"))).IsGood);
    }

    [Theory]
    [InlineData("files:read+write")]
    [InlineData("a&b<c>'`%_")]
    [Spec("AA-T054")]
    public async Task A_permission_is_found_in_grants_however_it_is_spelled(string name)
    {
        await using var server = await AuthServer.StartAsync();
        var (admin, alice) = (await server.SignedInAsync(People.Admin), await server.SignedInAsync());
        var mail = await server.LookAsync(db => db.Resources.SingleAsync(r => r.Identifier == AuthServer.Mail));
        await admin.OpenAsync($"/admin/resources/{mail.Id:D}");
        await admin.PressAsync("Add", ("Scope.Name", name), ("Scope.Sentence", "Do odd things"));
        var scope = await server.LookAsync(db => db.Scopes.SingleAsync(s => s.Name == name));
        await admin.OpenAsync("/admin/clients/register");
        await admin.PressAsync("Register", ("Name", "Odd"), ("Kind", "Web"), ("Redirects", "https://odd.test/cb"),
            ("Allowed", scope.Id.ToString("D")));
        var client = await server.LookAsync(db => db.Clients.SingleAsync(c => c.DisplayName == "Odd"));
        var agent = new Agent(server.Http(), client.ClientId!, Secret(admin), "https://odd.test/cb");
        var tokens = await agent.TokensFromAsync(alice, name);
        Assert.True(await Agent.MailServer(server).SeesAsync(tokens.AccessToken));

        await admin.OpenAsync($"/admin/end/scope/{scope.Id:D}");
        Assert.Contains("Ends 1 grant", admin.Text, StringComparison.Ordinal);
        await admin.PressAsync("Remove this permission", ("Reason", "Odd."));

        Assert.False(await Agent.MailServer(server).SeesAsync(tokens.AccessToken));
        var permissions = await server.LookAsync(db => db.Clients.Where(c => c.Id == client.Id).Select(c => c.Permissions).SingleAsync());
        Assert.DoesNotContain(AuthServer.Mail, permissions, StringComparison.Ordinal);
    }

    private static string Secret(Browser admin) => admin.Page.QuerySelector(".notice code")!.TextContent.Trim();

    private static async Task<(Guid Read, Guid Pay)> AddAsync(AuthServer server, string identifier)
    {
        var resource = new Resource { Identifier = identifier, Name = identifier, CreatedAt = server.Clock.GetUtcNow() };
        var (read, pay) = (Scope.Of(resource, "read", Risk.See, "Read"), Scope.Of(resource, "pay", Risk.Spend, "Pay"));
        resource.Scopes.AddRange([read, pay]);
        await server.ChangeAsync(db =>
        {
            db.Add(resource);
            return Task.CompletedTask;
        });
        return (read.Id, pay.Id);
    }

    private static async Task<Agent> RegisteredAsync(AuthServer server, string kind, params Guid[] allowed)
    {
        var admin = await server.SignedInAsync(People.Admin);
        await admin.OpenAsync("/admin/clients/register");
        await admin.PressAsync(
            "Register", [("Name", "Ledger"), ("Kind", kind), .. allowed.Select(id => ("Allowed", id.ToString("D")))]);
        var client = await server.LookAsync(db => db.Clients.SingleAsync(c => c.DisplayName == "Ledger"));
        return new Agent(server.Http(), client.ClientId!, Secret(admin), "");
    }
}
