using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using AgentAuth.Server.Tokens.Rows;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Tokens;

/// <summary>
/// Writes that share a commit share its failure when another process holds the database, and nothing is done later behind their backs.
/// </summary>
public sealed class GroupCommitTests
{
    private const int AtOnce = 10;
    private const int Answered = 4;

    [Fact]
    public async Task A_code_whose_redemption_was_put_off_is_good_when_it_comes_again()
    {
        await using var server = await AuthServer.StartAsync();
        await using var scope = server.Services.CreateAsyncScope();
        Assert.SkipWhen(Template.IsPostgres, "There nobody can hold the whole database.");
        var (web, alice) = (Agent.Web(server), server.Browser());
        var codes = new List<string>();
        for (var i = 0; i < AtOnce; i++)
        {
            codes.Add(await web.CodeFromAsync(alice));
        }
        await using var other = new SqliteConnection(
            $"{scope.ServiceProvider.GetRequiredService<AgentAuthDb>().Database.GetConnectionString()};Pooling=False");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var held = other.BeginTransaction(deferred: false);

        await server.HearsAsync();
        var (gate, writer) = (server.Services.GetRequiredService<WriteGate>(), server.Services.GetRequiredService<GroupCommit>());
        await gate.EnterAsync(TestContext.Current.CancellationToken);
        var redeeming = codes.ConvertAll(code => web.RedeemAsync(code));
        using (var glance = new PeriodicTimer(TimeSpan.FromMilliseconds(10)))
        {
            while (writer.Depth < AtOnce && await glance.WaitForNextTickAsync(TestContext.Current.CancellationToken))
            {
            }
        }
        gate.Leave(); // all of them in one transaction
        while (redeeming.Count(r => r.IsCompleted) < Answered)
        {
            await Task.WhenAny(redeeming.Where(r => !r.IsCompleted));
        }
        await held.RollbackAsync(TestContext.Current.CancellationToken);
        var first = await Task.WhenAll(redeeming);

        Assert.All(first, answer => Assert.True(answer.IsGood || answer.Error == "temporarily_unavailable", answer.Body));
        Assert.True(first.Count(answer => !answer.IsGood) > Answered, "They were tried one after the other.");
        foreach (var (code, answer) in codes.Zip(first))
        {
            Assert.True(answer.IsGood || (await web.RedeemAsync(code)).IsGood, answer.Body);
        }
    }
}
