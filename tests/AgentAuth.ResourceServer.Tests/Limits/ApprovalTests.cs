using System.Text.Json.Nodes;
using AgentAuth.ResourceServer.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AgentAuth.ResourceServer.Tests.Limits;

/// <summary>A call the person is asked about waits for a yes to this very call.</summary>
public sealed class ApprovalTests
{
    private const string Call = """{"id":"1"}""";

    [Fact]
    public async Task The_call_waits_for_the_yes_and_then_is_made()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        var (polls, asked) = (0, "");
        issuer.Ask = form => Asked(asked = form["authorization_details"].ToString());
        issuer.Poll = _ => ++polls < 2 ? Pending() : Results.Json(new { access_token = issuer.MintAnswer(samples.Mail, asked) });

        var answer = await DeleteAsync(samples);

        Assert.Contains("Message 1 was deleted", answer.Text, StringComparison.Ordinal);
        var (_, question) = issuer.Decided.First();
        Assert.Equal("openid mail.delete", question["scope"].ToString());
        Assert.Equal(3, question["login_hint_token"].ToString().Split('.').Length);
        Assert.Equal(
            """[{"type":"agentauth_action","tool":"delete_message","action":"Deletes a message for good.","""
            + """ "arguments":{"id":"1"}}]""".Trim(), asked);
        Assert.Equal("urn:openid:params:grant-type:ciba", issuer.Decided.Last().Form["grant_type"].ToString());
        Assert.Equal("question-1", issuer.Decided.Last().Form["auth_req_id"].ToString());
    }

    [Theory]
    [InlineData("mail.read")]
    [InlineData("")]
    [InlineData(null)]
    public async Task What_is_taken_back_while_the_person_thinks_is_not_done(string? left)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        var (polls, asked) = (0, "");
        issuer.Ask = form => Asked(asked = form["authorization_details"].ToString());
        issuer.Poll = _ =>
        {
            if (++polls > 1)
            {
                return Results.Json(new { access_token = issuer.MintAnswer(samples.Mail, asked) });
            }
            issuer.Revoke(left is null ? new JsonObject { ["gid"] = "grant-1" } : new JsonObject { ["gid"] = "grant-1", ["scope"] = left });
            return Pending();
        };

        var answer = await DeleteAsync(samples);

        Assert.Contains("taken back while it was asked about", answer.Text, StringComparison.Ordinal);
        Assert.Contains("\"isError\":true", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("access_denied", "The person did not allow it.")]
    [InlineData("expired_token", "did not answer in time")]
    [InlineData("invalid_grant", "No answer yet; call again with the same arguments.")]
    [InlineData("authorization_pending", "No answer yet; call again with the same arguments.")]
    [InlineData("slow_down", "No answer yet; call again with the same arguments.")]
    [InlineData("server_error", "cannot be at the moment")]
    public async Task Without_a_yes_nothing_is_done_and_the_agent_is_told_why(string error, string words)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer, o => o.ApprovalWait = TimeSpan.FromSeconds(1.5));
        issuer.Ask = form => Asked(form["authorization_details"]);
        issuer.Poll = _ => Results.Json(new { error }, statusCode: 400);

        await AssertNotDoneAsync(samples, words);
    }

    [Theory]
    [InlineData(403, "access_denied", "The person did not allow it.")]
    [InlineData(429, "slow_down", "other actions wait")]
    [InlineData(400, "invalid_authorization_details", "too long to show")]
    [InlineData(400, "expired_login_hint_token", "cannot be at the moment")]
    [InlineData(401, "invalid_client", "cannot be at the moment")]
    public async Task What_cannot_be_asked_is_not_done(int status, string error, string words)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        issuer.Ask = _ => Results.Json(new { error }, statusCode: status);

        await AssertNotDoneAsync(samples, words);
        issuer.Ask = null;
        await AssertNotDoneAsync(samples, "cannot be at the moment");
    }

    [Theory]
    [InlineData("""[{"type":"agentauth_action","tool":"delete_message","arguments":{"id":"2"}}]""")]
    [InlineData("""[{"type":"agentauth_action","tool":"send_message","arguments":{"id":"1"}}]""")]
    [InlineData("""[{"type":"agentauth_limits","ask_scopes":[]}]""")]
    public async Task A_yes_to_another_action_is_none(string action)
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        issuer.Ask = form => Asked(form["authorization_details"]);
        issuer.Poll = _ => Results.Json(new { access_token = issuer.MintAnswer(samples.Mail, action) });

        await AssertNotDoneAsync(samples, "cannot be at the moment");
    }

    [Fact]
    public async Task A_yes_for_another_resource_or_by_another_server_is_none()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var other = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);
        var asked = "";
        issuer.Ask = form => Asked(asked = form["authorization_details"].ToString());

        issuer.Poll = _ => Results.Json(new { access_token = issuer.MintAnswer(samples.Files, asked) });
        await AssertNotDoneAsync(samples, "cannot be at the moment");
        issuer.Poll = _ => Results.Json(new { access_token = other.MintAnswer(samples.Mail, asked) });
        await AssertNotDoneAsync(samples, "cannot be at the moment");
    }

    [Fact]
    public async Task What_the_person_is_not_to_be_asked_about_asks_nobody()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var samples = await Samples.StartAsync(issuer);

        var listed = await samples.Agent.CallToolAsync(
            "/mail/mcp", issuer.MintLimited(samples.Mail, "mail.read mail.delete", Limited.Asks), "list_messages");

        Assert.Contains("Your cake", listed.Text, StringComparison.Ordinal);
        Assert.Empty(issuer.Decided);
    }

    [Fact]
    public async Task A_plain_api_asks_with_its_address_and_its_body()
    {
        await using var issuer = await FakeIssuer.StartAsync();
        await using var api = await MailApi.StartAsync(issuer);
        var token = issuer.MintLimited(MailApi.Identifier, "mail.read mail.send", Limited.AsksToSend);
        var asked = "";
        issuer.Ask = form => Asked(asked = form["authorization_details"].ToString());
        issuer.Poll = _ => Results.Json(new { access_token = issuer.MintAnswer(MailApi.Identifier, asked) });

        var sent = await api.Agent.PostAsync("/mail/outbox?now=1", token, """{"to":"nora"}""");
        issuer.Poll = _ => Results.Json(new { error = "access_denied" }, statusCode: 400);
        var refused = await api.Agent.SendAsync(HttpMethod.Delete, "/mail/7", token);
        var unseen = await api.Agent.PostAsync("/mail/outbox", token, "no JSON");

        Assert.Equal((200, "sent nora"), (sent.Status, sent.Text));
        Assert.Equal((403, "approval_refused"), (refused.Status, refused.Error));
        Assert.Equal((403, "approval_refused"), (unseen.Status, unseen.Error));
        Assert.Contains("\"tool\":\"DELETE /mail/{id}\"", asked, StringComparison.Ordinal);
        Assert.Contains("/mail/7", asked, StringComparison.Ordinal);
    }

    private static IResult Asked(string? details) => JsonNode.Parse(details!) is JsonArray { Count: 1 }
        ? Results.Json(new { auth_req_id = "question-1", expires_in = 600, interval = 1 })
        : Results.BadRequest();

    private static IResult Pending() => Results.Json(new { error = "authorization_pending" }, statusCode: 400);

    private static Task<Answer> DeleteAsync(Samples samples) => samples.Agent.PostAsync(
        "/mail/mcp", samples.Issuer.MintLimited(samples.Mail, "mail.read mail.delete", Limited.Asks),
        Agent.ToolCall("delete_message", Call));

    private static async Task AssertNotDoneAsync(Samples samples, string words)
    {
        var answer = await DeleteAsync(samples);
        var listed = await samples.CallMailAsync("list_messages");

        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
        Assert.Contains("\"isError\":true", answer.Text, StringComparison.Ordinal);
        Assert.Contains("Your cake", listed.Text, StringComparison.Ordinal);
    }
}
