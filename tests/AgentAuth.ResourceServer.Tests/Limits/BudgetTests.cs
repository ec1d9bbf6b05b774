using AgentAuth.ResourceServer.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AgentAuth.ResourceServer.Tests.Limits;

/// <summary>Changes are counted at the server before they are made.</summary>
public sealed class BudgetTests
{
    [Fact]
    public async Task A_change_is_counted_before_it_is_made_and_seeing_is_not()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        issuer.Budget = _ => Results.Json(new { allowed = true, left = 1 });
        var token = issuer.MintLimited(samples.Mail, "mail.read mail.send", Limited.Changes);

        var listed = await samples.Agent.CallToolAsync("/mail/mcp", token, "list_messages");
        var sent = await samples.Agent.PostAsync(
            "/mail/mcp", token, Agent.ToolCall("send_message", """{"to":"a","subject":"b","text":"c"}"""));

        Assert.Contains("Your cake", listed.Text, StringComparison.Ordinal);
        Assert.Contains("was sent", sent.Text, StringComparison.Ordinal);
        var (endpoint, form) = Assert.Single(issuer.Decided);
        Assert.Equal(
            ("budgets", samples.Mail, "grant-1", "mail.send"),
            (endpoint, form["resource"].ToString(), form["gid"].ToString(), form["scope"].ToString()));
    }

    [Fact]
    public async Task What_is_used_up_is_said_to_the_agent_and_nothing_is_done()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        issuer.Budget = _ => Results.Json(new { allowed = false, resets = 1_800_000_000 }, statusCode: 403);
        var token = issuer.MintLimited(samples.Mail, "mail.read mail.delete", Limited.Changes);

        var refused = await samples.Agent.PostAsync("/mail/mcp", token, Agent.ToolCall("delete_message", """{"id":"1"}"""));
        var listed = await samples.Agent.CallToolAsync("/mail/mcp", token, "list_messages");

        Assert.Contains("daily limit for changes is used up", refused.Text, StringComparison.Ordinal);
        Assert.Contains("2027-01-15 08:00 UTC", refused.Text, StringComparison.Ordinal);
        Assert.Contains("\"isError\":true", refused.Text, StringComparison.Ordinal);
        Assert.Contains("Your cake", listed.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_an_answer_nothing_is_changed(bool isAway)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        issuer.Budget = isAway ? null : _ => Results.Json(new { error = "access_denied" }, statusCode: 403);
        var token = issuer.MintLimited(samples.Mail, "mail.read mail.delete", Limited.Changes);

        var refused = await samples.Agent.PostAsync("/mail/mcp", token, Agent.ToolCall("delete_message", """{"id":"1"}"""));

        Assert.Contains("cannot be checked", refused.Text, StringComparison.Ordinal);
        Assert.Contains("\"isError\":true", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_api_answers_429()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        var token = issuer.MintLimited(MailApi.Identifier, "mail.read mail.send", Limited.Changes);

        issuer.Budget = _ => Results.Json(new { allowed = true, left = 0 });
        var done = await api.Agent.SendAsync(HttpMethod.Delete, "/mail/7", token);
        issuer.Budget = _ => Results.Json(new { allowed = false, resets = 1_800_000_000 }, statusCode: 403);
        var refused = await api.Agent.SendAsync(HttpMethod.Delete, "/mail/7", token);

        Assert.Equal((200, "deleted 7"), (done.Status, done.Text));
        Assert.Equal((429, "budget_exhausted"), (refused.Status, refused.Error));
        Assert.Equal("", refused.Challenge);
    }
}
