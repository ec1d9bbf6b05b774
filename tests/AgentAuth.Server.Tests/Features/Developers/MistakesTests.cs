using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Developers;

/// <summary>The mistakes developers make most: the error_id of each leads to the rule, to what was sent, and to what to do.</summary>
public sealed class MistakesTests
{
    private const string Elsewhere = "https://client.demo.test/elsewhere";

    /// <summary>As clients send it: the verifier itself, longer than a hash.</summary>
    private static readonly string Plain = new('v', 64);

    /// <summary>The ten that are planted, and a few beside them: by name, with the rule that explains each.</summary>
    private static readonly Dictionary<string, (string Rule, Func<AuthServer, Task<string>> Make)> Mistakes = new(StringComparer.Ordinal)
    {
        ["wrong redirect"] = ("redirect-uri.registered", server => AskedAsync(server, ("redirect_uri", Elsewhere))),
        ["no PKCE"] = ("pkce.challenge", server => AskedAsync(server, ("code_challenge", null), ("code_challenge_method", null))),
        ["plain PKCE"] = ("pkce.s256", server => AskedAsync(server, ("code_challenge", Plain), ("code_challenge_method", "plain"))),
        ["plain PKCE, not said"] = ("pkce.s256", server => AskedAsync(server, ("code_challenge", Plain), ("code_challenge_method", null))),
        ["S256, odd challenge"] = ("pkce.challenge", server => AskedAsync(server, ("code_challenge", Plain))),
        ["bad resource"] = ("resource.known", server => AskedAsync(server, ("resource", "https://elsewhere.test/mcp"))),
        ["expired secret"] = ("client.secret-expired", RefreshedWithExpiredSecretAsync),
        ["secret for a key"] = ("client.auth-method", RefreshedWithSecretForKeyAsync),
        ["wrong audience"] = ("resource.granted", RedeemedForAnotherAudienceAsync),
        ["unknown scope"] = ("scope.known", server => AskedAsync(server, ("scope", "mail.fly"))),
        ["stale client"] = ("client.known", RefreshedByDeletedClientAsync),
        ["stale client, asking"] = ("client.known", AskedByDeletedClientAsync),
        ["stale client, refreshing"] = ("client.known", RefreshedByDeletedAppAsync),
        ["clock skew"] = ("client.assertion-time", ProvedByAnotherClockAsync),
        ["wrong method"] = ("client.auth-method", async server =>
            (await new Agent(server.Http(), "demo-native", "a-secret-it-has-not", "").RefreshAsync("some-token")).ErrorId()),
        ["late code"] = ("code.fresh", RedeemedTooLateAsync),
    };

