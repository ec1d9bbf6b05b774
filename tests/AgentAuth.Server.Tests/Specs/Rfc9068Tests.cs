using System.Text.Json;
using AgentAuth.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>What an access token says, and what it keeps to itself.</summary>
public sealed class Rfc9068Tests
{
    private static readonly string[] Known =
        ["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "gid", "auth_time", "oi_prst", "oi_au_id", "oi_tkn_id"];

    [Fact]
    [Spec("RFC 9068", "2.2")]
    [Spec("AA-T102")]
    public async Task It_names_issuer_person_client_resource_scopes_and_its_end()
    {
        await using var server = await AuthServer.StartAsync();

        var claims = (await Agent.Native(server).TokensFromAsync(server.Browser())).Claims;

        Assert.Equal(AuthServer.Issuer, claims.GetProperty("iss").GetString());
        Assert.Equal(AuthServer.Mail, claims.GetProperty("aud").GetString()); // one string, not a list
        Assert.Equal("demo-native", claims.GetProperty("client_id").GetString());
        Assert.Equal("openid offline_access mail.read mail.send", claims.GetProperty("scope").GetString());
        Assert.True(Guid.TryParse(claims.GetProperty("sub").GetString(), out _));
        Assert.True(Guid.TryParse(claims.GetProperty("gid").GetString(), out _));
        Assert.NotEmpty(claims.GetProperty("jti").GetString()!);
        var (iat, exp) = (claims.GetProperty("iat").GetInt64(), claims.GetProperty("exp").GetInt64());
        Assert.Equal(server.Clock.GetUtcNow().ToUnixTimeSeconds(), iat);
        Assert.InRange(exp - iat, 1, 600);
    }

    [Fact]
    [Spec("RFC 9068", "2.1")]
    [Spec("AA-T102")]
    public async Task Its_header_says_at_jwt_and_names_a_published_key()
    {
        await using var server = await AuthServer.StartAsync();
        using var http = server.Http();

        var header = TokenAnswer.HeaderOf((await Agent.Native(server).TokensFromAsync(server.Browser())).AccessToken);
        var jwks = JsonSerializer.Deserialize<JsonElement>(
            await http.GetStringAsync("/.well-known/jwks", TestContext.Current.CancellationToken));

        Assert.Equal("at+jwt", header.GetProperty("typ").GetString());
        Assert.Equal("ES256", header.GetProperty("alg").GetString());
        Assert.Contains(
            header.GetProperty("kid").GetString(), jwks.GetProperty("keys").EnumerateArray().Select(k => k.GetProperty("kid").GetString()));
        Assert.Equal(3, header.EnumerateObject().Count());
    }

    [Theory]
    [InlineData("openid profile email offline_access mail.read")]
    [InlineData("mail.read")]
    [Spec("RFC 9068", "6")]
    [Spec("AA-T102")]
    public async Task It_says_nothing_about_the_person(string scope)
    {
        await using var server = await AuthServer.StartAsync();

        var tokens = await Agent.Native(server).TokensFromAsync(server.Browser(), scope);

        Assert.Empty(tokens.Claims.EnumerateObject().Select(c => c.Name).Except(Known));
        Assert.DoesNotContain("alice", tokens.Claims.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", tokens.Claims.GetRawText(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("role", tokens.Claims.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Spec("RFC 9068", "2.2")]
    [Spec("AA-T098")]
    public async Task There_is_no_token_without_an_audience()
    {
        await using var server = await AuthServer.StartAsync();
        var (claude, alice) = (Agent.Native(server), server.Browser());
        var first = await claude.TokensFromAsync(alice);
        TokenAnswer[] all =
        [
            first,
            await claude.RefreshAsync(first.RefreshToken),
            await claude.RedeemAsync(await claude.CodeFromAsync(alice, "openid", ("resource", null))),
            await Agent.Service(server).ForItselfAsync(),
            await Agent.Service(server).ForItselfAsync(("resource", null)),
        ];

        Assert.All(all, t => Assert.NotEmpty(t.Claims.GetProperty("aud").GetString()!));
        Assert.All(all, t => Assert.NotEqual("*", t.Claims.GetProperty("aud").GetString()));
    }

    [Fact]
    [Spec("RFC 9068", "2.2")]
    public async Task A_services_token_has_the_service_for_a_subject_and_no_grant()
    {
        await using var server = await AuthServer.StartAsync();

        var claims = (await Agent.Service(server).ForItselfAsync()).Claims;

        Assert.Equal("demo-service", claims.GetProperty("sub").GetString());
        Assert.Equal("demo-service", claims.GetProperty("client_id").GetString());
        Assert.False(claims.TryGetProperty("gid", out _));
    }

    [Fact]
    [Spec("AA-T102")]
    public async Task No_setting_makes_it_live_longer_than_ten_minutes()
    {
        var store = Store.New();
        await using var server = Program.Build(
            ["--AgentAuth:Tokens:AccessToken=00:10:01", $"--AgentAuth:DataPath={store.Folder}"]);

        var failure = Assert.Throws<OptionsValidationException>(
            () => server.Services.GetRequiredService<IStartupValidator>().Validate());
        await Template.DropAsync(store);

        Assert.Contains("AgentAuth:Tokens:AccessToken", failure.Message, StringComparison.Ordinal);
    }
}
