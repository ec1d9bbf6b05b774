using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>So many changes a day, counted here for all resource servers and all nodes.</summary>
public sealed class BudgetTests
{
    [Fact]
    public async Task A_day_has_as_many_changes_as_the_person_said()
    {
        await using var server = await AuthServer.StartAsync();
        var gid = await GrantAsync(server, 2);

        var (one, two, three) = (await server.SpendAsync(gid), await server.SpendAsync(gid), await server.SpendAsync(gid));

        Assert.Equal("""{"allowed":true,"left":1}""", one.Body);
        Assert.Equal("""{"allowed":true,"left":0}""", two.Body);
        var now = server.Clock.GetUtcNow();
        var midnight = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1);
        Assert.Equal(HttpStatusCode.Forbidden, three.Status);
        Assert.Equal($$"""{"allowed":false,"resets":{{midnight.ToUnixTimeSeconds()}}}""", three.Body);
        server.Clock.SetUtcNow(midnight);
        Assert.Equal("""{"allowed":true,"left":1}""", (await server.SpendAsync(gid)).Body);
    }

    [Fact]
    public async Task Of_many_at_once_no_more_get_through_at_two_nodes()
    {
        await using var server = await AuthServer.StartAsync();
        await using var another = server.Another();
        var gid = await GrantAsync(server, 5);

        var answers = await Asking.AtOnceAsync(20, i => (i % 2 == 0 ? server : another).SpendAsync(gid));

        Assert.Equal(5, answers.Count(a => a.IsGood));
        Assert.Equal(5, await server.LookAsync(db => db.BudgetUses.Select(u => u.Used).SingleAsync()));
    }

    [Fact]
    public async Task Without_a_limit_nothing_is_counted()
    {
        await using var server = await AuthServer.StartAsync();
        var tokens = await Agent.Native(server).TokensFromAsync(server.Browser());

        var answer = await server.SpendAsync(tokens.Claims.GetProperty("gid").GetString()!);

        Assert.Equal("""{"allowed":true}""", answer.Body);
        Assert.False(await server.LookAsync(db => db.BudgetUses.AnyAsync()));
    }

    [Theory]
    [InlineData("gid", "00000000-0000-0000-0000-000000000000", 403, "access_denied")]
    [InlineData("gid", "x", 403, "access_denied")]
    [InlineData("resource", AuthServer.Files, 403, "access_denied")]
    [InlineData("resource", null, 403, "access_denied")]
    [InlineData("scope", "mail.delete", 400, "invalid_scope")] // not granted
    [InlineData("scope", "openid", 400, "invalid_scope")]
    [InlineData("scope", null, 400, "invalid_scope")]
    public async Task What_is_not_the_accounts_or_not_the_grants_is_refused(string name, string? value, int status, string error)
    {
        await using var server = await AuthServer.StartAsync();
        var gid = await GrantAsync(server, 2);

        var answer = await server.SpendAsync(gid, (name, value));

        Assert.Equal((status, error), ((int)answer.Status, answer.Error));
        Assert.True(answer.Has("error_id"));
    }

    [Theory]
    [InlineData("demo-resource:wrong", 401)]
    [InlineData("demo-native:", 401)]
    [InlineData("demo-web:demo-web-secret", 403)]
    [InlineData("demo-files-resource:demo-files-resource-secret", 403)]
    public async Task Only_the_resources_own_account_counts(string account, int status)
    {
        await using var server = await AuthServer.StartAsync();
        var gid = await GrantAsync(server, 2);

        var answer = await Deciding.PostAsync(
            server, "/connect/budgets", [("resource", AuthServer.Mail), ("gid", gid), ("scope", "mail.send")], [],
            Deciding.Account(account));

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task An_ended_or_paused_grant_changes_nothing()
    {
        await using var server = await AuthServer.StartAsync();
        var gid = await GrantAsync(server, 2);
        await server.ChangeAsync(async db => (await db.Grants.SingleAsync()).Pause(server.Clock));
        Assert.Equal("access_denied", (await server.SpendAsync(gid)).Error);

        await server.ChangeAsync(async db => (await db.Grants.SingleAsync()).Resume());
        Assert.True((await server.SpendAsync(gid)).IsGood);
        server.Clock.Advance(TimeSpan.FromDays(365));
        await server.LimitAsync(Limiting.Changes(2) with { EndsAt = server.Clock.GetUtcNow() });
        Assert.Equal("access_denied", (await server.SpendAsync(gid)).Error);
    }

    private static async Task<string> GrantAsync(AuthServer server, int most)
    {
        var tokens = await Agent.Native(server).TokensFromAsync(server.Browser());
        await server.LimitAsync(Limiting.Changes(most));
        return tokens.Claims.GetProperty("gid").GetString()!;
    }
}
