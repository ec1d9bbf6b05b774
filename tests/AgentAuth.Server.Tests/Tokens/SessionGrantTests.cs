using AgentAuth.Server.Chores;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>What is allowed for a session ends with that session, however it ends.</summary>
public sealed class SessionGrantTests
{
    [Theory]
    [InlineData("/sign-out", "Sign out")]
    [InlineData("/sign-in?again=1", "Sign in")]
    public async Task It_ends_at_once_when_its_person_leaves_or_signs_in_anew(string page, string button)
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude, mail) = (server.Browser(), Agent.Native(server), Agent.MailServer(server));
        var tokens = await AllowedForSessionAsync(server, alice, claude);
        Assert.True(await mail.SeesAsync(tokens.AccessToken));

        await alice.OpenAsync(page);
        await alice.PressAsync(button, ("Email", People.Alice), ("Password", People.Password));

        Assert.False(await mail.SeesAsync(tokens.AccessToken));
        Assert.Equal("invalid_grant", (await claude.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(1, await server.LookAsync(db => db.Revocations.CountAsync()));
    }

    [Fact]
    public async Task It_ends_when_its_session_is_ended_from_elsewhere()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, claude) = (server.Browser(), Agent.Native(server));
        var tokens = await AllowedForSessionAsync(server, alice, claude);
        var phone = await server.SignedInAsync();

        await phone.OpenAsync("/account/security");
        await phone.PressAsync("Sign out everywhere else");

        Assert.Equal("invalid_grant", (await claude.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.False(await Agent.MailServer(server).SeesAsync(tokens.AccessToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_session_that_nobody_used_gives_no_token_any_more(bool shortPath)
    {
        await using var server = await AuthServer.StartAsync(shortPath ? null : Paths.OnlyTheWholePipeline);
        var (alice, claude) = (server.Browser(), Agent.Native(server));
        var tokens = await AllowedForSessionAsync(server, alice, claude);
        var next = await claude.RefreshAsync(tokens.RefreshToken);
        Assert.True(next.IsGood, next.Body);

        server.Clock.Advance(TimeSpan.FromHours(8) + TimeSpan.FromSeconds(1));

        Assert.Equal("invalid_grant", (await claude.RefreshAsync(next.RefreshToken)).Error);
        Assert.Equal("revoked", (await server.LookAsync(db => db.Grants.SingleAsync())).Status);
    }

    [Fact]
    public async Task A_round_ends_what_was_allowed_for_sessions_that_are_over_and_nothing_else()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, bob) = (server.Browser(), await server.SignedInAsync(People.Bob));
        await AllowedForSessionAsync(server, alice, Agent.Native(server));
        await Agent.Native(server).TokensFromAsync(bob);
        server.Clock.Advance(TimeSpan.FromHours(7));
        await RoundAsync(server);
        Assert.Equal(2, await LiveAsync(server));

        server.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        await RoundAsync(server);

        Assert.Equal(1, await LiveAsync(server));
        var line = await server.LookAsync(db => db.Activities.SingleAsync(a => a.Kind == ActivityKind.Ended));
        Assert.Equal((ActivityKind.Ended, "grant.session"), (line.Kind, line.What));
    }

    [Fact]
    public async Task What_was_allowed_for_a_session_that_is_over_is_not_remembered()
    {
        await using var server = await AuthServer.StartAsync();
        var (alice, web) = (server.Browser(), Agent.Web(server));
        await AllowedForSessionAsync(server, alice, web);
        await alice.OpenAsync(web.AskFor());
        Assert.NotNull(alice.Left); // the session lives: no question
        server.Clock.Advance(TimeSpan.FromHours(9));

        await alice.OpenAsync(web.AskFor());
        await alice.SignInAsync(People.Alice);

        Assert.Null(alice.Left);
    }

    /// <summary>As the consent page makes it; its own choice is tested there.</summary>
    private static async Task<TokenAnswer> AllowedForSessionAsync(AuthServer server, Browser person, Agent agent)
    {
        var tokens = await agent.TokensFromAsync(person);
        await server.ChangeAsync(async db =>
        {
            var session = await db.Sessions.SingleAsync(s => db.Users.Any(a => a.Id == s.AccountId && a.Email == People.Alice));
            var grant = await db.Grants.SingleAsync(g => g.AccountId == session.AccountId);
            grant.Allow(
                grant.AllowedScopes, [.. grant.AllowedScopes], new(session.EndsAt) { SessionId = session.Id }, server.Clock);
        });
        return tokens;
    }

    private static Task RoundAsync(AuthServer server) =>
        server.Services.GetServices<IHostedService>().OfType<EndWithSessions>().Single().RunAsync(CancellationToken.None);

    private static Task<int> LiveAsync(AuthServer server) => server.LookAsync(db => db.Grants.CountAsync(g => g.Status == "valid"));
}
