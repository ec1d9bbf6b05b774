using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>Ending things: the row, the notice and the audit entry together, or none of them.</summary>
public sealed class RevokerTests
{
    private static readonly Actor Admin = new(null, People.Admin, "192.0.2.1");

    [Fact]
    [Spec("AA-T136")]
    public async Task An_end_is_a_row_a_notice_and_an_audit_entry()
    {
        await using var server = await AuthServer.StartAsync();
        var grant = await GrantAsync(server);

        var ended = await ActAsync(server, revoker => revoker.EndGrantAsync(grant, "grant.end", "Because.", Admin, default));

        var row = await server.LookAsync(db => db.Grants.SingleAsync(g => g.Id == grant));
        var notice = await server.LookAsync(db => db.Revocations.SingleAsync());
        var entry = await server.LookAsync(db => db.AuditEntries.SingleAsync(e => e.Act == "grant.end"));
        Assert.Equal(1, ended);
        Assert.Equal(("Because.", server.Clock.GetUtcNow()), (row.EndedBecause, row.EndedAt));
        Assert.Equal((RevocationKind.Grant, grant.ToString("D")), (notice.Kind, notice.Value));
        Assert.Equal((People.Admin, $"grant {grant:D}", "Because.", "192.0.2.1"), (entry.Actor, entry.Target, entry.Reason, entry.Address));
    }

    [Fact]
    public async Task What_has_ended_is_not_ended_again()
    {
        await using var server = await AuthServer.StartAsync();
        var grant = await GrantAsync(server);
        await ActAsync(server, revoker => revoker.EndGrantAsync(grant, "grant.end", "First.", Admin, default));

        var again = await ActAsync(server, revoker => revoker.EndGrantAsync(grant, "grant.end", "Second.", Admin, default));

        Assert.Equal(0, again);
        Assert.Equal("First.", (await server.LookAsync(db => db.Grants.SingleAsync(g => g.Id == grant))).EndedBecause);
        Assert.Equal(1, await server.LookAsync(db => db.Revocations.CountAsync()));
        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act == "grant.end")));
    }

    [Fact]
    public async Task Two_who_end_the_same_grant_at_once_end_it_once()
    {
        await using var server = await AuthServer.StartAsync();
        var grant = await GrantAsync(server);

        var counts = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => ActAsync(server, revoker => revoker.EndGrantAsync(grant, "grant.end", $"By {i}.", Admin, default)))));

        Assert.Equal(1, counts.Sum());
        Assert.Equal(1, await server.LookAsync(db => db.Revocations.CountAsync()));
        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act == "grant.end")));
    }

    [Fact]
    public async Task Within_a_callers_transaction_all_of_it_stands_or_falls_with_that()
    {
        await using var server = await AuthServer.StartAsync();
        var (kept, undone) = (await GrantAsync(server, Agent.Native(server)), await GrantAsync(server, Agent.Web(server)));

        await InTransactionAsync(server, kept, commit: true);
        await InTransactionAsync(server, undone, commit: false);

        var live = await server.LookAsync(db => db.Grants.Where(g => g.Status == "valid").Select(g => g.Id).ToListAsync());
        var told = await server.LookAsync(db => db.Revocations.Select(r => r.Value).ToListAsync());
        Assert.Equal([undone], live);
        Assert.Equal([kept.ToString("D")], told);
        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act == "grant.end")));
    }

    [Fact]
    [Spec("AA-T054")]
    public async Task Ending_a_client_ends_everyones_grants_and_is_told_once_for_the_client()
    {
        await using var server = await AuthServer.StartAsync();
        var mine = await GrantAsync(server, Agent.Native(server));
        var web = await GrantAsync(server, Agent.Web(server));
        var bob = await server.SignedInAsync(People.Bob);
        var bobs = GrantOf(await Agent.Native(server).TokensFromAsync(bob));

        var ended = await ActAsync(server, async revoker =>
        {
            var client = await server.LookAsync(db => db.Clients.AsNoTracking().SingleAsync(c => c.ClientId == "demo-native"));
            return await revoker.EndClientAsync(client, "client.end-grants", "Because.", Admin, default);
        });

        var dead = await server.LookAsync(db => db.Grants.Where(g => g.Status != "valid").Select(g => g.Id).ToListAsync());
        Assert.Equal(2, ended);
        Assert.Equal(new[] { mine, bobs }.Order(), dead.Order());
        Assert.DoesNotContain(web, dead);
        Assert.Equal("demo-native", (await server.LookAsync(db => db.Revocations.SingleAsync(r => r.Kind == RevocationKind.Client))).Value);
    }

    [Fact]
    [Spec("AA-T054")]
    public async Task However_long_it_takes_to_end_a_clients_grants_its_tokens_are_dead_up_to_the_end_of_that()
    {
        await using var server = await AuthServer.StartAsync();
        await GrantAsync(server);
        server.Clock.AutoAdvanceAmount = TimeSpan.FromMilliseconds(1); // each look at it takes time

        await ActAsync(server, async revoker =>
        {
            var client = await server.LookAsync(db => db.Clients.AsNoTracking().SingleAsync(c => c.ClientId == "demo-native"));
            return await revoker.EndClientAsync(client, "client.end-grants", "Because.", Admin, default);
        });

        var notices = await server.LookAsync(db => db.Revocations.ToListAsync());
        var client = Assert.Single(notices, n => n.Kind == RevocationKind.Client); // dated when the last dead token was issued
        Assert.All(notices.Where(n => n.Kind == RevocationKind.Grant), n => Assert.True(client.At > n.At + Client.LateTokens));
    }

    [Fact]
    [Spec("AA-T136")]
    public async Task An_act_that_found_nothing_to_end_is_noted_all_the_same()
    {
        await using var server = await AuthServer.StartAsync();

        await ActAsync(server, async revoker =>
        {
            var nobody = Guid.CreateVersion7();
            return await server.LookAsync(
                db => revoker.EndGrantsAsync(
                    db.Grants.Where(g => g.AccountId == nobody), "account.disable", "account x", "Because.", Admin, default));
        });

        Assert.Equal(1, await server.LookAsync(db => db.AuditEntries.CountAsync(e => e.Act == "account.disable")));
    }

    private static async Task<Guid> GrantAsync(AuthServer server, Agent? agent = null) =>
        GrantOf(await (agent ?? Agent.Native(server)).TokensFromAsync(server.Browser()));

    private static Guid GrantOf(TokenAnswer tokens) => Guid.Parse(tokens.Claims.GetProperty("gid").GetString()!);

    private static async Task<int> ActAsync(AuthServer server, Func<Revoker, Task<int>> act)
    {
        await using var scope = server.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<Revoker>());
    }

    private static async Task InTransactionAsync(AuthServer server, Guid grant, bool commit)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AgentAuthDb>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await scope.ServiceProvider.GetRequiredService<Revoker>().EndGrantAsync(grant, "grant.end", "Because.", Admin, default);
        if (commit)
        {
            await transaction.CommitAsync();
        }
    }
}
