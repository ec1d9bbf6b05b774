using System.Net.Http.Headers;
using System.Text;

namespace AgentAuth.Server.Tests.Support;

/// <summary>A resource server that counts changes and asks people about actions.</summary>
internal static class Deciding
{
    public const string Delete1 = """[{"type":"agentauth_action","tool":"delete_message","arguments":{"id":"1"}}]""";

    public const string GrantType = "urn:openid:params:grant-type:ciba";

    public static AuthenticationHeaderValue Account(string pair = "demo-resource:demo-resource-secret") =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

    public static Task<TokenAnswer> SpendAsync(this AuthServer server, string gid, params (string Name, string? Value)[] changes) =>
        PostAsync(
            server, "/connect/budgets", [("resource", AuthServer.Mail), ("gid", gid), ("scope", "mail.send")], changes, Account());

    public static Task<TokenAnswer> AskAsync(this AuthServer server, string agentsToken, params (string Name, string? Value)[] changes) =>
        PostAsync(
            server, "/connect/backchannel",
            [("scope", "openid"), ("login_hint_token", agentsToken), ("authorization_details", Delete1)], changes, Account());

    public static async Task<string> AskedAsync(this AuthServer server, string agentsToken, params (string Name, string? Value)[] changes)
    {
        var answer = await server.AskAsync(agentsToken, changes);
        return answer.Text("auth_req_id") ?? throw new InvalidOperationException($"Not asked: {answer}");
    }

    public static Task<TokenAnswer> PollAsync(this AuthServer server, string id, string? account = null) => PostAsync(
        server, "/connect/token", [("grant_type", GrantType), ("auth_req_id", id)], [],
        account is null ? Account() : Account(account));

    /// <summary>The person opens the newest question and answers it.</summary>
    public static async Task AnswerAsync(this Browser person, string button)
    {
        await person.OpenAsync("/account/approvals");
        await person.OpenAsync(person.Page.QuerySelector("main article a.button")!.GetAttribute("href")!);
        await person.PressAsync(button);
    }

    public static Task<TokenAnswer> PostAsync(
        AuthServer server, string endpoint, (string Name, string? Value)[] parameters, (string Name, string? Value)[] changes,
        AuthenticationHeaderValue account)
    {
        var changed = changes.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        return Agent.MailServer(server).PostAsync(endpoint, parameters.Where(p => !changed.Contains(p.Name)).Concat(changes), account);
    }
}
