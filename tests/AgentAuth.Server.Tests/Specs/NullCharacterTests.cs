using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AgentAuth.Server.Tests.Support;

namespace AgentAuth.Server.Tests.Specs;

/// <summary>PostgreSQL keeps no U+0000. One that is sent is the sender's mistake, never a database that is away.</summary>
public sealed class NullCharacterTests
{
    [Theory]
    [InlineData("/connect/token", "grant_type", "refresh_token", "refresh_token")]
    [InlineData("/connect/token", "grant_type", "authorization_code", "code")]
    [InlineData("/connect/token", "grant_type", "client_credentials", "scope")]
    [InlineData("/connect/token", "grant_type", "client_credentials", "resource")]
    [InlineData("/connect/token", "grant_type", "client_credentials", "client_id")]
    [InlineData("/connect/token", "grant_type", "client_credentials", "client_secret")]
    [InlineData("/connect/introspect", "token_type_hint", "access_token", "token")]
    [InlineData("/connect/revoke", "token_type_hint", "refresh_token", "token")]
    [InlineData("/connect/userinfo", "some", "thing", "access_token")]
    [InlineData("/connect/token", "grant_type", "client_credentials", "na\0me")]
    [Spec("AA-T120")]
    public async Task Clients_are_told_that_the_request_is_invalid(string endpoint, string name, string value, string odd)
    {
        await using var server = await AuthServer.StartAsync();

        var answer = await Agent.Web(server).PostAsync(
            endpoint, odd == "client_id" ? [(name, value), (odd, "demo\0web")] : [(name, value), (odd, "a\0b")]);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Error));
    }

    [Fact]
    [Spec("AA-T120")]
    public async Task A_header_brings_none_in_either()
    {
        await using var server = await AuthServer.StartAsync();
        var basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("demo%00web:se%00cret")));

        var answer = await Agent.Web(server).PostAsync("/connect/token", [("grant_type", "client_credentials")], basic);

        Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized, answer.ToString());
    }

    [Theory]
    [InlineData("client_id")]
    [InlineData("redirect_uri")]
    [InlineData("scope")]
    [InlineData("state")]
    [InlineData("nonce")]
    [InlineData("resource")]
    [InlineData("login_hint")]
    [InlineData("ui_locales")]
    [InlineData("unknown")]
    [Spec("AA-T120")]
    public async Task A_page_is_not_opened_with_one(string parameter)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(Agent.Web(server).AskFor(changes: (parameter, "a\0b")));
        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
        Assert.Null(alice.Left);
        await alice.OpenAsync("/account/agents?page=%00");

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
    }

    [Theory]
    [InlineData("Email")]
    [InlineData("Password")]
    [InlineData("ReturnUrl")]
    [Spec("AA-T120")]
    public async Task A_form_is_not_accepted_with_one(string field)
    {
        await using var server = await AuthServer.StartAsync();
        var alice = server.Browser();
        await alice.OpenAsync("/sign-in");

        await alice.PressAsync("Sign in", [.. new (string Name, string Value)[]
        {
            ("Email", People.Alice), ("Password", People.Password), ("ReturnUrl", "/"),
        }.Select(f => f.Name == field ? (f.Name, f.Value + "\0") : f)]);

        Assert.Equal(HttpStatusCode.BadRequest, alice.Status);
    }
}
