using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Setup;

/// <summary>An operator moves the server to another name.</summary>
public sealed class IssuerChangeTests
{
    private const string NewName = "http://localhost:5999";

    [Fact]
    public async Task It_starts_under_its_new_name_and_old_tokens_are_worth_nothing()
    {
        await using var server = await AuthServer.StartAsync();
        var (agent, alice) = (Agent.Web(server), await server.SignedInAsync());
        var code = await agent.CodeFromAsync(alice, "openid offline_access", ("resource", null));
        var tokens = await agent.RedeemAsync(code);
        Assert.True(tokens.IsGood, tokens.Body);

        await using var moved = server.Another(host => host.UseSetting("AgentAuth:Issuer", NewName));

        var identity = await moved.LookAsync(db => db.Resources.SingleAsync(r => r.IsIdentity));
        Assert.Equal(NewName, identity.Identifier);
        Assert.Equal("invalid_grant", (await Agent.Web(moved).RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await Agent.Web(moved).UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal(1, await moved.LookAsync(db => db.Grants.CountAsync())); // the record stays
    }
}
