using System.Net.Http.Headers;
using AgentAuth.Server.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>
/// The same requests by the short path and by OpenIddict's whole pipeline, on the same rows: the answers say the same, and what is written
/// is read by the other.
/// </summary>
public sealed class ShortPathTests
{
    private const string Everything = "openid offline_access email mail.read mail.send";

    [Fact]
    public async Task A_service_gets_the_same_token_by_both()
    {
        await using var pair = await TwoPaths.StartAsync();

        (string, string?)[] changes = [("scope", "mail.read"), ("scope", "mail.read offline_access"), ("resource", null), ("x", null)];
        foreach (var (name, value) in changes)
        {
            await pair.SameAsync(agent => agent.ForItselfAsync((name, value)), Agent.Service);
        }
    }

    [Theory]
    [InlineData(Everything)]
    [InlineData("mail.read")]
    [InlineData("openid mail.read")]
    [InlineData("offline_access mail.send")]
    public async Task A_code_buys_the_same_tokens_by_both(string scope)
    {
        await using var pair = await TwoPaths.StartAsync();
        foreach (var kind in new Func<AuthServer, Agent>[] { Agent.Native, Agent.Web })
        {
            var claude = kind(pair.Short);
            var codes = new[]
            {
                await claude.CodeFromAsync(pair.Short.Browser(), scope, ("nonce", "n-1")),
                await claude.CodeFromAsync(pair.Short.Browser(), scope, ("nonce", "n-1")),
            };

            await pair.SameAsync((agent, i) => agent.RedeemAsync(codes[i], ("code_verifier", claude.Verifier)), kind);
        }
    }

    [Theory]
    [InlineData("x y&z=ä+%", "n-1", "openid mail.read")]
    [InlineData(null, null, "openid offline_access mail.read mail.send")]
    [InlineData("s", null, "mail.send")]
    [InlineData("s", null, null)]
    public async Task A_remembered_consent_answers_the_same_by_both(string? state, string? nonce, string? scope)
    {
        await using var pair = await TwoPaths.StartAsync();
        var web = Agent.Web(pair.Short);
        var alice = pair.Short.Browser();
        await web.CodeFromAsync(alice, Everything);
        var ask = web.AskFor(scope!, ("state", state), ("nonce", nonce), ("scope", scope));

        var quick = await pair.AnswerAsync(alice, pair.Short, ask, counted: true);
        var whole = await pair.AnswerAsync(alice, pair.Whole, ask, counted: false);

        Assert.Equal(Masked(whole), Masked(quick));
        var codes = new[] { CodeIn(quick), CodeIn(whole) };
        await pair.SameAsync((agent, i) => agent.RedeemAsync(codes[i], ("code_verifier", web.Verifier)), Agent.Web);
    }

