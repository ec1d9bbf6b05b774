using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>A database that fails in the middle leaves nothing half done; one that is away is said to be away.</summary>
public sealed class DurabilityTests
{
    /// <summary>Lets a used token be marked and refuses the next one that would be stored: a failure between the two.</summary>
    private const string BreakMidway = """CREATE UNIQUE INDEX "Broken" ON "Tokens" ("Subject", "Type")""";

    private const string Mend = """DROP INDEX "Broken" """;

    [Fact]
    [Spec("AA-T056")]
    public async Task A_refresh_that_fails_midway_leaves_the_old_token_good()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser());

        await server.ChangeAsync(db => db.Database.ExecuteSqlRawAsync(BreakMidway));
        var failed = await claude.RefreshAsync(tokens.RefreshToken);
        await server.ChangeAsync(db => db.Database.ExecuteSqlRawAsync(Mend));
        var again = await claude.RefreshAsync(tokens.RefreshToken);

        Assert.True(failed.Status >= HttpStatusCode.InternalServerError);
        Assert.NotNull(failed.Error);
        Assert.True(again.IsGood, again.Body);
    }

    [Fact]
    public async Task A_code_whose_redemption_fails_midway_leaves_no_token_behind()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), server.Browser());
        await claude.TokensFromAsync(alice);
        var code = await claude.CodeFromAsync(alice);
        await server.ChangeAsync(
            db => db.Tokens.Where(t => t.Type == "urn:openiddict:params:oauth:token-type:authorization_code" && t.Status != "valid")
                .ExecuteDeleteAsync());
        var before = await server.LookAsync(db => db.Tokens.CountAsync());

        await server.ChangeAsync(db => db.Database.ExecuteSqlRawAsync(BreakMidway));
        var failed = await claude.RedeemAsync(code);
        await server.ChangeAsync(db => db.Database.ExecuteSqlRawAsync(Mend));

        Assert.True(failed.Status >= HttpStatusCode.InternalServerError);
        Assert.Equal(before, await server.LookAsync(db => db.Tokens.CountAsync()));
        Assert.True((await claude.RedeemAsync(code)).IsGood); // the client may try again: nothing was bought
    }

    [Theory]
    [InlineData("Clients", false)]
    [InlineData("Tokens", false)]
    [InlineData("Grants", false)]
    [InlineData("Tokens", true)]
    [InlineData("Grants", true)]
    [Spec("ASVS", "16.5.2")]
    public async Task While_the_database_is_away_programs_are_told_to_come_back(string table, bool shortPath)
    {
        await using var server = await AuthServer.StartAsync(shortPath ? null : Paths.OnlyTheWholePipeline);
        var (claude, mail) = (Agent.Native(server), Agent.MailServer(server));
        var tokens = await claude.TokensFromAsync(server.Browser());

        await RenameAsync(server, table, "Away");
        TokenAnswer[] answers =
        [
            await claude.RefreshAsync(tokens.RefreshToken),
            await claude.RevokeAsync(tokens.RefreshToken),
            await mail.PostAsync("/connect/introspect", [("token", tokens.AccessToken)]),
        ];
        await RenameAsync(server, "Away", table);

        // Access tokens have no rows, and the short path knows from memory what ended, for as long as that is fresh.
        Assert.All(shortPath || table == "Tokens" ? answers[..2] : answers, a =>
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"), (a.Status, a.Error));
            Assert.True(int.Parse(a.Headers["Retry-After"]) > 0);
            Assert.DoesNotContain("sql", a.Body, StringComparison.OrdinalIgnoreCase);
        });
        Assert.True((await claude.RefreshAsync(tokens.RefreshToken)).IsGood);
    }

    [Fact]
    public async Task A_restart_keeps_what_was_answered()
    {
        await using var server = await AuthServer.StartAsync();
        var first = await Agent.Native(server).TokensFromAsync(server.Browser());
        var second = await Agent.Native(server).RefreshAsync(first.RefreshToken);

        await using var restarted = server.Another();

        Assert.True(await Agent.MailServer(restarted).SeesAsync(second.AccessToken));
        Assert.True((await Agent.Native(restarted).RefreshAsync(second.RefreshToken)).IsGood);
        Assert.Equal("invalid_grant", (await Agent.Native(restarted).RefreshAsync(first.RefreshToken)).Error);
    }

#pragma warning disable EF1002 // the names are the test's own
    private static Task RenameAsync(AuthServer server, string from, string to) =>
        server.ChangeAsync(db => db.Database.ExecuteSqlRawAsync($"ALTER TABLE \"{from}\" RENAME TO \"{to}\""));
#pragma warning restore EF1002
}
