using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Refusals;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens;
using AgentAuth.Server.Tokens.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>What agents do is noted for the people they act for, and never in a request's way.</summary>
public sealed class ActivitiesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tokens_issued_within_an_hour_are_one_line_with_a_count_by_both_paths(bool isShort)
    {
        await using var server = await AuthServer.StartAsync(isShort ? null : Paths.OnlyTheWholePipeline);
        server.Clock.SetUtcNow(new(server.Clock.GetUtcNow().Date.AddDays(1), TimeSpan.Zero)); // an hour that does not end meanwhile
        var claude = Agent.Web(server);
        var tokens = await claude.TokensFromAsync(server.Browser());
        for (var i = 0; i < 3; i++)
        {
            server.Clock.Advance(TimeSpan.FromMinutes(1));
            await server.HearsAsync();
            tokens = await claude.RefreshAsync(tokens.RefreshToken);
        }

        var line = Assert.Single(await server.FeedAsync(ActivityKind.Issued, lines => lines.Sum(l => l.Count) == 4));

        Assert.Equal((ActivityKind.Issued, null, "127.0.0.1"), (line.Kind, line.What, line.Address));
        Assert.Equal(Reporting.GrantOf(tokens), line.GrantId.ToString());
        Assert.Equal(TimeSpan.FromMinutes(3), line.LastAt - line.At);
        server.Clock.Advance(TimeSpan.FromHours(1));
        await claude.RefreshAsync(tokens.RefreshToken);
        Assert.Equal([4, 1], (await server.FeedAsync(ActivityKind.Issued, lines => lines.Count == 2)).Select(l => l.Count));
    }

    [Fact]
    public async Task A_refusal_stands_there_with_its_rule_and_address_once_it_is_known_whose_it_is()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = new Agent(From(server, "203.0.113.7"), "demo-web", "demo-web-secret", Agent.WebCallback);
        var tokens = await Agent.Web(server).TokensFromAsync(server.Browser());
        await Agent.Web(server).RevokeAsync(tokens.RefreshToken);

        await claude.RefreshAsync(tokens.RefreshToken);
        await claude.RefreshAsync(tokens.RefreshToken);
        await claude.RefreshAsync("none-of-ours");
        await claude.TokenAsync([("grant_type", "made-up")]);

        var refused = Assert.Single(await server.FeedAsync(ActivityKind.Refused, lines => lines.Sum(l => l.Count) == 2));
        Assert.Equal("203.0.113.7", refused.Address);
        Assert.Contains(refused.What, Rules.All.Select(r => r.Name));
    }

    [Fact]
    public async Task A_refresh_token_that_comes_back_is_told_apart()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Web(server);
        var tokens = await claude.TokensFromAsync(server.Browser());
        await claude.RefreshAsync(tokens.RefreshToken);
        server.Clock.Advance(TimeSpan.FromMinutes(5));

        await claude.RefreshAsync(tokens.RefreshToken);

        Assert.Single(await server.FeedAsync(ActivityKind.Replayed, lines => lines.Count > 0));
    }

    [Fact]
    public async Task What_waits_when_the_server_stops_is_written()
    {
        await using var server = await AuthServer.StartAsync();
        TokenAnswer tokens;
        await using (var node = server.Another())
        {
            tokens = await Agent.Web(node).TokensFromAsync(node.Browser());
        }

        var line = Assert.Single(await server.LookAsync(db => db.Activities.Where(a => a.Kind == ActivityKind.Issued).ToListAsync()));

        Assert.Equal(Reporting.GrantOf(tokens), line.GrantId.ToString());
    }

    [Fact]
    public async Task Of_a_grant_that_is_gone_nothing_is_written_and_of_the_others_everything()
    {
        await using var server = await AuthServer.StartAsync();
        var tokens = await Agent.Web(server).TokensFromAsync(server.Browser());
        var activities = server.Services.GetRequiredService<Activities>();

        activities.Note(Guid.CreateVersion7(), Guid.CreateVersion7(), ActivityKind.Called, "mail.read");
        activities.Note(Guid.Parse(Reporting.GrantOf(tokens)), Guid.Parse(tokens.Claims.GetProperty("sub").GetString()!),
            ActivityKind.Called, "mail.read");

        var called = Assert.Single(await server.FeedAsync(ActivityKind.Called, lines => lines.Count > 0));
        Assert.Equal(Reporting.GrantOf(tokens), called.GrantId.ToString());
    }

    [Fact]
    public async Task Who_comes_from_ever_new_addresses_fills_so_many_lines_an_hour()
    {
        await using var server = await AuthServer.StartAsync();
        var tokens = await Agent.Web(server).TokensFromAsync(server.Browser());
        var (grant, account) = (Guid.Parse(Reporting.GrantOf(tokens)), Guid.Parse(tokens.Claims.GetProperty("sub").GetString()!));
        var activities = server.Services.GetRequiredService<Activities>();

        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < FeedRows.MaxLinesAnHour; i++)
            {
                activities.Note(grant, account, ActivityKind.Called, "mail.read", new(0x0A000000L + (1000 * round) + i));
            }
            await server.FeedAsync(ActivityKind.Called, _ => activities.Waiting == 0);
        }
        activities.Note(grant, account, ActivityKind.Issued, address: IPAddress.Loopback); // known, so it still counts
        activities.Note(grant, account, ActivityKind.CallRefused, "insufficient_scope mail.delete", IPAddress.Parse("203.0.113.9"));

        await server.FeedAsync(ActivityKind.Issued, lines => lines.Exists(l => l.Count == 2));
        var called = await server.LookAsync(db => db.Activities.CountAsync(a => a.Kind == ActivityKind.Called));
        Assert.InRange(called, FeedRows.MaxLinesAnHour - 2, 2 * FeedRows.MaxLinesAnHour);
        var hidden = Assert.Single(await server.FeedAsync(ActivityKind.CallRefused, lines => lines.Count > 0));
        Assert.Null(hidden.Address);
    }

    [Fact]
    public void Memory_is_bounded_and_what_is_known_goes_on_being_counted()
    {
        var activities = new Activities(new FakeTimeProvider(Noon));
        var (grant, account) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        for (var i = 0; i < 3 * Activities.MaxWaiting; i++)
        {
            activities.Note(grant, account, ActivityKind.Called, $"scope-{i}");
        }
        activities.Note(grant, account, ActivityKind.Called, "scope-0");

        var lines = activities.Take();
        Assert.Equal(Activities.MaxWaiting, lines.Count);
        Assert.Equal(2, lines.Single(l => l.Key.What == "scope-0").Count);
        Assert.Empty(activities.Take());
    }

    [Fact]
    public void What_is_given_back_is_added_to_what_came_since()
    {
        var clock = new FakeTimeProvider(Noon);
        var activities = new Activities(clock);
        var (grant, account) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        activities.Note(grant, account, ActivityKind.Issued);
        var taken = activities.Take();
        clock.Advance(TimeSpan.FromMinutes(1));
        activities.Note(grant, account, ActivityKind.Issued);

        activities.GiveBack(taken);

        var line = Assert.Single(activities.Take());
        Assert.Equal((2, Noon, Noon + TimeSpan.FromMinutes(1)), (line.Count, line.At, line.LastAt));
        Assert.Equal(taken[0].Key.Id, line.Key.Id);
    }

    [Fact]
    public void A_note_of_what_is_known_allocates_nothing()
    {
        var activities = new Activities(TimeProvider.System);
        var (grant, account, address) = (Guid.CreateVersion7(), Guid.CreateVersion7(), IPAddress.Parse("203.0.113.7"));
        activities.Note(grant, account, ActivityKind.Issued, address: address);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            activities.Note(grant, account, ActivityKind.Issued, address: address);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000); // less than a byte a note
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("fe80::1%3", "fe80::1")]
    [InlineData(null, null)]
    public void An_address_is_written_as_people_know_it(string? address, string? text)
    {
        var from = address is null ? null : IPAddress.Parse(address);

        Assert.Equal(text, ActivityKey.Of(Guid.Empty, ActivityKind.Issued, null, from, Noon).AddressText);
    }

    private static HttpClient From(AuthServer server, string address)
    {
        var http = server.Http();
        http.DefaultRequestHeaders.Add("X-Test-Address", address);
        return http;
    }
}
