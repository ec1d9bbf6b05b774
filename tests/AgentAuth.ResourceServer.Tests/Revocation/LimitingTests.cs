using System.Text.Json.Nodes;
using AgentAuth.ResourceServer.Tests.Support;

namespace AgentAuth.ResourceServer.Tests.Revocation;

/// <summary>A grant whose limits were set after its token was issued: the token is held to them.</summary>
public sealed class LimitingTests
{
    /// <summary>What an agent reads when the person is to be asked, which nobody here does.</summary>
    private const string Asked = "must be asked about this and cannot be at the moment";

    [Fact]
    public async Task A_token_from_before_asks_within_a_second()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        var token = issuer.Mint(samples.Mail, "mail.read mail.delete");
        Assert.DoesNotContain(Asked, (await DeleteAsync(samples, token, "none")).Text, StringComparison.Ordinal);

        issuer.Revoke(Word(Limited.Asks));
        var took = await Agent.UntilAsync(
            async () => (await DeleteAsync(samples, token, "none")).Text.Contains(Asked, StringComparison.Ordinal));

        Assert.True(took < TimeSpan.FromSeconds(1), $"It took {took}.");
        Assert.Contains(issuer.Decided, d => d.Endpoint == "backchannel");
    }

    [Fact]
    public async Task Limits_that_were_lifted_hold_no_token_any_more()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        var token = issuer.MintLimited(samples.Mail, "mail.read mail.delete", Limited.Asks, Limited.Picked);
        Assert.Contains(Asked, (await DeleteAsync(samples, token, "none")).Text, StringComparison.Ordinal);

        issuer.Revoke(Word());
        await Agent.UntilAsync(
            async () => !(await DeleteAsync(samples, token, "none")).Text.Contains(Asked, StringComparison.Ordinal));

        Assert.Contains("Message 1 was deleted", (await DeleteAsync(samples, token, "1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_stream_is_silent_introspection_says_the_limits()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        issuer.StreamsDown = true;
        issuer.Introspected = true;
        issuer.IntrospectedDetails = $"[{Limited.Asks}]";
        await using var samples = await Samples.StartAsync(issuer);

        var answer = await DeleteAsync(samples, issuer.Mint(samples.Mail, "mail.read mail.delete"), "1");

        Assert.Contains(Asked, answer.Text, StringComparison.Ordinal);
        Assert.Contains(issuer.Decided, d => d.Endpoint == "backchannel");
    }

    private static Task<Answer> DeleteAsync(Samples samples, string token, string id) =>
        samples.Agent.PostAsync("/mail/mcp", token, Agent.ToolCall("delete_message", $$$"""{"id":"{{{id}}}"}"""));

    private static JsonObject Word(params string[] limits) =>
        new() { ["gid"] = "grant-1", ["authorization_details"] = JsonNode.Parse($"[{string.Join(',', limits)}]") };
}
