using AgentAuth.Server.Chores;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentAuth.Server.Tests.Chores;

/// <summary>What is kept of what agents did, and of what was asked and told, goes when its time is over, or with its grant.</summary>
public sealed class PruneFeedTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Each_goes_when_its_time_is_over_and_no_earlier()
    {
        await using var server = await AuthServer.StartAsync();
        var grant = await AllowedAsync(server);
        var now = server.Clock.GetUtcNow();
        await server.ChangeAsync(db => db.AddRangeAsync(
            OneOfEach.Line(grant, now - Activity.Kept), OneOfEach.Line(grant, now - Activity.Kept + Moment),
            new BudgetUse { GrantId = grant.Id, Day = now - TimeSpan.FromDays(2) },
            new BudgetUse { GrantId = grant.Id, Day = now - TimeSpan.FromDays(2) + Moment },
            OneOfEach.Mail(grant, now - OutgoingMail.Kept, isSent: true),
            OneOfEach.Mail(grant, now - OutgoingMail.Kept + Moment, isSent: false),
            OneOfEach.Link(grant, "a", now), OneOfEach.Link(grant, "b", now + Moment),
            OneOfEach.Asked(grant, "a", now - TimeSpan.FromDays(1)), OneOfEach.Asked(grant, "b", now - TimeSpan.FromDays(1) + Moment)));

        await PruneAsync(server);
        Assert.All(await CountsAsync(server), count => Assert.Equal(1, count));
        server.Clock.Advance(Moment);
        await PruneAsync(server);

        Assert.All(await CountsAsync(server), count => Assert.Equal(0, count));
    }

    [Fact]
    public async Task All_of_it_goes_with_its_grant()
    {
        await using var server = await AuthServer.StartAsync();
        var grant = await AllowedAsync(server);
        var now = server.Clock.GetUtcNow();
        await server.ChangeAsync(db => db.AddRangeAsync(
            OneOfEach.Line(grant, now), new BudgetUse { GrantId = grant.Id, Day = now }, OneOfEach.Link(grant, "a", now + Moment),
            OneOfEach.Asked(grant, "a", now + Moment),
            new ScopeUse { GrantId = grant.Id, Scope = "mail.read", Calls = 1, LastUsedAt = now },
            new Receipt { GrantId = grant.Id, AccountId = grant.AccountId, At = now, Jws = "a.b.c" }));

        await server.LookAsync(db => db.Tokens.ExecuteDeleteAsync()); // as whoever deletes a client does
        await server.LookAsync(db => db.Clients.Where(c => c.Id == grant.ApplicationId).ExecuteDeleteAsync());

        Assert.Equal(0, await server.LookAsync(async db => await db.Grants.CountAsync() + await db.Activities.CountAsync()
            + await db.ScopeUses.CountAsync() + await db.Receipts.CountAsync()));
        Assert.All(await CountsAsync(server), count => Assert.Equal(0, count));
    }

    private static async Task<Grant> AllowedAsync(AuthServer server)
    {
        await Agent.Web(server).TokensFromAsync(server.Browser());
        await server.FeedAsync(ActivityKind.Issued, lines => lines.Count == 1);
        await server.LookAsync(db => db.Activities.ExecuteDeleteAsync());
        await server.LookAsync(db => db.OutgoingMails.ExecuteDeleteAsync());
        await server.LookAsync(db => db.MailLinks.ExecuteDeleteAsync());
        await server.LookAsync(db => db.Receipts.ExecuteDeleteAsync());
        return await server.LookAsync(db => db.Grants.AsNoTracking().SingleAsync());
    }

    private static Task<int> PruneAsync(AuthServer server) =>
        server.Services.GetServices<IHostedService>().OfType<Prune>().Single().RunAsync(default);

    private static Task<int[]> CountsAsync(AuthServer server) => server.LookAsync(async db => new[]
    {
        await db.Activities.CountAsync(),
        await db.BudgetUses.CountAsync(),
        await db.OutgoingMails.CountAsync(),
        await db.MailLinks.CountAsync(),
        await db.Approvals.CountAsync(),
    });
}