    [Theory]
    [InlineData("prompt", "consent")]
    [InlineData("prompt", "none")]
    [InlineData("max_age", "10000")]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("scope", "openid mail.delete")]
    [InlineData("redirect_uri", "https://client.demo.test/other")]
    public async Task A_wish_of_its_own_goes_to_the_whole_pipeline(string name, string value)
    {
        await using var pair = await TwoPaths.StartAsync();
        var web = Agent.Web(pair.Short);
        var alice = pair.Short.Browser();
        await web.CodeFromAsync(alice, Everything);

        await pair.AnswerAsync(alice, pair.Short, web.AskFor(Everything, (name, value)), counted: false);
    }

    [Fact]
    public async Task Each_refreshes_what_the_other_issued()
    {
        await using var pair = await TwoPaths.StartAsync();
        var (quick, whole) = (Agent.Web(pair.Short), Agent.Web(pair.Whole));
        var tokens = await quick.TokensFromAsync(pair.Short.Browser(), Everything);

        for (var turn = 0; turn < 3; turn++)
        {
            var byWhole = await pair.NotCountedAsync(() => whole.RefreshAsync(tokens.RefreshToken));
            tokens = await pair.CountedAsync(() => quick.RefreshAsync(byWhole.RefreshToken));
            TwoPaths.AssertSame(byWhole, tokens);
        }
    }

    [Fact]
    public async Task Introspection_says_the_same_by_both()
    {
        await using var pair = await TwoPaths.StartAsync();
        var person = await Agent.Web(pair.Short).TokensFromAsync(pair.Short.Browser(), Everything);
        var itself = await Agent.Service(pair.Short).ForItselfAsync();

        foreach (var token in new[] { person.AccessToken, itself.AccessToken, person.AccessToken })
        {
            await pair.SameAsync(agent => agent.PostAsync("/connect/introspect", [("token", token)]), Agent.MailServer);
        }
    }

    [Fact]
    [Spec("RFC 9396", "7")]
    [Spec("RFC 9396", "9.2")]
    public async Task What_a_person_limited_is_said_the_same_by_both()
    {
        await using var pair = await TwoPaths.StartAsync();
        var (web, alice) = (Agent.Web(pair.Short), pair.Short.Browser());
        var tokens = await web.TokensFromAsync(alice, Everything);
        await pair.Short.LimitAsync(Limiting.Everything);

        var codes = new[] { await web.CodeFromAsync(alice, Everything), await web.CodeFromAsync(alice, Everything) };
        await pair.SameAsync((agent, i) => agent.RedeemAsync(codes[i], ("code_verifier", web.Verifier)), Agent.Web);
        var byWhole = await pair.NotCountedAsync(() => Agent.Web(pair.Whole).RefreshAsync(tokens.RefreshToken));
        var byShort = await pair.CountedAsync(() => web.RefreshAsync(byWhole.RefreshToken));
        TwoPaths.AssertSame(byWhole, byShort);
        Assert.Equal(2, byShort.Claims.GetProperty("authorization_details").GetArrayLength());
        await pair.SameAsync(agent => agent.PostAsync("/connect/introspect", [("token", byShort.AccessToken)]), Agent.MailServer);
    }

    [Fact]
    public async Task A_refresh_token_given_back_leaves_the_same_rows_by_both()
    {
        await using var pair = await TwoPaths.StartAsync();
        var rows = new List<string>();
        foreach (var server in new[] { pair.Short, pair.Whole })
        {
            var tokens = await Agent.Web(server).TokensFromAsync(server.Browser(), Everything);
            await pair.SameAsync((_, i) => i == 0
                ? Agent.Web(server).RevokeAsync(tokens.RefreshToken)
                : Agent.Web(pair.Whole).RevokeAsync("unknown"), Agent.Web, counted: server == pair.Short);
            rows.Add(await server.LookAsync(async db =>
            {
                var grant = await db.Grants.OrderByDescending(g => g.CreatedAt).FirstAsync();
                var notice = await db.Revocations.SingleAsync(r => r.Value == grant.Id.ToString());
                var entry = await db.AuditEntries.SingleAsync(a => a.Target == $"grant {grant.Id}" && a.Act == "grant.revoke");
                return $"{grant.Status} {grant.EndedBecause} {grant.EndedAt is null} {notice.Kind} {notice.ForgetAt - notice.At} "
                    + $"{entry.Actor} {entry.Reason} {entry.Address} {entry.ActorId}";
            }));
        }

        Assert.Equal(rows[1], rows[0]);
    }

    [Theory]
    [InlineData("code_verifier", "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong")]
    [InlineData("redirect_uri", "https://client.demo.test/other")]
    [InlineData("client_secret", "wrong")]
    [InlineData("client_id", "demo-native")]
    [InlineData("resource", AuthServer.Files)]
    public async Task What_is_wrong_with_a_code_is_said_by_the_whole_pipeline(string name, string value)
    {
        await using var pair = await TwoPaths.StartAsync();
        var web = Agent.Web(pair.Short);
        var code = await web.CodeFromAsync(pair.Short.Browser());

        (string, string?)[] credentials = [("client_id", "demo-web"), ("client_secret", "demo-web-secret")];
        var wrong = await pair.NotCountedAsync(() => web.RedeemAsync(code, [.. credentials.Where(c => c.Item1 != name), (name, value)]));

        Assert.NotNull(wrong.Error);
    }

    [Fact]
    public async Task A_client_may_authenticate_by_header()
    {
        await using var pair = await TwoPaths.StartAsync();
        var basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("demo-service:demo-service-secret"u8));

        await pair.SameAsync(agent => agent.PostAsync(
            "/connect/token", [("grant_type", "client_credentials"), ("resource", AuthServer.Mail)], basic), Agent.Service);
    }

    private static string CodeIn(string location) => QueryHelpers.ParseQuery(new Uri(location).Query)["code"].Single()!;

    private static string Masked(string location) => location.Replace(CodeIn(location), "CODE", StringComparison.Ordinal);
}
