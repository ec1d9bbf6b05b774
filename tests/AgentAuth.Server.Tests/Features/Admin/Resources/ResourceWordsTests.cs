using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Admin.Resources;

/// <summary>An administrator writes what people read.</summary>
public sealed class ResourceWordsTests
{
    [Fact]
    public async Task A_sentence_in_each_language_the_tools_and_what_is_needed()
    {
        await using var server = await AuthServer.StartAsync();
        var (admin, alice) = (await server.SignedInAsync(Support.People.Admin), await server.SignedInAsync());
        var id = await server.LookAsync(async db => (await db.Scopes.SingleAsync(s => s.Name == "mail.read")).Id);

        await admin.OpenAsync($"/admin/resources/scopes/{id:D}");
        await admin.PressAsync("Save",
            ("Form.Sentence", "Look into your letters"), ("Form.Sentences[zh-Hant-HK]", "查看你的信件"), ("Form.Tools", " look  peek "),
            ("Form.IsRequired", "true"));
        Assert.Contains("Saved.", admin.Text, StringComparison.Ordinal);

        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read"));
        Assert.Contains("Look into your letters", alice.Text, StringComparison.Ordinal);
        Assert.Equal(["look", "peek"], alice.Page.QuerySelectorAll(".tool").Select(t => t.TextContent));
        Assert.Contains("(needed)", alice.Text, StringComparison.Ordinal);
        await alice.OpenAsync(alice.Url, ("Accept-Language", "zh-HK"));
        Assert.Contains("查看你的信件", alice.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Form.Sentences[zh-Hant-HK]", "一\n二")]
    [InlineData("Form.Tools", "a\u202eb")]
    public async Task Words_that_turn_the_page_around_are_refused(string field, string value)
    {
        await using var server = await AuthServer.StartAsync();
        var admin = await server.SignedInAsync(Support.People.Admin);
        var id = await server.LookAsync(async db => (await db.Scopes.SingleAsync(s => s.Name == "mail.read")).Id);

        await admin.OpenAsync($"/admin/resources/scopes/{id:D}");
        await admin.PressAsync("Save", (field, value));

        Assert.Equal(HttpStatusCode.BadRequest, admin.Status);
        Assert.NotNull(admin.Page.GetElementById($"{field}-error"));
    }

    [Fact]
    public async Task A_resources_name_and_where_its_things_are()
    {
        await using var server = await AuthServer.StartAsync();
        var (admin, alice) = (await server.SignedInAsync(Support.People.Admin), await server.SignedInAsync());
        var id = await server.LookAsync(async db => (await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Mail)).Id);

        await admin.OpenAsync($"/admin/resources/{id:D}/edit");
        await admin.PressAsync("Save",
            ("Name", "Letters"), ("ObjectsUrl", $"{Template.McpUrl}/mail/folders"), ("ObjectsName", "Folders"));
        await alice.OpenAsync(Agent.Web(server).AskFor("mail.read"));

        var resource = await server.LookAsync(db => db.Resources.SingleAsync(r => r.Id == id));
        Assert.Equal(("Letters", $"{Template.McpUrl}/mail/folders", "Folders"), (resource.Name, resource.ObjectsUrl, resource.ObjectsName));
        Assert.Contains("act for you in Letters?", alice.Page.Title, StringComparison.Ordinal);
        Assert.True(await server.LookAsync(db => db.AuditEntries.AnyAsync(a => a.Act == "resource.edit")));
    }

    [Theory]
    [InlineData("Name", "")]
    [InlineData("ObjectsUrl", "https://elsewhere.test/things")]
    [InlineData("ObjectsUrl", "http://me@localhost:5200/things")]
    [InlineData("ObjectsUrl", "things")]
    [InlineData("ObjectsName", "")]
    public async Task An_address_of_somebody_else_is_never_asked_about_people(string field, string value)
    {
        await using var server = await AuthServer.StartAsync();
        var admin = await server.SignedInAsync(Support.People.Admin);
        var id = await server.LookAsync(async db => (await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Mail)).Id);
        (string Name, string Value)[] good =
        [
            ("Name", "Letters"), ("ObjectsUrl", $"{Template.McpUrl}/mail/folders"), ("ObjectsName", "Folders"),
        ];

        await admin.OpenAsync($"/admin/resources/{id:D}/edit");
        await admin.PressAsync("Save", [.. good.Select(g => g.Name == field ? (field, value) : g)]);

        Assert.Equal(HttpStatusCode.BadRequest, admin.Status);
        Assert.NotNull(admin.Page.GetElementById($"{field}-error"));
        Assert.Null((await server.LookAsync(db => db.Resources.SingleAsync(r => r.Id == id))).ObjectsUrl);
    }
}
