using AgentAuth.Server.Model;
using AgentAuth.Server.Setup;
using AgentAuth.Server.Tests.Support;
using Microsoft.Data.Sqlite;

namespace AgentAuth.Server.Tests.Commands;

/// <summary>A database of an earlier version, with people and agents at work in it, is brought up to date by the first start.</summary>
public sealed class UpgradeTests
{
    public static TheoryData<string> EarlierVersions
    {
        get
        {
            using var db = new SqliteDbFactory().CreateDbContext([]);
            return [.. Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.GetMigrations(db.Database)
                .Select(SchemaUpdate.NameOf).SkipLast(1)];
        }
    }

    [Theory]
    [MemberData(nameof(EarlierVersions))]
    public async Task What_lived_in_an_older_database_lives_on_and_what_was_dead_stays_dead(string version)
    {
        var today = await Template.CopyAsync();
        string code, cookie;
        TokenAnswer lives, removed;
        await using (var before = AuthServer.StartOn(today, ownsStore: false))
        {
            var (alice, claude, web) = (await before.SignedInAsync(), Agent.Native(before), Agent.Web(before));
            code = await claude.CodeFromAsync(alice);
            lives = await claude.RefreshAsync((await claude.RedeemAsync(code)).RefreshToken);
            removed = await web.TokensFromAsync(alice);
            await web.RevokeAsync(removed.RefreshToken);
            cookie = string.Join("; ", alice.Cookies.Select(c => $"{c.Key}={c.Value}"));
        }
        SqliteConnection.ClearAllPools();
        var older = await OlderStore.OfAsync(today, version);
        await Template.DropAsync(today);

        await using var server = AuthServer.StartOn(older);

        Assert.True(await Agent.MailServer(server).SeesAsync(lives.AccessToken));
        Assert.False(await Agent.MailServer(server).SeesAsync(removed.AccessToken));
        Assert.Equal("invalid_grant", (await Agent.Web(server).RefreshAsync(removed.RefreshToken)).Error);
        var browser = server.Browser();
        await browser.OpenAsync("/account/agents", ("Cookie", cookie));
        Assert.Contains("Demo desktop agent", browser.Text, StringComparison.Ordinal);
        var next = await Agent.Native(server).RefreshAsync(lives.RefreshToken);
        Assert.True(next.IsGood, next.Body);
        Assert.Equal("invalid_grant", (await Agent.Native(server).RedeemAsync(code)).Error); // and ends all that came of it
        Assert.Equal("invalid_grant", (await Agent.Native(server).RefreshAsync(next.RefreshToken)).Error);
    }
}
