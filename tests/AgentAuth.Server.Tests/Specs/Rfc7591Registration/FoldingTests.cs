using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs.Rfc7591Registration;

/// <summary>An agent that registers at each connection is one agent to people.</summary>
public sealed class FoldingTests
{
    [Fact]
    public async Task The_same_software_stands_once_in_the_list_and_goes_with_one_press()
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();
        foreach (var port in new[] { 7001, 7002, 7003 })
        {
            await ConnectAsync(server, alice, "Gemini CLI", $"http://localhost:{port}/oauth/callback", "mail.read");
        }
        await ConnectAsync(server, alice, "Gemini CLI", "http://localhost:7004/oauth/callback", "mail.read mail.send");
        await ConnectAsync(server, alice, "Another", "http://localhost:7005/oauth/callback", "mail.read");

        await alice.OpenAsync("/account/agents");
        var agents = alice.Page.QuerySelectorAll("article").ToList();
        Assert.Equal(3, agents.Count);
        var folded = Assert.Single(agents, a => a.TextContent.Contains("Connected 3 times", StringComparison.Ordinal));
        await alice.SubmitAsync((AngleSharp.Html.Dom.IHtmlFormElement)folded.QuerySelector("form")!, pressed: null);

        Assert.Equal(2, await server.LookAsync(db => db.Grants.CountAsync(g => g.Status == "valid")));
    }

    private static async Task ConnectAsync(AuthServer server, Browser person, string name, string redirect, string scope)
    {
        var registered = await server.SelfRegisterAsync(
            $$"""{"client_name": "{{name}}", "redirect_uris": ["{{redirect}}"], "token_endpoint_auth_method": "none", "scope": ""}""");
        await new Agent(server.Http(), registered.Id, null, redirect).CodeFromAsync(person, scope);
    }
}
