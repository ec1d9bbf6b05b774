using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>ID tokens and userinfo.</summary>
public sealed class OpenIdConnectTokenTests
{
    [Fact]
    [Spec("OpenID Connect Core", "2")]
    [Spec("AA-T107")]
    public async Task An_id_token_says_who_signed_in_when_and_for_whom()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), await server.SignedInAsync());
        var signedIn = server.Clock.GetUtcNow().ToUnixTimeSeconds();
        server.Clock.Advance(TimeSpan.FromMinutes(3));

        var tokens = await claude.RedeemAsync(await claude.CodeFromAsync(alice, "openid email mail.read", ("nonce", "n-0S6_WzA2Mj")));
        var claims = TokenAnswer.ClaimsOf(tokens.Text("id_token")!);

        Assert.Equal(AuthServer.Issuer, claims.GetProperty("iss").GetString());
        Assert.Equal("demo-native", claims.GetProperty("aud").GetString());
        Assert.Equal("demo-native", claims.GetProperty("azp").GetString());
        Assert.Equal("n-0S6_WzA2Mj", claims.GetProperty("nonce").GetString());
        Assert.Equal(signedIn, claims.GetProperty("auth_time").GetInt64());
        Assert.Equal(tokens.Claims.GetProperty("sub").GetString(), claims.GetProperty("sub").GetString());
        Assert.Equal(People.Alice, claims.GetProperty("email").GetString());
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(tokens.AccessToken));
        Assert.Equal(Base64Url.EncodeToString(hash.AsSpan(0, 16)), claims.GetProperty("at_hash").GetString());
        Assert.InRange(claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64(), 1, 600);
        Assert.Equal("JWT", TokenAnswer.HeaderOf(tokens.Text("id_token")!).GetProperty("typ").GetString());
    }

    [Theory]
    [InlineData("openid mail.read", true)]
    [InlineData("offline_access mail.read", false)]
    [Spec("OpenID Connect Core", "3.1.3.3")]
    [Spec("AA-T107")]
    public async Task Only_who_asks_for_openid_gets_an_id_token_and_no_nonce_is_invented(string scope, bool expects)
    {
        await using var server = await AuthServer.StartAsync();

        var tokens = await Agent.Native(server).TokensFromAsync(server.Browser(), scope);

        Assert.Equal(expects, tokens.Has("id_token"));
        if (expects)
        {
            var claims = TokenAnswer.ClaimsOf(tokens.Text("id_token")!);
            Assert.False(claims.TryGetProperty("nonce", out _));
            Assert.False(claims.TryGetProperty("email", out _));
            Assert.DoesNotContain("alice", claims.GetRawText(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    [Spec("OpenID Connect Core", "12.2")]
    public async Task A_refreshed_id_token_keeps_who_and_when()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), server.Browser());
        var first = await claude.TokensFromAsync(alice);
        server.Clock.Advance(TimeSpan.FromHours(1));

        var next = await claude.RefreshAsync(first.RefreshToken);

        var (before, after) = (TokenAnswer.ClaimsOf(first.Text("id_token")!), TokenAnswer.ClaimsOf(next.Text("id_token")!));
        foreach (var same in new[] { "iss", "sub", "aud" })
        {
            Assert.Equal(before.GetProperty(same).GetString(), after.GetProperty(same).GetString());
        }
        Assert.Equal(before.GetProperty("auth_time").GetInt64(), after.GetProperty("auth_time").GetInt64());
    }

    [Fact]
    [Spec("OpenID Connect Core", "5.3.2")]
    [Spec("AA-T108")]
    public async Task Userinfo_knows_the_same_person_and_tells_what_was_allowed()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), server.Browser());
        var plain = await claude.TokensFromAsync(alice, "openid mail.read");
        var named = await claude.TokensFromAsync(alice, "openid email mail.read");

        var aboutPlain = await AboutAsync(claude, plain);
        var aboutNamed = await AboutAsync(claude, named);

        Assert.Equal(
            TokenAnswer.ClaimsOf(plain.Text("id_token")!).GetProperty("sub").GetString(), aboutPlain.GetProperty("sub").GetString());
        Assert.False(aboutPlain.TryGetProperty("email", out _));
        Assert.Equal(People.Alice, aboutNamed.GetProperty("email").GetString());
    }

    [Fact]
    [Spec("OpenID Connect Core", "5.3")]
    [Spec("AA-T108")]
    public async Task Without_openid_userinfo_tells_nothing()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser(), "mail.read");
        var service = await Agent.Service(server).ForItselfAsync();

        var (status, body) = await claude.UserInfoAsync(tokens.AccessToken);
        var (serviceStatus, serviceBody) = await claude.UserInfoAsync(service.AccessToken);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal(HttpStatusCode.Forbidden, serviceStatus);
        Assert.DoesNotContain("sub", body + serviceBody, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RFC 6750", "2.3")]
    [Spec("AA-T108")]
    public async Task A_token_in_the_address_is_not_looked_at()
    {
        await using var server = await AuthServer.StartAsync();
        var claude = Agent.Native(server);
        var tokens = await claude.TokensFromAsync(server.Browser());
        using var http = server.Http();

        using var query = await http.GetAsync(
            $"/connect/userinfo?access_token={tokens.AccessToken}", TestContext.Current.CancellationToken);

        Assert.Contains(query.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
        Assert.DoesNotContain(
            "\"sub\"", await query.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RFC 6750", "3")]
    public async Task Userinfo_challenges_who_brings_no_token()
    {
        await using var server = await AuthServer.StartAsync();
        using var http = server.Http();

        using var answer = await http.GetAsync("/connect/userinfo", TestContext.Current.CancellationToken);

        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
        Assert.DoesNotContain(
            "openiddict", answer.Headers.ToString() + await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<JsonElement> AboutAsync(Agent agent, TokenAnswer tokens)
    {
        var (status, body) = await agent.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, status);
        return JsonSerializer.Deserialize<JsonElement>(body);
    }
}
