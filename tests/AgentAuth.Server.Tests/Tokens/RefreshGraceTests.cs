using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Keys;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>Two processes of one agent, or a reply that was lost: the same client gets the same successor for half a minute.</summary>
public sealed class RefreshGraceTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(29);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(31);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Spec("AA-T049")]
    [Spec("AA-T056")]
    public async Task Who_comes_back_at_once_gets_the_same_successor_and_an_access_token_of_its_own(bool shortPath)
    {
        await using var server = await AuthServer.StartAsync(Path(shortPath));
        var (claude, mail) = (Agent.Native(server), Agent.MailServer(server));
        var first = await claude.TokensFromAsync(server.Browser());
        var second = await claude.RefreshAsync(first.RefreshToken);

        server.Clock.Advance(Within);
        var again = await claude.RefreshAsync(first.RefreshToken);

        Assert.True(again.IsGood, again.Body);
        Assert.Equal(second.RefreshToken, again.RefreshToken);
        Assert.NotEqual(second.AccessToken, again.AccessToken);
        Assert.True(await mail.SeesAsync(again.AccessToken));
        Assert.True((await claude.RefreshAsync(again.RefreshToken)).IsGood);
        Assert.Equal(1, await LiveAsync(server));
        Assert.Equal(0, await server.LookAsync(db => db.Revocations.CountAsync()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Spec("AA-T048")]
    public async Task After_the_window_it_is_a_replay(bool shortPath)
    {
        await using var server = await AuthServer.StartAsync(Path(shortPath));
        var (claude, mail) = (Agent.Native(server), Agent.MailServer(server));
        var first = await claude.TokensFromAsync(server.Browser());
        var second = await claude.RefreshAsync(first.RefreshToken);

        server.Clock.Advance(After);
        var replay = await claude.RefreshAsync(first.RefreshToken);

        Assert.Equal("invalid_grant", replay.Error);
        Assert.Equal("invalid_grant", (await claude.RefreshAsync(second.RefreshToken)).Error);
        Assert.False(await mail.SeesAsync(second.AccessToken));
        Assert.Equal(1, await server.LookAsync(db => db.Activities.CountAsync(a => a.Kind == ActivityKind.Replayed)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Spec("AA-T049")]
    public async Task Once_the_successor_was_used_the_old_one_gives_nothing_and_ends_nothing(bool shortPath)
    {
        await using var server = await AuthServer.StartAsync(Path(shortPath));
        var claude = Agent.Native(server);
        var first = await claude.TokensFromAsync(server.Browser());
        var second = await claude.RefreshAsync(first.RefreshToken);
        var third = await claude.RefreshAsync(second.RefreshToken);

        var late = await claude.RefreshAsync(first.RefreshToken);

        Assert.Equal("invalid_grant", late.Error);
        Assert.True((await claude.RefreshAsync(third.RefreshToken)).IsGood);

        server.Clock.Advance(After);
        await claude.RefreshAsync(first.RefreshToken);
        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act == "grant.replay")));
    }

    [Theory]
    [InlineData("demo-web-2", "demo-web-2-secret")]
    [InlineData("demo-native", null)]
    [InlineData("demo-web", "wrong")]
    [InlineData("demo-web", null)]
    [Spec("AA-T049")]
    [Spec("AA-T050")]
    public async Task Nobody_but_its_client_with_its_proof_gets_the_successor(string thief, string? secret)
    {
        await using var server = await AuthServer.StartAsync();
        var web = Agent.Web(server);
        var first = await web.TokensFromAsync(server.Browser());
        var second = await web.RefreshAsync(first.RefreshToken);

        var stolen = await new Agent(server.Http(), thief, secret, "").RefreshAsync(first.RefreshToken);

        Assert.False(stolen.IsGood);
        Assert.DoesNotContain(second.RefreshToken, stolen.Body, StringComparison.Ordinal);
        Assert.True((await web.RefreshAsync(second.RefreshToken)).IsGood);
    }

    [Fact]
    [Spec("AA-T047")]
    public async Task A_code_has_no_window()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var code = await claude.CodeFromAsync(server.Browser());
        var tokens = await claude.RedeemAsync(code);

        var again = await claude.RedeemAsync(code);

        Assert.Equal("invalid_grant", again.Error);
        Assert.Equal("invalid_grant", (await claude.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    public async Task What_one_path_gave_the_other_gives_again()
    {
        await using var pair = await TwoPaths.StartAsync();
        var first = await Agent.Native(pair.Short).TokensFromAsync(pair.Short.Browser());
        var quick = await pair.CountedAsync(() => Agent.Native(pair.Short).RefreshAsync(first.RefreshToken));

        var whole = await Agent.Native(pair.Whole).RefreshAsync(first.RefreshToken);
        var fromShort = await pair.NotCountedAsync(() => Agent.Native(pair.Short).RefreshAsync(first.RefreshToken));

        Assert.Equal(quick.RefreshToken, whole.RefreshToken);
        TwoPaths.AssertSame(whole, fromShort);
        var next = await Agent.Native(pair.Whole).RefreshAsync(whole.RefreshToken);
        var again = await Agent.Native(pair.Short).RefreshAsync(whole.RefreshToken);
        Assert.Equal(next.RefreshToken, again.RefreshToken);
    }

    [Fact]
    public async Task A_paused_reduced_or_ended_grant_is_no_more_generous_within_the_window()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude) = (server.Browser(), Agent.Native(server));
        var first = await claude.TokensFromAsync(alice);
        await claude.RefreshAsync(first.RefreshToken);

        await alice.ReduceAsync("openid", "offline_access", "mail.read");
        Assert.DoesNotContain("mail.send", (await claude.RefreshAsync(first.RefreshToken)).Body, StringComparison.Ordinal);
        await alice.PressAsync("Pause");
        Assert.Equal("access_denied", (await claude.RefreshAsync(first.RefreshToken)).Error);
        await alice.PressAsync("Remove");
        Assert.Equal("invalid_grant", (await claude.RefreshAsync(first.RefreshToken)).Error);
    }

    [Fact]
    public async Task After_the_keys_were_rotated_the_successor_is_the_same()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var first = await claude.TokensFromAsync(server.Browser());
        var second = await claude.RefreshAsync(first.RefreshToken);

        await server.ChangeAsync(db =>
        {
            db.Add(server.Services.GetRequiredService<KeyMint>().NewEncryptionKey());
            return Task.CompletedTask;
        });
        await server.Services.GetRequiredService<KeyRing>().LookAsync(TestContext.Current.CancellationToken);
        var again = await claude.RefreshAsync(first.RefreshToken);

        Assert.Equal(second.RefreshToken, again.RefreshToken);
    }

    [Fact]
    public async Task Turned_off_a_used_token_that_comes_back_is_a_replay_at_once()
    {
        await using var server = await AuthServer.StartAsync(Off);
        var claude = Agent.Native(server);
        var first = await claude.TokensFromAsync(server.Browser());
        var second = await claude.RefreshAsync(first.RefreshToken);

        Assert.Equal("invalid_grant", (await claude.RefreshAsync(first.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await claude.RefreshAsync(second.RefreshToken)).Error);
    }

    internal static void Off(IWebHostBuilder host) => host.UseSetting("AgentAuth:Tokens:RefreshGrace", "00:00:00");

    private static Action<IWebHostBuilder>? Path(bool shortPath) => shortPath ? null : Paths.OnlyTheWholePipeline;

    private static Task<int> LiveAsync(AuthServer server) => server.LookAsync(
        db => db.Tokens.CountAsync(t => t.Status == "valid" && t.Type == "urn:ietf:params:oauth:token-type:refresh_token"));
}