    public static TheoryData<string> Names => [.. Mistakes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_is_explained_by_its_error_id(string mistake)
    {
        await using var server = await AuthServer.StartAsync();
        var (rule, make) = Mistakes[mistake];

        var id = await make(server);
        var dev = await server.SignedInAsync(People.Developer);
        await dev.ReadsWhyAsync(server, id);

        var page = string.Join(' ', dev.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var failed = AgentAuth.Server.Specs.Refusals.Rules.Named(rule);
        Assert.All(
            [rule, failed.Reference, failed.Expected, failed.Fix, "What was sent"],
            words => Assert.Contains(words, page, StringComparison.Ordinal));
        if (mistake.StartsWith("stale client,", StringComparison.Ordinal))
        {
            Assert.Contains("Deleted", page, StringComparison.Ordinal);
            Assert.DoesNotContain("Blocked by an administrator", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_was_sent_stands_beside_what_is_registered()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);

        await dev.ReadsWhyAsync(server, await AskedAsync(server, ("redirect_uri", Elsewhere)));

        Assert.Contains(Elsewhere, dev.Text, StringComparison.Ordinal);
        Assert.Contains(Agent.WebCallback, dev.Text, StringComparison.Ordinal);
        Assert.Contains("redirect_uri", dev.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_the_id_of_an_expired_secret_reads_when_it_ended_and_the_client_does_not()
    {
        await using var server = await AuthServer.StartAsync();
        var dev = await server.SignedInAsync(People.Developer);
        var (id, secret) = await dev.RegistersAsync();
        var app = new Agent(server.Http(), id, secret, Portal.Callback);
        var end = (await server.AppAsync(id)).Secrets.Single().ExpiresAt!.Value;
        server.Clock.Advance(TimeSpan.FromDays(366));

        var refusal = await app.RefreshAsync("some-token");
        var wrong = await new Agent(server.Http(), id, "never-a-secret", Portal.Callback).RefreshAsync("some-token");
        dev = await server.SignedInAsync(People.Developer);
        await dev.ReadsWhyAsync(server, refusal.ErrorId());

        Assert.Equal(wrong.Text("error_description"), refusal.Text("error_description"));
        Assert.Contains($"This secret ended on {end:yyyy-MM-dd}", dev.Text, StringComparison.Ordinal);
    }

    /// <summary>Nothing that could be used, in any form: not the old secret either, which the next guess may be close to.</summary>
    [Fact]
    [Spec("AA-T135")]
    public async Task Nothing_secret_is_written_down_for_it()
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, alice) = (Agent.Web(server), server.Browser());
        var code = await agent.CodeFromAsync(alice);
        var tokens = await agent.RedeemAsync(code);
        string[] ids =
        [
            (await agent.RedeemAsync(code)).ErrorId(), // used
            (await agent.RedeemAsync("no-code-of-ours")).ErrorId(),
            (await new Agent(server.Http(), "demo-web", "not-the-right-secret", "").RefreshAsync(tokens.RefreshToken)).ErrorId(),
            (await agent.PostAsync("/connect/token", [("grant_type", tokens.RefreshToken), ("scope", tokens.RefreshToken)])).ErrorId(),
            await AskedAsync(server, ("redirect_uri", "https://me:not-the-right-secret@client.demo.test/?code=" + code)),
            await AskedAsync(server, ("code_challenge", agent.Verifier), ("code_challenge_method", "plain"), ("login_hint", People.Alice)),
            await AskedAsync(server, ("nonce", "not-the-right-secret"), ("scope", "not-the-right-secret")),
            await server.UserInfoErrorIdAsync(tokens.AccessToken + "x"),
        ];
        foreach (var id in ids)
        {
            await server.WritesDownAsync(id);
        }

        var rows = await server.LookAsync(db => db.RefusedRequests.ToListAsync());

        Assert.Equal(ids.Order(StringComparer.Ordinal), rows.Select(r => r.Id).Order(StringComparer.Ordinal));
        string[] secrets =
        [
            code, agent.Verifier, tokens.AccessToken, tokens.RefreshToken, "no-code-of-ours", "not-the-right-secret", "demo-web-secret",
            People.Alice, "some-state",
        ];
        Assert.All(rows.Select(r => $"{r.Sent} {r.Words} {r.ClientId} {r.Error} {r.Endpoint}"), row =>
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, row, StringComparison.Ordinal)));
    }

    private static async Task<string> AskedAsync(AuthServer server, params (string, string?)[] changes)
    {
        var somebody = server.Browser();
        await somebody.OpenAsync(Agent.Web(server).AskFor("mail.read", changes));
        return somebody.ErrorId();
    }

    private static async Task<string> RefreshedWithExpiredSecretAsync(AuthServer server)
    {
        var (id, secret) = await (await server.SignedInAsync(People.Developer)).RegistersAsync();
        server.Clock.Advance(TimeSpan.FromDays(366));
        return (await new Agent(server.Http(), id, secret, Portal.Callback).RefreshAsync("some-token")).ErrorId();
    }

    private static async Task<string> RefreshedWithSecretForKeyAsync(AuthServer server)
    {
        var (id, _) = await (await server.SignedInAsync(People.Developer))
            .RegistersAsync("Signs", "Key", more: ("KeySet", new Signer().KeySet));
        return (await new Agent(server.Http(), id, "a-secret-it-has-not", Portal.Callback).RefreshAsync("some-token")).ErrorId();
    }

    private static async Task<string> RefreshedByDeletedClientAsync(AuthServer server)
    {
        var agent = await server.RegisterAsync("soon-deleted", "https://soon.test/callback");
        var tokens = await agent.TokensFromAsync(server.Browser(), "offline_access mail.read");
        await server.ChangeAsync(async db =>
        {
            await db.Tokens.ExecuteDeleteAsync();
            await db.Grants.ExecuteDeleteAsync();
            await db.Clients.Where(c => c.ClientId == "soon-deleted").ExecuteDeleteAsync();
        });
        await using var restarted = server.Another();
        return (await new Agent(restarted.Http(), "soon-deleted", null, "").RefreshAsync(tokens.RefreshToken)).ErrorId();
    }

    /// <summary>Its row is still there, and says since when it counts no more.</summary>
    private static async Task<(Agent App, string RefreshToken)> DeletedAppAsync(AuthServer server)
    {
        var dev = await server.SignedInAsync(People.Developer);
        var (id, _) = await dev.RegistersAsync("Soon deleted", "None");
        var app = new Agent(server.Http(), id, null, Portal.Callback);
        var tokens = await app.TokensFromAsync(server.Browser(), "offline_access mail.read");
        await dev.OpenAsync($"/developers/apps/{id}/delete");
        await dev.PressAsync("Delete the app");
        return (app, tokens.RefreshToken);
    }

    private static async Task<string> AskedByDeletedClientAsync(AuthServer server)
    {
        var (app, _) = await DeletedAppAsync(server);
        var somebody = server.Browser();
        await somebody.OpenAsync(app.AskFor("mail.read"));
        Assert.Contains("registration was removed", somebody.Text, StringComparison.Ordinal);
        return somebody.ErrorId();
    }

    private static async Task<string> RefreshedByDeletedAppAsync(AuthServer server)
    {
        var (app, refreshToken) = await DeletedAppAsync(server);
        return (await app.RefreshAsync(refreshToken)).ErrorId();
    }

    /// <summary>The clock of the machine that signs is five minutes ahead.</summary>
    private static async Task<string> ProvedByAnotherClockAsync(AuthServer server)
    {
        var (dev, signer) = (await server.SignedInAsync(People.Developer), new Signer());
        var (id, _) = await dev.RegistersAsync("Fast clock", "Key", more: ("KeySet", signer.KeySet));
        var ahead = server.Clock.GetUtcNow().ToUnixTimeSeconds() + 300;
        var proof = signer.Proof(server, id, ("iat", ahead), ("nbf", ahead), ("exp", ahead + 60));
        return (await new Agent(server.Http(), id, null, Portal.Callback).RefreshAsync("some-token", proof)).ErrorId();
    }

    private static async Task<string> RedeemedForAnotherAudienceAsync(AuthServer server)
    {
        var agent = Agent.Web(server);
        var code = await agent.CodeFromAsync(server.Browser());
        return (await agent.RedeemAsync(code, ("resource", AuthServer.Files))).ErrorId();
    }

    private static async Task<string> RedeemedTooLateAsync(AuthServer server)
    {
        var agent = Agent.Web(server);
        var code = await agent.CodeFromAsync(server.Browser());
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        return (await agent.RedeemAsync(code)).ErrorId();
    }
}
