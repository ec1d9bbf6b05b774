using System.Net;
using AgentAuth.Server.Model;
using AgentAuth.Server.Specs.Rfc7591Registration;
using AgentAuth.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace AgentAuth.Server.Tests.Specs.Rfc7591Registration;

/// <summary>Who may register, what cannot be gained by it, and how much of it there can be.</summary>
public sealed class RegistrationTests
{
    private const string Token = "an-initial-access-token-of-the-operator";

    [Theory]
    [InlineData("http://localhost:5100", null, true)]
    [InlineData("https://id.example.com", null, false)]
    [InlineData("https://id.example.com", "Open", true)]
    [InlineData("http://localhost:5100", "Off", false)]
    [Spec("RFC 7591", "3")]
    public async Task It_is_open_where_only_this_computer_can_ask_and_elsewhere_when_the_operator_says_so(
        string issuer, string? policy, bool isOpen)
    {
        await using var server = await AuthServer.StartAsync(host =>
        {
            host.UseIssuer(issuer);
            host.UseSetting("AgentAuth:Registration:Policy", policy);
        });

        var registered = await server.SelfRegisterAsync();
        var metadata = await server.Http().GetStringAsync("/.well-known/oauth-authorization-server");

        Assert.Equal(isOpen ? HttpStatusCode.Created : HttpStatusCode.Forbidden, registered.Status);
        Assert.Equal(isOpen, metadata.Contains(issuer + "/connect/register", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Token, HttpStatusCode.Created)]
    [InlineData(Token + "x", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [Spec("RFC 7591", "3")]
    public async Task The_operator_can_hand_out_a_token_for_it(string? token, HttpStatusCode status)
    {
        await using var server = await AuthServer.StartAsync(host => host
            .UseSetting("AgentAuth:Registration:Policy", "WithToken").UseSetting("AgentAuth:Registration:InitialAccessToken", Token));

        Assert.Equal(status, (await server.SelfRegisterAsync(token: token)).Status);
    }

    [Fact]
    [Spec("AA-T090")]
    [Spec("AA-T083")]
    public async Task Nothing_is_gained_by_asking_for_it()
    {
        await using var server = await AuthServer.StartAsync();
        var registered = await server.SelfRegisterAsync(
            """
            {"client_name": "Boss", "redirect_uris": ["https://e.test/cb"], "client_id": "https://claude.ai/oauth/client",
             "client_secret": "mine",
             "grant_types": ["authorization_code", "client_credentials", "password", "implicit"], "scope": "admin mail.read",
             "token_endpoint_auth_method": "client_secret_basic", "consent_type": "implicit", "is_trusted": true,
             "trust": "VerifiedPublisher",
             "permissions": ["ept:introspection"], "registration_access_token": "mine", "origin": "ByAdministrator",
             "initiate_login_uri": "javascript:1", "backchannel_logout_uri": "http://10.0.0.1/"}
            """);
        var row = await server.LookAsync(db => db.Clients.SingleAsync(c => c.ClientId == registered.Id));
        var agent = new Agent(server.Http(), registered.Id, registered.Text("client_secret"), "https://e.test/cb");

        Assert.Equal((Trust.SelfDeclared, Origin.ByItself, "explicit"), (row.Trust, row.Origin, row.ConsentType));
        Assert.DoesNotContain("mine", registered.Body, StringComparison.Ordinal);
        Assert.Equal("mail.read", registered.Text("scope"));
        Assert.Equal("unauthorized_client", (await agent.ForItselfAsync(("scope", "mail.read"))).Error);
        var others = await Agent.Native(server).TokensFromAsync(await server.SignedInAsync());
        var seen = await agent.IntrospectAsync(others.AccessToken);
        Assert.False(seen.TryGetProperty("active", out var active) && active.GetBoolean());
        Assert.DoesNotContain("client_credentials", registered.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "application/json")]
    [InlineData("null", "application/json")]
    [InlineData("[]", "application/json")]
    [InlineData("{\"redirect_uris\":", "application/json")]
    [InlineData("{\"redirect_uris\": 1e999}", "application/json")]
    [InlineData("{\"redirect_uris\": {}, \"client_name\": []}", "application/json")]
    [InlineData(Registering.Plain, "text/plain")]
    [InlineData(Registering.Plain, "application/x-www-form-urlencoded")]
    [InlineData("large", "application/json")]
    [InlineData("deep", "application/json")]
    [Spec("AA-T086")]
    [Spec("AA-T095")]
    public async Task What_cannot_be_read_is_a_clients_mistake(string json, string type)
    {
        await using var server = await AuthServer.StartAsync();
        var sent = json switch
        {
            "large" => $"{{\"client_name\": \"{new string('a', 1_000_000)}\"}}",
            "deep" => new string('[', 5_000),
            _ => json,
        };

        var answer = await server.ManageAsync(HttpMethod.Post, "/connect/register", sent, token: null, type: type);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (answer.Status, answer.Error));
    }

    [Fact]
    [Spec("AA-T085")]
    public async Task One_who_floods_is_stopped_and_nobody_else_is()
    {
        await using var server = await AuthServer.StartAsync();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < RegistrationLimits.PerCaller + 20; i++)
        {
            var answer = await server.SelfRegisterAsync(address: "198.51.100.7");
            statuses.Add(answer.Status);
            Assert.True(answer.Status == HttpStatusCode.Created || (answer.Error == "slow_down" && int.Parse(answer.RetryAfter!) > 0));
        }

        Assert.Equal(RegistrationLimits.PerCaller, statuses.Count(s => s == HttpStatusCode.Created));
        Assert.Equal(20, statuses.Count(s => s == HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.Created, (await server.SelfRegisterAsync(address: "198.51.100.8")).Status);
        server.Clock.Advance(RegistrationLimits.Window);
        Assert.Equal(HttpStatusCode.Created, (await server.SelfRegisterAsync(address: "198.51.100.7")).Status);
    }

    [Fact]
    [Spec("AA-T085")]
    public async Task There_are_never_more_unused_ones_than_there_is_room_for()
    {
        await using var server = await AuthServer.StartAsync();
        var used = await server.SelfRegisterAsync();
        var agent = new Agent(server.Http(), used.Id, null, "https://app.test/cb");
        var tokens = await agent.TokensFromAsync(await server.SignedInAsync());
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await server.ChangeAsync(db =>
        {
            db.AddRange(Enumerable.Range(0, UnusedClients.Most).Select(i => ClientRow.New($"flood-{i}", Origin.ByItself, server.Clock)));
            return Task.CompletedTask;
        });

        Assert.Equal(HttpStatusCode.Created, (await server.SelfRegisterAsync()).Status);

        Assert.InRange(await server.LookAsync(db => db.Clients.CountAsync(c => c.Origin == Origin.ByItself)), 2, UnusedClients.Most);
        Assert.True((await agent.RefreshAsync(tokens.RefreshToken)).IsGood);
    }

    [Fact]
    [Spec("AA-T085")]
    public async Task What_nobody_used_goes_after_a_day_and_what_somebody_allowed_stays()
    {
        await using var server = await AuthServer.StartAsync();
        var (idle, used) = (await server.SelfRegisterAsync(), await server.SelfRegisterAsync());
        var agent = new Agent(server.Http(), used.Id, null, "https://app.test/cb");
        var tokens = await agent.TokensFromAsync(await server.SignedInAsync());

        server.Clock.Advance(TimeSpan.FromHours(23));
        await server.PruneAsync();
        Assert.True(await IsThereAsync(server, idle.Id));
        server.Clock.Advance(TimeSpan.FromHours(2));
        await server.PruneAsync();

        Assert.False(await IsThereAsync(server, idle.Id));
        Assert.True(await IsThereAsync(server, used.Id));
        Assert.True((await agent.RefreshAsync(tokens.RefreshToken)).IsGood);
    }

    [Fact]
    [Spec("AA-T093")]
    public async Task Nothing_it_names_is_asked()
    {
        await using var web = await OutsideWeb.StartAsync();
        await using var server = await web.AuthServerAsync();

        var good = await server.SelfRegisterAsync(
            """
            {"client_name": "App", "redirect_uris": ["https://app.test/cb"], "token_endpoint_auth_method": "private_key_jwt",
             "jwks_uri": "https://app.test/jwks", "logo_uri": "https://app.test/logo.png", "sector_identifier_uri": "https://10.0.0.1/",
             "request_uris": ["https://10.0.0.1/"], "software_statement": "a.b.c"}
            """);
        var inside = await server.SelfRegisterAsync(
            """
            {"redirect_uris": ["https://app.test/cb"], "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://10.0.0.1/jwks"}
            """);
        var agent = new Agent(server.Http(), good.Id, null, "https://app.test/cb");
        await agent.CodeFromAsync(await server.SignedInAsync());

        Assert.Equal(HttpStatusCode.Created, good.Status);
        Assert.Equal("invalid_client_metadata", inside.Error);
        Assert.Empty(web.LookedUp);
    }

    [Fact]
    [Spec("AA-T065")]
    [Spec("AA-T087")]
    [Spec("AA-T088")]
    [Spec("AA-T089")]
    [Spec("AA-T132")]
    public async Task Its_name_is_a_claim_in_quotes_and_never_part_of_the_question()
    {
        await using var server = await AuthServer.StartAsync();
        var registered = await server.SelfRegisterAsync(
            """
            {"client_name": "<img src=x>\u202eClick Allow", "redirect_uris": ["https://e.test/cb"], "token_endpoint_auth_method": "none",
             "policy_uri": "https://e.test/\"onload"}
            """);
        Assert.Equal("invalid_client_metadata", registered.Error);
        registered = await server.SelfRegisterAsync(
            """
            {"client_name": "<img src=x>\u202eClick Allow", "redirect_uris": ["https://e.test/cb"], "token_endpoint_auth_method": "none"}
            """);
        var alice = await server.SignedInAsync();

        await alice.OpenAsync(new Agent(server.Http(), registered.Id, null, "https://e.test/cb").AskFor());

        Assert.Null(alice.Left);
        Assert.Null(alice.Page.QuerySelector("img"));
        Assert.Equal("e.test", alice.Page.QuerySelector(".asker")!.TextContent);
        Assert.Contains("Self-declared", alice.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", alice.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Click Allow", alice.Page.QuerySelector("h1")!.TextContent + alice.Page.Title, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("AA-T130")]
    [Spec("AA-T133")]
    public async Task What_clients_say_is_in_no_metadata()
    {
        await using var server = await AuthServer.StartAsync();
        await server.SelfRegisterAsync(Registering.Plain.Replace("The App", "$(curl e.test)", StringComparison.Ordinal));

        foreach (var place in new[] { "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration" })
        {
            var metadata = await server.Http().GetStringAsync(place);
            Assert.DoesNotContain("curl", metadata, StringComparison.Ordinal);
            Assert.Contains("\"http://localhost:5100\"", metadata, StringComparison.Ordinal);
        }
    }

    private static Task<bool> IsThereAsync(AuthServer server, string id) =>
        server.LookAsync(db => db.Clients.AnyAsync(c => c.ClientId == id));
}
