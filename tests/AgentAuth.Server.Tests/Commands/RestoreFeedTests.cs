using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Commands;

/// <summary>A backup carries what agents did; what a mail or an approval could still do does not come back to life.</summary>
public sealed class RestoreFeedTests
{
    [Fact]
    public async Task The_record_comes_back_and_what_could_still_act_does_not()
    {
        await using var server = await AuthServer.StartAsync();
        await OneOfEach.PlantAsync(server);
        var store = await Template.EmptyAsync();

        var said = await Operator.RestoreAsync(store, await Operator.BackUpAsync(server.Store));
        await using var restored = AuthServer.StartOn(store);

        foreach (var kind in new[] { typeof(Activity), typeof(ScopeUse), typeof(BudgetUse), typeof(Receipt) })
        {
            Assert.Equal(await OneOfEach.RowsAsync(server, kind), await OneOfEach.RowsAsync(restored, kind));
        }
        Assert.Empty(await OneOfEach.RowsAsync(restored, typeof(Approval)));
        Assert.Empty(await OneOfEach.RowsAsync(restored, typeof(MailLink)));
        Assert.Empty(await OneOfEach.RowsAsync(restored, typeof(OutgoingMail)));
        Assert.Matches(@"approvals +1\s", said);
        Assert.Matches(@"e-mails and their links +3\s", said);
    }
}
