using System.Net;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>Tokens that look like ours.</summary>
public sealed class Rfc7519ForgedTokenTests
{
    [Fact]
    [Spec("RFC 8725", "3")]
    [Spec("AA-T096")]
    public async Task No_forged_access_token_is_active_or_opens_userinfo_or_revokes_anything()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, mail) = (Agent.Native(server), Agent.MailServer(server));
        var tokens = await claude.TokensFromAsync(server.Browser());
        using var forger = await Forger.OfAsync(server, tokens.AccessToken);

        foreach (var (name, forged) in forger.All("JWT"))
        {
            Assert.False(await mail.SeesAsync(forged), name);
            Assert.True((await claude.UserInfoAsync(forged)).Status is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest, name);
            Assert.Equal(HttpStatusCode.OK, (await claude.RevokeAsync(forged)).Status);
        }
        Assert.True(await mail.SeesAsync(tokens.AccessToken));
        Assert.Equal(HttpStatusCode.OK, (await claude.UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Fact]
    [Spec("OpenID Connect Core", "3.1.2.1")]
    [Spec("AA-T096")]
    public async Task No_forged_hint_is_believed()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), server.Browser());
        var tokens = await claude.TokensFromAsync(alice);
        using var forger = await Forger.OfAsync(server, tokens.Text("id_token")!);

        foreach (var (name, forged) in forger.All("at+jwt"))
        {
            await alice.OpenAsync(claude.AskFor("openid mail.read", ("id_token_hint", forged)));
            Assert.False(alice.Answer.ContainsKey("code"), name);

            await alice.OpenAsync(
                $"/connect/logout?id_token_hint={Uri.EscapeDataString(forged)}"
                    + $"&post_logout_redirect_uri={Uri.EscapeDataString(Agent.Callback)}");
            Assert.Null(alice.Left);
            Assert.DoesNotContain(Agent.Callback, alice.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Spec("RFC 8725", "3.11")]
    [Spec("AA-T096")]
    public async Task An_id_token_is_no_access_token_and_an_access_token_no_hint()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), server.Browser());
        var tokens = await claude.TokensFromAsync(alice);

        Assert.False(await Agent.MailServer(server).SeesAsync(tokens.Text("id_token")!));
        Assert.Equal(HttpStatusCode.Unauthorized, (await claude.UserInfoAsync(tokens.Text("id_token")!)).Status);
        await alice.OpenAsync(claude.AskFor("openid mail.read", ("id_token_hint", tokens.AccessToken)));
        Assert.False(alice.Answer.ContainsKey("code"));
    }

    [Fact]
    [Spec("AA-T096")]
    public async Task A_token_of_another_server_with_the_same_name_is_not_ours()
    {
        await using var server = await AuthServer.StartAsync();
        await using var impostor = await AuthServer.StartEmptyAsync();
        await Demo.DemoSeed.PlantAsync(impostor.Services, Template.McpUrl);
        var foreign = await Agent.Service(impostor).ForItselfAsync();

        Assert.True(await Agent.MailServer(impostor).SeesAsync(foreign.AccessToken));
        Assert.False(await Agent.MailServer(server).SeesAsync(foreign.AccessToken));
    }
}
