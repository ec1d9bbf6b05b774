using System.Net;
using AgentAuth.Server.Tests.House;
using AgentAuth.Server.Tests.Support;
using Who = AgentAuth.Server.Tests.Support.People;

namespace AgentAuth.Server.Tests.Features.Developers.Apps;

/// <summary>The guides, read in the portal.</summary>
public sealed class GuideTests
{
    [Theory]
    [InlineData("claude", "Claude")]
    [InlineData("claude-code", "Claude Code")]
    [InlineData("chatgpt", "ChatGPT")]
    [InlineData("vs-code", "VS Code")]
    [InlineData("cursor", "Cursor")]
    [InlineData("codex", "Codex")]
    [InlineData("gemini-cli", "Gemini CLI")]
    [InlineData("mcp-inspector", "MCP Inspector")]
    [InlineData("csharp", "A client of your own in C#")]
    public async Task A_guide_is_a_page_whose_links_lead_somewhere(string name, string title)
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);

        await dev.OpenAsync($"/developers/guides/{name}");

        Assert.Equal(title, Assert.Single(dev.Page.QuerySelectorAll("h1")).TextContent);
        Assert.StartsWith(title, dev.Page.Title, StringComparison.Ordinal);
        var guide = dev.Page.QuerySelector(".prose")!;
        Assert.DoesNotContain("mcp.example.com", guide.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("**", guide.TextContent, StringComparison.Ordinal);
        Assert.All(guide.QuerySelectorAll("pre code"), c => Assert.Equal("0", c.ParentElement!.GetAttribute("tabindex")));
        var links = guide.QuerySelectorAll("a").Select(a => a.GetAttribute("href")!).ToList();
        Assert.Contains("/developers/why", links, StringComparer.Ordinal);
        foreach (var link in links)
        {
            await dev.OpenAsync(link);
            Assert.Equal(HttpStatusCode.OK, dev.Status);
        }
    }

    /// <summary>Who needs no registration never opens the form that names the clients.</summary>
    [Fact]
    public async Task The_portal_leads_to_each_of_them()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);

        await dev.OpenAsync("/developers");

        var led = dev.Page.QuerySelectorAll("a[href*='/developers/guides/']")
            .Select(a => a.GetAttribute("href")!.Split('?')[0].Split('/')[^1])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var there = Directory.EnumerateFiles(Repository.At("docs", "guides"), "*.md").Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Where(name => name != "README").Order(StringComparer.Ordinal);
        Assert.Equal(there, led);
    }

    [Fact]
    public async Task A_guide_is_for_the_server_that_is_chosen()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(Who.Developer);
        await dev.OpenAsync("/developers/guides/claude-code");

        await dev.OpenAsync(dev.Page.QuerySelectorAll("main a[href*='resource=']")
            .Single(a => a.TextContent == "Demo Mail").GetAttribute("href")!);

        var typed = dev.Page.QuerySelector("pre")!.TextContent;
        Assert.Contains($"claude mcp add --transport http mail {AuthServer.Mail}\n", typed, StringComparison.Ordinal);
    }
}
