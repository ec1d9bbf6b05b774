using System.Net;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>Somebody who smells a rat tells the administrators.</summary>
public sealed class ReportTests
{
    [Fact]
    [Spec("AA-T132")]
    public async Task From_the_question_and_from_the_list_one_person_counts_once()
    {
        await using var server = await AuthServer.StartAsync();
        var app = await server.SelfRegisterAsync();
        var agent = new Agent(server.Http(), app.Id, null, Described.AppCallback);
        var (alice, bob, admin) = (
            await server.SignedInAsync(), await server.SignedInAsync(People.Bob), await server.SignedInAsync(People.Admin));

        await alice.OpenAsync(agent.AskFor("mail.read"));
        await alice.PressAsync("Report this");
        Assert.Contains("The administrators see your report", alice.Text, StringComparison.Ordinal);
        Assert.Null(alice.Left);
        await alice.PressAsync("Report this");
        await alice.PressAsync("Allow");
        Assert.Contains("code", alice.Answer.Keys);
        await alice.OpenAsync("/account/agents");
        await alice.OpenAsync(alice.Page.QuerySelectorAll("a").First(a => a.TextContent.Trim() == "Details").GetAttribute("href")!);
        await alice.PressAsync("Report this");
        await bob.OpenAsync(agent.AskFor("mail.read"));
        await bob.PressAsync("Report this");
        await admin.OpenAsync("/admin/clients?q=The+App");

        Assert.Equal(HttpStatusCode.OK, admin.Status);
        Assert.Contains("Reported by 2", admin.Text, StringComparison.Ordinal);
        Assert.Equal(2, await server.LookAsync(db => db.AuditEntries.CountAsync(a => a.Act == "client.report")));
    }
}
