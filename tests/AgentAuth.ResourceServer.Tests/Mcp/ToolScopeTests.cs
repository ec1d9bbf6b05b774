using System.Text;
using AgentAuth.ResourceServer.Tests.Support;

namespace AgentAuth.ResourceServer.Tests.Mcp;

public sealed class ToolScopeTests
{
    [Theory]
    [InlineData("list_messages", "mail.send", "mail.read")]
    [InlineData("send_message", "mail.read", "mail.send")]
    [InlineData("delete_message", "mail.read mail.send", "mail.delete")]
    public async Task A_tool_without_its_scope_asks_for_it(string tool, string held, string needed)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await samples.CallMailAsync(tool, held);

        Assert.Equal(403, answer.Status);
        Assert.Equal(
            "Bearer error=\"insufficient_scope\", error_description=\"The token lacks a scope this operation needs.\", "
            + $"scope=\"{needed}\", resource_metadata=\"{samples.Agent.Address}/.well-known/oauth-protected-resource/mail/mcp\"",
            answer.Challenge);
        Assert.Equal("insufficient_scope", answer.Error);
    }

    [Fact]
    public async Task A_tool_with_its_scope_runs()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await samples.CallMailAsync("list_messages");

        Assert.Equal(200, answer.Status);
        Assert.Contains("Your cake is ready", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoami_and_the_list_of_tools_need_any_token()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var who = await samples.CallMailAsync("whoami", "something.else");
        var mail = await samples.Agent.PostAsync("/mail/mcp", samples.MailToken("other"), List);
        var files = await samples.Agent.PostAsync("/files/mcp", samples.FilesToken("other"), List);

        Assert.Contains("alice", who.Text, StringComparison.Ordinal);
        Assert.Contains("grant-1", who.Text, StringComparison.Ordinal);
        Assert.Contains("delete_message", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("write_file", mail.Text, StringComparison.Ordinal);
        Assert.Contains("write_file", files.Text, StringComparison.Ordinal);
        Assert.Contains("whoami", files.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("delete_message", files.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_of_the_other_server_does_not_exist_here()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await samples.CallMailAsync("write_file", "mail.read files.write");

        Assert.Contains("Unknown tool", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_is_asked_for_everything_its_members_need()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        var batch = $"[{Agent.ToolCall("list_messages")},{Agent.ToolCall("send_message")},{Agent.ToolCall("delete_message")}]";

        var answer = await samples.Agent.PostAsync("/mail/mcp", samples.MailToken(), batch);

        Assert.Equal(403, answer.Status);
        Assert.Contains("scope=\"mail.read mail.send mail.delete\"", answer.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lying_header_changes_nothing()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await samples.CallMailAsync("delete_message", "mail.read", request =>
        {
            request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
            request.Headers.Add("Mcp-Method", "tools/list");
            request.Headers.Add("Mcp-Name", "list_messages");
        });

        Assert.Equal(403, answer.Status);
        Assert.Contains("scope=\"mail.delete\"", answer.Challenge, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"Method":"tools/call","method":"tools/call","params":{"Name":"delete_message"}}""", 403)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_messages","Name":"delete_message"}}""", 403)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_\u006dessage"}}""", 403)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_messages","name":"delete_message"}}""", 400)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call","params":{"name":"delete_message"}}""", 400)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_messages"}}{}""", 400)]
    [InlineData("{", 400)]
    [InlineData("", 400)]
    public async Task A_body_that_can_be_read_two_ways_is_read_the_strict_way(string body, int status)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        Assert.Equal(status, (await samples.Agent.PostAsync("/mail/mcp", samples.MailToken(), body)).Status);
    }

    [Fact]
    public async Task Another_charset_is_no_way_round()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await samples.CallMailAsync("delete_message", "mail.read", request =>
            request.Content = new StringContent(Agent.ToolCall("delete_message"), Encoding.Unicode, "application/json"));

        Assert.Equal(415, answer.Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_a_megabyte_is_too_large(bool chunked)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        var body = Agent.ToolCall("list_messages", $$"""{"x":"{{new string('x', 1024 * 1024)}}"}""");

        var answer = await samples.Agent.PostAsync("/mail/mcp", samples.MailToken(), body, request =>
            request.Headers.TransferEncodingChunked = chunked);

        Assert.Equal(413, answer.Status);
    }

    [Fact]
    public async Task Each_person_has_their_own_mailbox()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        var bob = issuer.Mint(samples.Mail, "mail.read mail.delete", claims => claims["sub"] = "bob");

        var deleted = await samples.Agent.PostAsync("/mail/mcp", bob, Agent.ToolCall("delete_message", """{"id":"1"}"""));
        var bobs = await samples.Agent.CallToolAsync("/mail/mcp", bob, "list_messages");
        var alices = await samples.CallMailAsync("list_messages");

        Assert.Contains("was deleted", deleted.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Your cake is ready", bobs.Text, StringComparison.Ordinal);
        Assert.Contains("Your cake is ready", alices.Text, StringComparison.Ordinal);
    }

    private const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";
}
