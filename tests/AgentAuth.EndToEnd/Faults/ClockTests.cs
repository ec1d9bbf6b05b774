using AgentAuth.EndToEnd.Support;

namespace AgentAuth.EndToEnd.Faults;

/// <summary>R08: the machine's clock jumps while the server runs; nothing used, replaced or given back works again.</summary>
public sealed class ClockTests
{
    private const string Scope = "mail.read offline_access";

    [Theory]
    [Trait("Run", "WhenAsked")]
    [InlineData("SQLite")]
    [InlineData("PostgreSQL")]
    public async Task Whichever_way_the_clock_jumps_nothing_that_is_over_comes_back(string database)
    {
        await using var postgres = database == "PostgreSQL" ? await OwnPostgres.StartAsync() : null;
        using var folder = new TemporaryFolder();
        var clock = new FakedClock(Path.Combine(folder.Path, "clock"));
        await using var demo = await DemoProcess.OnPostgresAsync(postgres?.Connection, new() { Environment = clock.Environment });
        var agent = await Agent.MeetAsync(demo);
        var alice = Person.Alice(demo);
        var journal = new Journal(agent);

        var first = await agent.ConnectAsync(alice, Scope);
        var second = await agent.RefreshAsync(first.RefreshToken);
        var bobs = await agent.ConnectAsync(Person.Bob(demo), Scope);
        Assert.Equal(200, await agent.RevokeAsync(bobs.RefreshToken));
        journal.Removed(bobs);
        var late = agent.AskFor(Scope);
        var lateCode = late.CodeFrom(await alice.AllowAsync(late.Url));

        await clock.JumpAsync(demo, "+61s");
        Assert.Equal("invalid_grant", (await agent.RedeemAsync(late, lateCode)).Error);
        Assert.True(await agent.IsActiveAsync(second.AccessToken), "An access token died with a minute.");

        await clock.JumpAsync(demo, "+2h");
        Assert.False(await agent.IsActiveAsync(second.AccessToken), "An access token outlived two hours.");
        var third = await agent.RefreshAsync(second.RefreshToken);
        Assert.True(third.Status == 200, $"A refresh token died with two hours: {third.Body}");
        await journal.RemovalsHoldAsync();

        await clock.JumpAsync(demo, "+6900s"); // five minutes back
        Assert.Equal("invalid_grant", (await agent.RedeemAsync(late, lateCode)).Error);
        Assert.False(await agent.IsActiveAsync(second.AccessToken), "An expired access token came back.");
        await journal.RemovalsHoldAsync();

        await clock.JumpAsync(demo, "+40d");
        Assert.Equal("invalid_grant", (await agent.RefreshAsync(third.RefreshToken)).Error);
        var anew = await agent.ConnectAsync(alice, Scope); // she signs in again; the keys are there
        Assert.True(await agent.IsActiveAsync(anew.AccessToken));

        await clock.JumpAsync(demo, "+39d");
        Assert.Equal("invalid_grant", (await agent.RefreshAsync(third.RefreshToken)).Error);
        await journal.RemovalsHoldAsync();
        Assert.Equal("invalid_grant", (await agent.RefreshAsync(first.RefreshToken)).Error); // a replay, a clock jump later
        Assert.Equal(200, (await Knock.AtReadyAsync(demo)).Status);
        await Extent.NoteAsync($"R08-{database}", ["+61 s, +2 h, -5 min, +40 d, -1 d: nothing that was over came back"]);
    }
}
