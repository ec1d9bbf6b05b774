using System.Text.Json.Nodes;
using AgentAuth.ResourceServer.Tests.Support;

namespace AgentAuth.ResourceServer.Tests.Objects;

/// <summary>Things people may pick, and what was picked.</summary>
public sealed class ObjectsTests
{
    private const string Path = "/.well-known/agentauth-objects/files/mcp";

    [Fact]
    public async Task The_issuer_is_told_which_things_there_are()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await samples.Agent.GetAsync(Path, Token(issuer, samples.Files));

        Assert.Equal(200, answer.Status);
        Assert.Equal(
            """{"objects":[{"id":"shopping.txt","name":"shopping.txt"},{"id":"lake.txt","name":"lake.txt"}]}""", answer.Text);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }

    [Fact]
    public async Task Nobody_else_is_told_and_that_token_opens_nothing_else()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var other = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        var late = issuer.Clock.GetUtcNow().AddMinutes(-2).ToUnixTimeSeconds();

        Assert.Equal(401, (await samples.Agent.GetAsync(Path)).Status);
        Assert.Equal(401, (await samples.Agent.GetAsync(Path, samples.FilesToken())).Status);
        Assert.Equal(401, (await samples.Agent.GetAsync(Path, Token(issuer, samples.Mail))).Status);
        Assert.Equal(401, (await samples.Agent.GetAsync(Path, Token(other, samples.Files))).Status);
        Assert.Equal(401, (await samples.Agent.GetAsync(Path, Token(issuer, samples.Files, c => c["exp"] = late))).Status);
        Assert.Equal(401, (await samples.Agent.GetAsync(Path, Token(issuer, samples.Files, c => c.Remove("sub")))).Status);
        Assert.Equal(401, (await samples.Agent.CallToolAsync("/files/mcp", Token(issuer, samples.Files), "whoami")).Status);
    }

    [Fact]
    public async Task A_resource_without_things_to_pick_has_no_such_address()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        Assert.Equal(404, (await samples.Agent.GetAsync("/.well-known/agentauth-objects/mail/mcp", Token(issuer, samples.Mail))).Status);
    }

    [Fact]
    public async Task What_was_not_picked_is_neither_seen_nor_written()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        var token = issuer.MintLimited(samples.Files, "files.read files.write", Limited.Picked);

        var listed = await samples.Agent.CallToolAsync("/files/mcp", token, "list_files");
        var refused = await samples.Agent.PostAsync(
            "/files/mcp", token, Agent.ToolCall("write_file", """{"name":"shopping.txt","text":"x"}"""));
        var written = await samples.Agent.PostAsync(
            "/files/mcp", token, Agent.ToolCall("write_file", """{"name":"lake.txt","text":"x"}"""));

        Assert.Contains("lake.txt", listed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("shopping.txt", listed.Text, StringComparison.Ordinal);
        Assert.Contains("did not pick", refused.Text, StringComparison.Ordinal);
        Assert.Contains("lake.txt was written", written.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"agentauth_action","tool":"x"}""", 401)]
    [InlineData("""{"type":"agentauth_of_tomorrow"}""", 401)]
    [InlineData("""{"type":"agentauth_limits","changes_per_day":"many"}""", 401)]
    [InlineData("""{"type":"agentauth_objects","identifiers":"all"}""", 401)]
    [InlineData("""{"no":"type"}""", 401)]
    [InlineData("""{"type":"somebody_elses","limit":1}""", 200)]
    public async Task Details_that_may_be_a_limit_and_are_not_understood_let_nobody_in(string detail, int status)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);

        var answer = await api.OpenAsync(issuer.MintLimited(MailApi.Identifier, "mail.read", detail));

        Assert.Equal(status, answer.Status);
    }

    private static string Token(FakeIssuer issuer, string audience, Action<JsonObject>? claims = null) => issuer.Mint(
        audience, "", c =>
        {
            foreach (var name in new[] { "client_id", "scope", "gid" })
            {
                c.Remove(name);
            }

            claims?.Invoke(c);
        },
        header => header["typ"] = "agentauth-objects+jwt");
}
