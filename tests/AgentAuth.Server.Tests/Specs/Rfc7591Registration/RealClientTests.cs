using System.Net;
using System.Text.Json;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs.Rfc7591Registration;

/// <summary>Registrations as the agents of today send them, each followed to its first token.</summary>
public sealed class RealClientTests
{
    private const string Claude =
        """
        {"client_name": "Claude", "redirect_uris": ["https://claude.ai/api/mcp/auth_callback"],
         "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], "token_endpoint_auth_method": "none",
         "scope": "mail.read offline_access", "logo_uri": null}
        """;

    private const string ClaudeCode =
        """
        {"client_name": "Claude Code (demo)", "redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"],
         "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], "token_endpoint_auth_method": "none",
         "application_type": "native"}
        """;

    private const string Cursor =
        """
        {"client_name": "Cursor", "redirect_uris": ["cursor://anysphere.cursor-mcp/oauth/callback",
          "https://www.cursor.com/agents/mcp/oauth/callback", "http://localhost:8787/callback"],
         "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], "token_endpoint_auth_method": "none"}
        """;

    private const string VsCode =
        """
        {"client_name": "Visual Studio Code", "client_uri": "https://code.visualstudio.com",
         "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"], "response_types": ["code"],
         "redirect_uris": ["https://insiders.vscode.dev/redirect", "https://vscode.dev/redirect", "http://127.0.0.1/",
          "http://127.0.0.1:33418/"],
         "token_endpoint_auth_method": "none", "application_type": "native"}
        """;

    private const string Gemini =
        """
        {"client_name": "Gemini CLI MCP Client", "redirect_uris": ["http://localhost:7777/oauth/callback"],
         "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], "token_endpoint_auth_method": "none",
         "scope": ""}
        """;

    private const string CopilotStudio =
        """
        {"client_name": "Copilot Studio", "redirect_uris": ["https://global.consent.azure-apim.net/redirect/demo"],
         "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
         "token_endpoint_auth_method": "client_secret_post", "contacts": null, "software_statement": null}
        """;

    [Theory]
    [InlineData(Claude, "https://claude.ai/api/mcp/auth_callback", 1)]
    [InlineData(ClaudeCode, "http://localhost:54321/callback", 2)]
    [InlineData(Cursor, "cursor://anysphere.cursor-mcp/oauth/callback", 3)]
    [InlineData(Cursor, "http://localhost:9999/callback", 3)]
    [InlineData(VsCode, "http://127.0.0.1:33419/", 4)]
    [InlineData(VsCode, "https://vscode.dev/redirect", 4)]
    [InlineData(Gemini, "http://localhost:7777/oauth/callback", 1)]
    [InlineData(CopilotStudio, "https://global.consent.azure-apim.net/redirect/demo", 1)]
    [Spec("RFC 7591", "3.1")]
    [Spec("RFC 7591", "3.2.1")]
    [Spec("AA-T006")]
    public async Task It_registers_and_connects(string metadata, string redirect, int addresses)
    {
        await using var server = await AuthServer.StartAsync();
        var registered = await server.SelfRegisterAsync(metadata);

        Assert.Equal(HttpStatusCode.Created, registered.Status);
        Assert.Equal(addresses, registered.Json.GetProperty("redirect_uris").GetArrayLength());
        Assert.All(registered.Json.EnumerateObject(), member => Assert.NotEqual(JsonValueKind.Null, member.Value.ValueKind));
        Assert.Equal(metadata == CopilotStudio, registered.Has("client_secret"));
        Assert.True(!registered.Has("client_secret") || registered.Json.GetProperty("client_secret_expires_at").GetInt64() == 0);
        var agent = new Agent(server.Http(), registered.Id, registered.Text("client_secret"), redirect);
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(agent.AskFor("mail.read offline_access"));
        await alice.PressAsync("Allow");
        Assert.StartsWith(redirect, alice.Response.Headers.Location!.OriginalString, StringComparison.Ordinal);
        var tokens = await agent.RedeemAsync(alice.Answer["code"]);

        Assert.True(tokens.IsGood, tokens.Body);
        Assert.True((await agent.RefreshAsync(tokens.RefreshToken)).IsGood);
    }

    [Fact]
    [Spec("AA-T037")]
    [Spec("AA-T091")]
    public async Task A_secret_that_was_given_is_asked_for()
    {
        await using var server = await AuthServer.StartAsync();
        var registered = await server.SelfRegisterAsync(CopilotStudio);
        var agent = new Agent(server.Http(), registered.Id, null, "https://global.consent.azure-apim.net/redirect/demo");

        var answer = await agent.RedeemAsync(await agent.CodeFromAsync(await server.SignedInAsync()));

        Assert.Equal("invalid_client", answer.Error);
        Assert.False((await server.SelfRegisterAsync(Claude)).Has("client_secret"));
    }
}
