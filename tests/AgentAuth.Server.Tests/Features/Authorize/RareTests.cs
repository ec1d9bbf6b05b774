using AgentAuth.Server.Features.Shared;
using AgentAuth.Server.Model;
using AgentAuth.Server.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AgentAuth.Server.Tests.Features.Authorize;

/// <summary>The first people who are asked by a client nobody vouches for are told that they are.</summary>
public sealed class RareTests
{
    private const string Warning = "Few people here use this.";

    [Fact]
    [Spec("AA-T132")]
    public async Task Until_enough_people_have_allowed_it()
    {
        await using var server = await AuthServer.StartAsync();
        var app = await server.SelfRegisterAsync();
        var agent = new Agent(server.Http(), app.Id, null, Described.AppCallback);
        var alice = await server.SignedInAsync();
        await alice.OpenAsync(agent.AskFor("mail.read"));
        Assert.Contains(Warning, alice.Text, StringComparison.Ordinal);

        await AllowedByAsync(server, app.Id, Askers.FewPeople - 1);
        await alice.OpenAsync(agent.AskFor("mail.read"));
        Assert.Contains(Warning, alice.Text, StringComparison.Ordinal);
        await AllowedByAsync(server, app.Id, 1);
        await alice.OpenAsync(agent.AskFor("mail.read"));

        Assert.DoesNotContain(Warning, alice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_of_who_proved_a_domain()
    {
        await using var server = await AuthServer.StartAsync();
        var agent = await server.RegisterAsync("app", "https://app.test/cb");
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(agent.AskFor("mail.read"));

        Assert.DoesNotContain(Warning, alice.Text, StringComparison.Ordinal);
    }

    private static async Task AllowedByAsync(AuthServer server, string clientId, int people)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        for (var i = 0; i < people; i++)
        {
            var email = $"{Guid.CreateVersion7():N}@demo.test";
            Assert.True((await accounts.CreateAsync(new Account { UserName = email, Email = email })).Succeeded);
            await server.ChangeAsync(async db => db.Add(Grant.Of(
                await db.Users.SingleAsync(u => u.Email == email), await db.Clients.SingleAsync(c => c.ClientId == clientId),
                await db.Resources.SingleAsync(r => r.Identifier == AuthServer.Mail), "app.test", server.Clock)));
        }
    }
}
