using AgentAuth.ResourceServer.Mcp;
using AgentAuth.ResourceServer.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace AgentAuth.ResourceServer.Tests.Mcp;

public sealed class ToolScopeFilterTests
{
    [Fact]
    public async Task An_endpoint_somebody_forgot_to_protect_still_refuses_tools_with_scopes()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var app = await StartAsync(issuer, app => app.MapMcp("/mcp"));
        using var nobody = new Agent(app.Urls.Single());

        var guarded = await nobody.CallToolAsync("/mcp", token: null, "guarded");
        var plain = await nobody.CallToolAsync("/mcp", token: null, "plain");

        // The settings belong to a resource, and who was let in by none has none; the attribute travels with the tool.
        Assert.Contains("lacks a scope", guarded.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("treasure", guarded.Text, StringComparison.Ordinal);
        Assert.Contains("pebble", plain.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scopes_can_be_declared_in_the_settings_too()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var app = await StartAsync(issuer, app => app.MapMcp("/mcp").RequireAgentAuth("mcp.use"));
        using var agent = new Agent(app.Urls.Single());

        var plain = await agent.CallToolAsync("/mcp", issuer.Mint(MailApi.Identifier), "plain");
        var guarded = await agent.CallToolAsync("/mcp", issuer.Mint(MailApi.Identifier), "guarded");
        var allowed = await agent.CallToolAsync("/mcp", issuer.Mint(MailApi.Identifier, "mcp.use pebbles"), "plain");

        Assert.Contains("scope=\"mcp.use pebbles\"", plain.Challenge, StringComparison.Ordinal);
        Assert.Contains("scope=\"mcp.use gold silver\"", guarded.Challenge, StringComparison.Ordinal);
        Assert.Contains("pebble", allowed.Text, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(FakeIssuer issuer, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAgentAuth(o =>
        {
            o.Issuer = issuer.Issuer;
            o.Resource = MailApi.Identifier;
            o.AllowUnrevocableTokens = true;
            o.ToolScopes["plain"] = ["pebbles"];
        });
        builder.Services.AddMcpServer().WithHttpTransport().WithTools<Tools>();
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }

    private sealed class Tools
    {
        [McpServerTool(Name = "guarded")]
        [RequiresScope("gold", "silver")]
        public static string Guarded() => "treasure";

        [McpServerTool(Name = "plain")]
        public static string Plain() => "pebble";
    }
}
